"""Numbers of large files are read as numbers: whatever is read so is what reading their texts gives."""

import msgspec
import numpy as np
import pandas as pd
import pytest

from engine.data import reading
from engine.data.fingerprint import fingerprint
from engine.data.reading import ReadOptions, judging, regular_file, text_file
from engine.data.table import NumberFormat
from tests.helpers.habits import make_case

pytestmark = pytest.mark.skipif(not regular_file._is_exact(), reason="this pandas does not read fractions exactly")
ROWS = 1_500


@pytest.fixture
def both(monkeypatch):
    """Judge a file by its numbers and by its texts; the columns that were read as numbers."""

    def read(path, options=ReadOptions(), kinds=None, target=""):  # noqa: B008
        found = []
        for large in (0, 1 << 60):
            monkeypatch.setattr(text_file, "_LARGE", large)
            raw = text_file.read_text(path, options)
            found.append((raw, judging.judge(raw, options, kinds or {}, target)))
        (raw, fast), (texts, slow) = found
        assert not texts.plain
        assert list(map(plainly_written, fast.columns)) == list(map(plainly_written, slow.columns))
        assert fast.cautions == slow.cautions
        assert fast.read == slow.read
        pd.testing.assert_frame_equal(fast.frame, slow.frame)
        assert fast.natural.keys() == slow.natural.keys()
        for name in fast.natural:
            np.testing.assert_array_equal(fast.natural[name], slow.natural[name])
        one, two = (fingerprint(judged.cells, judged.natural) for _, judged in found)
        assert one == two
        return set(raw.plain)

    return read


def plainly_written(column):
    """The description of a column, plain numbers with blanks around being plain numbers."""
    return msgspec.structs.replace(column, number=None) if column.number == NumberFormat() else column


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def write(path, columns, separator=",", end="\n"):
    """A file of these columns, as they are written."""
    rows = zip(*columns.values(), strict=True)
    path.write_text(end.join(separator.join(row) for row in [columns.keys(), *rows]) + end, encoding="utf-8")
    return path


def fractions(rng, decimal="."):
    return [f"{number:.3f}".replace(".", decimal) for number in rng.normal(scale=30, size=ROWS)]


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", ".")])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_plain_table_is_read_as_numbers(both, tmp_path, rng, separator, decimal, end):
    counts = [str(number) for number in rng.integers(-50, 2000, ROWS)]
    gaps = ["" if number % 7 == 0 else str(number / 4).replace(".", decimal) for number in range(ROWS)]
    columns = {"x": fractions(rng, decimal), "n": counts, "gap": gaps, "label": ["red", "green", "blue"] * (ROWS // 3)}
    assert both(write(tmp_path / "plain.csv", columns, separator, end)) == {"x", "n", "gap"}


@pytest.mark.parametrize(
    "last",
    ["00501", "-05", "+7", "1e3", "1.5", "1,5", "1.234", "TRUE", "true", "inf", "-Infinity", "nan", "NA", "k.A.", " 8",
     "8 ", "007.50", "0", "-0", "0x1A", "1_000", "9" * 16, "9" * 25, "12:30", "2020-01-05", "5.", ".5", "$5", "5 %",
     "\u00a05", "\u22125", '"08"', '"8"', "1d5", "1e400", "9007199254740993", ""],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["whole", "fractions", "comma", "money"])
def test_a_single_cell_in_the_last_row_is_noticed(both, tmp_path, rng, kind, last):
    column = {
        "whole": [str(number) for number in rng.integers(0, 900, ROWS)],
        "fractions": fractions(rng),
        "comma": fractions(rng, ","),
        "money": [f"{number}.50" for number in rng.integers(0, 900, ROWS)],
    }[kind]
    separator = ";" if kind == "comma" or "," in last else ","
    columns = {"label": ["a", "b", "05"] * (ROWS // 3), "x": [*column[:-1], last], "y": column}
    both(write(tmp_path / "late.csv", columns, separator))


@pytest.mark.parametrize(
    "cells",
    [
        ["1.234", "2.500", "3.125"],
        ["1.000", "2.000", "3.000"],
        ["12", "1.234", ""],
        ["20220210", "20220211", "20220301"],
        ["20220210", "", "20220301"],
        ["9.45", "10.15", "23.30"],
        ["True", "False", "True"],
        ["TRUE", "true", "False"],
        ["1", "0", "1"],
        ["", "", ""],
        ["01/02/2020", "03/04/2020", "05/06/2020"],
        ['"a,05"', '"b, 6"', "c"],
        ['"say ""05"""', "x", "y"],
        ["123456789012345678", "123456789012345679", "3"],
    ],
)
@pytest.mark.parametrize("name", ["x", "time", "uhrzeit", "zip", "id"])
def test_numbers_that_are_more_than_numbers_are_read_by_their_texts(both, tmp_path, rng, name, cells):
    columns = {name: cells * (ROWS // 3), "y": fractions(rng)}
    both(write(tmp_path / "more.csv", columns, "," if "," not in cells[0] else "\t"))


def test_short_rows_are_counted_as_ever(both, tmp_path, rng):
    path = write(tmp_path / "short.csv", {"x": fractions(rng), "y": fractions(rng), "z": fractions(rng)})
    path.write_text(path.read_text() + "1.5,2.5\n", encoding="utf-8")
    assert not both(path)


def test_chosen_kinds_dates_and_words_are_obeyed(both, tmp_path, rng):
    counts = [str(number) for number in rng.integers(0, 9, ROWS)]
    days = [str(20_200_101 + number % 28) for number in range(ROWS)]
    path = write(tmp_path / "chosen.csv", {"x": fractions(rng), "n": counts, "m": counts, "day": days})
    for kind in ("category", "text", "identifier", "number", "time"):
        assert both(path, kinds={"n": kind, "x": "category"}, target="n")
    assert "day" not in both(path, ReadOptions(dates={"day": "%Y%m%d"}))
    assert not both(path, ReadOptions(missing=("0", "NA")))


def test_a_word_late_in_a_file_that_is_read_in_parts_is_no_number(both, tmp_path, rng):
    rows = 400_000  # more than 5 MB, from which pandas reads by several threads
    whole = [str(number) for number in rng.integers(0, 10_000, rows)]
    whole[-3] = "00501"
    mixed = ["true"] * (rows - 1) + ["none of these"]
    assert both(write(tmp_path / "parts.csv", {"x": whole, "y": ["1.5", "2.25"] * (rows // 2), "b": mixed})) == {"y"}


@pytest.mark.parametrize("part", range(4))
def test_tables_in_any_habit_are_read_alike(both, tmp_path, part):
    for seed in range(10 * part, 10 * part + 10):
        case = make_case(seed)
        path = case.write(tmp_path)
        if path.suffix in reading.CSV:
            both(path)
