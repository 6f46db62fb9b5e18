"""What the exported script reads is what the study read, wherever in its file the table stands, and in new files."""

import datetime as dt
import runpy
from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from engine.data.reading import load
from engine.data.reading.options import from_builtins
from engine.exporting.python_script import script
from engine.objectives.description import TableObjective

ROWS = [
    [f"{'ABC'[i // 8 % 3]}", round(i * 1.37 % 5, 2), 100 + 7 * i % 13, dt.datetime(2024, 1, 1) + dt.timedelta(i),
     "red" if i * i % 7 < 3 else "blue", i % 5 * 1.5]
    for i in range(40)
]  # fmt: skip
NAMES = ["site", "width", "count", "day", "colour", "y"]


class Script:
    """The script of a study of a table, and what the study read."""

    def __init__(self, source, target="y", **description):
        self.target, self.folder = target, source.parent
        described = TableObjective(str(source), target, "regression", "neighbours", "rmse", **description)
        self.table = load(source, from_builtins(described.read), described.kinds, target)
        path = source.parent / "winner.py"
        path.write_text(script(described, {"n_neighbors": 3}, 0.0, 0), encoding="utf-8")
        self.parts = runpy.run_path(str(path))

    def cells(self, *source):
        return self.parts["typed"](self.parts["read"](*source))

    def check(self, names):
        """The script reads these columns (and whatever else is learned from) as the study did, row by row."""
        assert set(names) <= set(self.parts["KNOWN"])
        same(self.cells(), self.table.frame)
        return self


def same(found, wanted):
    assert len(found) == len(wanted)
    for name in found.columns:
        assert found[name].dtype == wanted[name].dtype
        values = pd.testing.assert_series_equal(
            found[name], wanted[name].reset_index(drop=True), check_names=False, check_exact=True
        )
        assert values is None


def book(path, rows, *merged, sheet="Data", others=()):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, cells in [*others, (sheet, rows)]:
        page = made.create_sheet(name)
        for row in cells:
            page.append(row)
    for place in merged:
        made[sheet].merge_cells(place)
    made.save(path)
    return path


def merged_places(rows, first):
    """The ranges of equal cells of the first column."""
    starts = [i for i in range(len(rows)) if i == 0 or rows[i][0] != rows[i - 1][0]]
    return [f"A{first + a}:A{first + b - 1}" for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]


def test_merged_cells_hold_for_each_of_their_rows_also_in_new_books(tmp_path):
    table = [NAMES, *ROWS]
    winner = Script(book(tmp_path / "t.xlsx", table, *merged_places(ROWS, 2))).check(NAMES)
    assert winner.cells()["site"].tolist() == [row[0] for row in ROWS]
    new = book(tmp_path / "new.xlsx", [["Second half"], [], NAMES, *ROWS[20:]], *merged_places(ROWS[20:], 4))
    same(winner.cells(new), winner.table.frame[20:])


def test_a_merged_cell_leaves_blank_rows_blank(tmp_path):
    rows = [NAMES, *ROWS[:8], [], *ROWS[8:]]
    path = book(tmp_path / "t.xlsx", rows, "A2:A11")
    assert len(Script(path).check(NAMES).cells()) == 40


TWO_ROWS = [["", "spring", "", "autumn", "", ""], ["site", "width", "count", "width", "count", "y"]]


def test_names_in_two_rows_of_merged_cells(tmp_path):
    rows = [[r[0], r[1], r[2], r[1] * 2 + i % 3, r[2] + i, r[5]] for i, r in enumerate(ROWS)]
    winner = Script(book(tmp_path / "t.xlsx", [["Report"], *TWO_ROWS, *rows], "B2:C2", "D2:E2"), "autumn y")
    winner.check({*winner.table.info.names})
    assert len({*winner.table.info.names}) == 6
    order = [3, 4, 0, 5, 1, 2]
    top = [["autumn", "", "", "", "spring", ""], [TWO_ROWS[1][place] for place in order]]
    new = [[row[place] for place in order] for row in rows[:9]]
    same(winner.cells(book(tmp_path / "new.xlsx", [*top, *new], "A1:B1", "E1:F1")), winner.table.frame[:9])


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_notes_units_and_totals_are_no_rows(tmp_path, ending):
    units = ["-", "mm", "nr", "d", "-", "kg"]
    rows = [["Report of the plant"], [], NAMES, units, *ROWS, [], ["Total", "", 4000, "", "", 99.5], ["Source: us"]]
    path = tmp_path / f"t.{ending}"

    def saved(path, rows):
        if ending == "xlsx":
            return book(path, rows)
        lines = [",".join(v.date().isoformat() if isinstance(v, dt.datetime) else str(v) for v in row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    winner = Script(saved(path, rows)).check({"width", "count", "y"})
    assert len(winner.cells()) == 40
    reordered = [[row[place] for place in (5, 2, 1, 0, 3, 4)] for row in [NAMES, units, *ROWS[:5]]]
    same(winner.cells(saved(tmp_path / f"new.{ending}", reordered)), winner.table.frame[:5])
    without = [NAMES, *ROWS[:5]]
    same(winner.cells(saved(tmp_path / f"bare.{ending}", without)), winner.table.frame[:5])


def test_a_chosen_sheet_and_rows_to_skip_are_those_of_the_study(tmp_path):
    other = ("Other", [NAMES, *([*row[:5], -1.0] for row in ROWS), *([*row[:5], -2.0] for row in ROWS)])
    rows = [["made", "by", "hand", "", "", ""], NAMES, *ROWS, ROWS[0], ROWS[1]]
    path = book(tmp_path / "t.xlsx", rows, others=[other])
    winner = Script(path, read={"sheet": "Data", "skip_top": 1, "skip_bottom": 2}).check(NAMES)
    assert len(winner.cells()) == 40
    new = book(tmp_path / "new.xlsx", [NAMES, *ROWS[:4]], sheet="Only one")
    same(winner.cells(new), winner.table.frame[:4])
    two = book(tmp_path / "two.xlsx", [NAMES, *ROWS[:4]], sheet="One", others=[("Two", [NAMES])])
    with pytest.raises(ValueError, match="no sheet 'Data'"):
        winner.cells(two)


def test_tables_beside_and_below_others_are_found_again(tmp_path):
    aside = [[*row, None, i, i * 2.0] for i, row in enumerate(ROWS[:9])]
    path = book(tmp_path / "beside.xlsx", [[*NAMES, None, "count", "y"], *aside, *ROWS[9:]])
    Script(path).check(NAMES)
    small = [["width", "y"], [1, 2], [3, 4], [5, 6]]
    path = book(tmp_path / "below.xlsx", [*small, [], [], NAMES, *ROWS, [], [], *small])
    Script(path).check(NAMES)
    path = book(tmp_path / "moved.xlsx", [[], [], *([None, None, *row] for row in [NAMES, *ROWS])])
    winner = Script(path).check(NAMES)
    same(winner.cells(book(tmp_path / "new.xlsx", [NAMES, *ROWS[:3]])), winner.table.frame[:3])


def test_mixed_cells_of_a_sheet_are_read_alike(tmp_path):
    rows = [[*row, [True, False, None][i % 3], [2021, "B 2022", "C 2023"][i % 3], dt.time(9, i),
             dt.timedelta(minutes=i), i if i % 9 else "n/a", 12345678901234567 + i, f"{i % 4:03d}"]
            for i, row in enumerate(ROWS)]  # fmt: skip
    names = [*NAMES, "ok", "model", "clock", "span", "gaps", "big", "code"]
    winner = Script(book(tmp_path / "t.xlsx", [names, *rows]), kinds={"code": "category"})
    winner.check({*NAMES, "ok", "model", "clock", "span", "gaps", "code"})
    new = [names, *([*row[:6], True, 2021, *row[8:]] for row in rows[:3])]  # whole columns of one type here
    found = winner.cells(book(tmp_path / "new.xlsx", new))
    assert found["ok"].tolist() == ["True"] * 3
    assert found["model"].tolist() == ["2021"] * 3


def special():
    """Columns of the types that Parquet has beside numbers and texts."""
    count = range(40)
    return {
        "0": pa.array([Decimal(i * 7 % 30) / 4 for i in count], pa.decimal128(12, 2)),
        "span": pa.array([dt.timedelta(hours=i * 5 % 70) for i in count], pa.duration("ms")),
        "clock": pa.array([dt.time(i % 24, i * 7 % 60) for i in count], pa.time64("us")),
        "day": pa.array([dt.date(2024, 1, 1) + dt.timedelta(i) for i in count], pa.date32()),
        "moment": pa.array([dt.datetime(2024, 1, 1, i % 24, tzinfo=dt.UTC) for i in count], pa.timestamp("s", "UTC")),
        "ok": pa.array([[True, False, None][i % 3] for i in count], pa.bool_()),
        "whole": pa.array([None if i % 9 == 0 else i * 7 % 30 for i in count], pa.int16()),
        "label": pa.array(["a", "b", None, "c"] * 10, pa.string()).dictionary_encode(),
        "bytes": pa.array([b"xx", b"yy"] * 20, pa.binary()),
        "half": pa.array(np.arange(40, dtype="float16") % 7),
        "list": pa.array([[1], [2]] * 20),
        "y": pa.array(np.arange(40) % 11 / 2),
    }


def test_the_types_of_parquet_are_read_alike(tmp_path, capfd):
    columns = special()
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    known = {*columns} - {"list"}
    winner = Script(tmp_path / "t.parquet").check(known)
    reversed_ = pa.table({name: columns[name] for name in reversed(columns)}).slice(0, 6)
    parquet.write_table(reversed_, tmp_path / "new.parquet")
    same(winner.cells(tmp_path / "new.parquet"), winner.table.frame[:6])
    predict = winner.parts["fit_on_all_rows"](winner.parts["read"]())
    by_path = predict(tmp_path / "new.parquet")
    frame = pd.read_parquet(tmp_path / "new.parquet")
    others = [pd.read_parquet(tmp_path / "new.parquet", dtype_backend=name) for name in ("pyarrow", "numpy_nullable")]
    for given in (frame, frame.astype(object), reversed_, *others):
        assert predict(given).tolist() == by_path.tolist()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("index", ["named", "nameless", "dates", "two", "range"])
def test_indexes_and_whole_numbers_as_names_of_parquet_are_read_alike(tmp_path, index):
    frame = pd.DataFrame({0: np.arange(40) % 7 / 2, 1: list("abcd") * 10, 2: np.arange(40) % 11})
    frame.columns = [0, 1, 2]
    made = {
        "named": pd.Index(np.arange(40) % 9 / 4, name="speed"),
        "nameless": pd.Index(np.arange(40) % 9 / 4),
        "dates": pd.date_range("2024-01-01", periods=40, name="day"),
        "two": pd.MultiIndex.from_arrays([list("xy") * 20, np.arange(40) % 8 / 2], names=["side", "speed"]),
        "range": pd.RangeIndex(0, 80, 2, name="depth"),
    }
    expected = {"named": ["speed"], "nameless": ["row_names"], "dates": ["day"], "two": ["side", "speed"],
                "range": ["depth"]}  # fmt: skip
    frame = frame.set_axis(made[index])
    frame.to_parquet(tmp_path / "t.parquet")
    winner = Script(tmp_path / "t.parquet", target="2").check(["0", "1", "2", *expected[index]])
    frame.head(5).to_parquet(tmp_path / "new.parquet")
    same(winner.cells(tmp_path / "new.parquet"), winner.table.frame[:5])
    predict = winner.parts["fit_on_all_rows"](winner.parts["read"]())
    if index != "nameless":
        assert predict(frame.head(5)).tolist() == predict(tmp_path / "new.parquet").tolist()


TOTAL = ";;;\n\nTotal;;;99\n"
UNEVEN = "1,x,2\n1,x,2,3,4\n"


@pytest.mark.parametrize(
    "text",
    [
        "a;b;c;y\n1;x;3;2\n"
        + "".join(f"{i};{'xyz'[i % 3]};{i % 4};{i % 7}\n" for i in range(30))
        + ";;;\n\nTotal;;;99\n",
        "a b  c y\n" + "".join(f"  {i * 2 % 9} {'xyz'[i % 3]}   {i % 4} {i % 7}\n" for i in range(30)),
        "# a,b,c,y\n" + "".join(f"{i * 2 % 9}.5,{'xyz'[i % 3]},{i % 4},{i % 7}\n" for i in range(30)),
        "sep=|\r\na|b|c|y\r\n" + "".join(f'{i * 2 % 9}|"{"xyz"[i % 3]}\n"|{i % 4}|{i % 7}\r\n' for i in range(30)),
        '"b","c","y"\n' + "".join(f'"r{i}","{"xyz"[i % 3]}",{i % 4},{i % 7}\n' for i in range(30)),
        "".join(f"{i * 2 % 9}.5,{'xyz'[i % 3]},{i % 4},{i % 7}\n" for i in range(30)),
        "a,a,c,y\n"
        + "".join(f"{i * 2 % 9},{'xyz'[i % 3]},{i % 4},{i % 7}\n" for i in range(30))
        + "1,x,2\n1,x,2,3,4\n",
    ],
    ids=["totals", "blanks", "comment", "sep", "row names", "no header", "equal names"],
)
def test_the_edges_of_text_files_are_read_alike(tmp_path, text):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8", newline="")
    target = "column_4" if text.startswith("0.5") else "y"
    winner = Script(tmp_path / "t.csv", target=target).check([target])
    assert len(winner.parts["INPUTS"]) >= 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "broken"])
def test_every_encoding_is_read_alike(tmp_path, encoding):
    text = "größe,straße,y\n" + "".join(f"{i * 2 % 9}.5,{'ÄÖÜ'[i % 3]}hre,{i % 7}\n" for i in range(60))
    data = text.encode("utf-8" if encoding == "broken" else encoding)
    (tmp_path / "t.csv").write_bytes(data.replace("Ü".encode(), b"\xff", 1) if encoding == "broken" else data)
    Script(tmp_path / "t.csv").check(["größe", "straße", "y"] if encoding != "broken" else ["y"])


def test_numbers_that_count_as_categories_are_in_the_order_of_numbers(tmp_path):
    winner = Script(book(tmp_path / "t.xlsx", [NAMES, *ROWS]), kinds={"count": "category"}).check(NAMES)
    assert winner.parts["CATEGORIES"] == ["site", "count", "colour"]
    levels = winner.parts["levels_of"](winner.cells())["count"]
    assert levels == sorted(range(100, 113), key=float)


def test_rows_with_too_many_cells_are_told_and_too_many_of_them_refused(tmp_path, capfd):
    good = [f"{i * 3 % 7},{'xyz'[i % 3]},{i % 5}" for i in range(40)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,y", *good]), encoding="utf-8")
    winner = Script(tmp_path / "t.csv").check(["a", "b", "y"])
    (tmp_path / "new.csv").write_text("\n".join(["b,y,a,more", *[f"x,1,{i},m" for i in range(12)], "x,1,2,3,4"]))
    assert winner.cells(tmp_path / "new.csv")["a"].tolist() == list(range(12))
    assert "1 of the file's rows are left out" in capfd.readouterr().err
    (tmp_path / "bad.csv").write_text("\n".join(["a,b,y", *good[:3], "1,x,2,3", "1,x,2,3"]))
    with pytest.raises(ValueError, match="more cells"):
        winner.cells(tmp_path / "bad.csv")


@pytest.mark.parametrize("suffix", ["csv", "comma.csv", "parquet", "xlsx"])
def test_numbers_and_dates_that_a_person_says_are_missing_are_so(tmp_path, suffix):
    rows = [[*row] for row in ROWS]
    for i, row in enumerate(rows):
        row[1] = -999 if i % 9 == 4 else row[1]
        row[2] = -99.5 if i % 11 == 3 else row[2] + 0.25
        row[3] = dt.datetime(9999, 12, 31) if i % 13 == 5 else row[3]
    path = tmp_path / f"t.{suffix}"
    if suffix == "xlsx":
        book(path, [NAMES, *rows])
    elif suffix == "parquet":
        table = pd.DataFrame(rows, columns=NAMES)
        table.astype({"day": "datetime64[s]"}).to_parquet(path)
    else:
        how = {"sep": ";", "decimal": ","} if "comma" in suffix else {}
        pd.DataFrame(rows, columns=NAMES).to_csv(path, index=False, **how)
    words = ["-999", "-99,5" if "comma" in suffix else "-99.5", "9999-12-31"]
    winner = Script(path, read={"missing": words}).check(NAMES)
    frame = winner.table.frame
    assert [i for i in range(40) if np.isnan(frame["width"][i])] == [i for i in range(40) if i % 9 == 4]
    assert [i for i in range(40) if np.isnan(frame["count"][i])] == [i for i in range(40) if i % 11 == 3]
    if "csv" in suffix:
        assert [i for i in range(40) if np.isnan(frame["day"][i])] == [i for i in range(40) if i % 13 == 5]
    assert winner.table.info.column("width").low == 0
    assert not winner.table.info.cautions


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_labels_that_differ_in_blanks_are_kept_apart_on_request(tmp_path, suffix):
    rows = [[*row[:4], ("red", "red ", "RED", "blue")[i % 4], row[5]] for i, row in enumerate(ROWS)]
    path = tmp_path / f"t.{suffix}"
    table = pd.DataFrame(rows, columns=NAMES)
    {"csv": table.to_csv, "xlsx": table.to_excel, "parquet": table.to_parquet}[suffix](path, index=False)
    merged = Script(path).check(NAMES)
    assert merged.table.info.column("colour").distinct == 2
    offered = {one.instead for one in merged.table.info.cautions if one.column == "colour"}
    assert offered == {"labels=exact"}
    exact = Script(path, read={"labels": "exact"}).check(NAMES)
    assert set(exact.table.frame["colour"]) == {"red", "red ", "RED", "blue"}
    assert not exact.table.info.cautions
