"""The small tables of tests/cases/tables, and how a test asks the command line what was read."""

import json
import shutil
from pathlib import Path

import numpy as np

from engine.cli import main

FOLDER = Path(__file__).parents[1] / "cases" / "tables"


def path_of(name):
    """Where a case lies."""
    return FOLDER / name


def copied(name, folder):
    """A copy of a case that a test may change."""
    return Path(shutil.copy(path_of(name), folder))


class Inspected:
    """What ``twinloop inspect TABLE --json`` printed."""

    def __init__(self, path, capsys, *more):
        assert main(["inspect", str(path), *more, "--json"]) == 0, capsys.readouterr().err
        self.found = json.loads(capsys.readouterr().out)

    @property
    def rows(self):
        return self.found["rows"]

    @property
    def names(self):
        return [column["name"] for column in self.found["columns"]]

    @property
    def kinds(self):
        return {column["name"]: column["kind"] for column in self.found["columns"]}

    def __getitem__(self, name):
        return next(column for column in self.found["columns"] if column["name"] == name)

    def says(self, *words):
        """Whether one caution holds all the words, in any case."""
        return any(all(word.lower() in said.lower() for word in words) for said in self.found["cautions"])


def plainly(path, columns):
    """Write columns (names to lists) as a plain CSV file, missing values as empty cells."""
    lines = [",".join(columns)]
    rows = zip(*columns.values(), strict=True)
    lines.extend(",".join("" if value is None or value != value else str(value) for value in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def same_values(one, other):
    """Whether two loaded columns hold the same, gaps alike."""
    if one.dtype.kind == "f" and other.dtype.kind == "f":
        return np.array_equal(one, other, equal_nan=True)
    return one.astype(object).fillna("").tolist() == other.astype(object).fillna("").tolist()


def large_tables(folder):
    """Write late_const.csv, big_before.csv, big_after.csv and wide_header.csv, from 0.6 to 3 MB each, into a folder."""
    rng = np.random.default_rng(0)
    rows = 120_000
    x, z = rng.normal(size=(2, rows)).round(3)
    noise = rng.normal(size=rows)
    _save(folder / "late_const.csv", v=x, y=np.where(np.arange(rows) < 100_001, "A", "B"))
    _save(folder / "big_before.csv", x=x, z=z, y=(2 * x + noise).round(3))
    _save(folder / "big_after.csv", x=x, z=z, y=(10 * x + 9 * noise).round(3))
    names = [f"sensor_{i:05d}_mean" for i in range(20_000)]
    digits = rng.integers(0, 10, (30, len(names)))
    lines = [",".join([*names, "y"]), *(",".join([*map(str, row), str(i % 2)]) for i, row in enumerate(digits))]
    (folder / "wide_header.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _save(path, **columns):
    import pandas as pd

    pd.DataFrame(columns).to_csv(path, index=False)
