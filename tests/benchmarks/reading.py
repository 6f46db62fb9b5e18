"""Reading tables: from the file to judged columns, beside pandas that is told how the file is written.

Told all of it, the columns of dates included, as ours finds and reads them too. From 3.1 on pandas reads plain numbers
by all cores, but then its dates by one.
The plain way of writing is the easy path; a decimal comma with groups of digits, dates with the day first and words for
missing values are the hard one.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data import reading
from engine.data.fingerprint import fingerprint
from engine.data.reading import ReadOptions, judging
from engine.data.reading.text_file import read_text
from tests.benchmarks._limits import judge as limit_of
from tests.benchmarks._limits import run_all

ROWS = 1_000_000
TARGET, TARGET_FINGERPRINT, TARGET_QUICK = 1.3, 0.2, 0.3


def frame(rows):
    """Ten fractions, six counts, three labels and a date."""
    rng = np.random.default_rng(0)
    columns = {f"fraction_{n}": rng.normal(size=rows) for n in range(10)}
    columns |= {f"count_{n}": rng.integers(0, 10 ** (n % 4 + 1), rows) for n in range(6)}
    columns |= {f"label_{n}": rng.choice(["red", "green", "blue", "violet"], rows) for n in range(3)}
    return pd.DataFrame(columns | {"when": pd.date_range("2000-01-01", periods=rows, freq="min").astype(str)})


def seconds(call, repeats=3):
    """The median wall time of a call."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure(title, path, known):
    """One row of the table: pandas with known options, ours, their ratio, and the shares of ours."""
    peer = seconds(lambda: pd.read_csv(path, **known))
    texts = seconds(lambda: pd.read_csv(path, **{**known, "parse_dates": None}))
    raw = read_text(path, ReadOptions())
    judged = judging.judge(raw, ReadOptions(), {})
    read = seconds(lambda: read_text(path, ReadOptions()))
    judge = seconds(lambda: judging.judge(raw, ReadOptions(), {}))
    prints = seconds(lambda: fingerprint(judged.cells, judged.natural, judged.equal))
    quick = seconds(lambda: reading.inspect(path, quick=True))
    ours = read + judge
    print(f"{title}: pandas {peer:.2f} s (dates left as texts {texts:.2f} s), read {read:.2f} s, judge {judge:.2f} s")
    print(
        f"    {ours / peer:.2f} x{limit_of('ours over pandas', ours / peer, TARGET)}, "
        f"{ours / texts:.2f} x pandas that leaves dates as texts"
    )
    print(f"    fingerprint {prints / ours:.0%} more{limit_of('fingerprint', prints / ours, TARGET_FINGERPRINT)}")
    print(f"    quick look {quick:.2f} s{limit_of('quick look, s', quick, TARGET_QUICK)}")


def main():
    """Print both paths."""
    dates = {"parse_dates": ["when"]}
    with tempfile.TemporaryDirectory() as folder:
        plain, local = Path(folder) / "plain.csv", Path(folder) / "local.csv"
        table = frame(ROWS)
        table.to_csv(plain, index=False)
        measure(f"plain, {ROWS:,} x {len(table.columns)}", plain, {**dates, "sep": ",", "encoding": "utf-8"})
        table = table.head(ROWS // 10)
        table["when"] = pd.to_datetime(table["when"]).dt.strftime("%d.%m.%Y %H:%M")
        table.to_csv(local, index=False, sep=";", decimal=",", na_rep="k.A.")
        known = {**dates, "dayfirst": True, "sep": ";", "decimal": ",", "na_values": ["k.A."]}
        measure(f"comma and day first, {len(table):,} x {len(table.columns)}", local, known)


if __name__ == "__main__":
    raise SystemExit(run_all({"reading": main}))
