"""Workbooks in, the right sheet and cells out; bombs and lies refused before they unpack."""

import contextlib
import datetime as dt
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from engine.data.reading import inspect
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.excel_file import read_excel
from engine.data.reading.options import ReadOptions
from engine.errors import UserFault

ROWS = [[i, i * 1.5, "ab"[i % 2]] for i in range(20)]
TABLE = [["x", "y", "k"], *ROWS]


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def change(path, edit):
    made = openpyxl.load_workbook(path)
    edit(made)
    made.save(path)


def said(table):
    return [caution.sentence for caution in table.cautions]


def test_a_plain_sheet_gives_its_types_and_no_caution(tmp_path):
    frame = pd.DataFrame(
        {
            "size": [1.5, 2.25, np.nan],
            "count": [1, 2, 3],
            "kind": ["a", None, "b"],
            "ok": [True, False, True],
            "when": pd.to_datetime(["2024-01-01 00:00:00", "2024-01-02 03:04:05", None]),
        }
    )
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    table = read_excel(tmp_path / "t.xlsx")
    assert table.cautions == ()
    assert [dtype.kind for dtype in table.frame.dtypes if dtype != "str"] == ["f", "i", "b", "M"]
    assert table.frame["kind"].dtype == "str"
    for name in frame:
        gone = frame[name].isna()
        assert table.frame[name].isna().equals(gone)
        assert table.frame[name][~gone].tolist() == frame[name][~gone].tolist()
    assert (table.rows, table.sampled, table.read.sheet, table.read.skip_top) == (3, False, "Sheet1", 0)


def test_the_first_rows_are_enough_for_a_look(tmp_path):
    table = read_excel(book(tmp_path / "t.xlsx", S=TABLE), limit=5)
    assert (len(table.frame), table.rows, table.sampled) == (5, 20, True)


def test_a_look_at_a_large_file_reads_its_start_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.data.reading.workbook_starts.LARGE", 1 << 17)
    monkeypatch.setattr("engine.data.reading.workbook_starts._START", 1 << 16)
    path = book(tmp_path / "t.xlsx", Notes=[["made", "by"]], S=[["A title"], [], TABLE[0], *ROWS * 200])
    whole = read_excel(path)
    monkeypatch.setattr("engine.data.reading.excel_file._sheets", None)
    quick = read_excel(path, limit=3000)
    assert quick.sampled
    assert 100 < len(quick.frame) < 1000
    assert abs(quick.rows - 4000) < 400
    assert quick.frame.equals(whole.frame.head(len(quick.frame)))
    assert (quick.read.sheet, quick.read.skip_top, quick.cautions) == ("S", whole.read.skip_top, whole.cautions)


def test_cells_that_are_no_numbers_or_dates_become_texts_a_person_reads(tmp_path):
    rows = [
        ["mixed", "time", "long", "bool", "big", "code", "dates"],
        [1.0, dt.time(12, 30), dt.timedelta(hours=30), True, 2**60, "00501", dt.date(2024, 1, 2)],
        [2.5, dt.time(8), dt.timedelta(minutes=90), None, 7, "10001", "soon"],
        ["three", None, None, False, 8, "90210", dt.datetime(2024, 1, 2, 3, 4)],
    ]
    frame = read_excel(book(tmp_path / "t.xlsx", S=rows)).frame
    assert frame["mixed"].tolist() == ["1", "2.5", "three"]
    assert frame["time"].tolist()[:2] == ["12:30:00", "08:00:00"]
    assert frame["long"].tolist()[:2] == [108_000.0, 5_400.0]
    assert frame["bool"].tolist()[::2] == ["True", "False"]
    assert frame["bool"].isna().tolist() == [False, True, False]
    assert frame["big"].tolist() == [str(2**60), "7", "8"]
    assert frame["code"].tolist() == ["00501", "10001", "90210"]
    assert frame["dates"].tolist() == ["2024-01-02", "soon", "2024-01-02 03:04:00"]


def test_the_fullest_sheet_is_read_and_the_others_are_named(tmp_path):
    path = book(tmp_path / "t.xlsx", Info=[["Note", "State"], ["do not change", "1"], ["b", "2"]], Daten=TABLE, Leer=[])
    table = read_excel(path)
    assert (table.read.sheet, len(table.frame)) == ("Daten", 20)
    assert said(table) == ["The sheet 'Daten' was read; there are also 'Info' (2 rows)."]
    assert said(read_excel(path, ReadOptions(sheet="Daten"))) == []


@pytest.mark.parametrize("chosen", ["Info", "info", "1"])
def test_a_sheet_is_chosen_by_name_or_number(tmp_path, chosen):
    path = book(tmp_path / "t.xlsx", Info=[["a", "b"], [1, 2], [3, 4]], Daten=TABLE)
    assert list(read_excel(path, ReadOptions(sheet=chosen)).frame) == ["a", "b"]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(UserFault) as caught:
        read_excel(book(tmp_path / "t.xlsx", Info=TABLE, Daten=TABLE), ReadOptions(sheet="Date"))
    assert caught.value.what == "t.xlsx has no sheet 'Date'."
    assert caught.value.remedy == "Choose one of: 'Info', 'Daten'."


def test_charts_and_hidden_sheets_do_not_stand_in_the_way(tmp_path):
    path = book(tmp_path / "t.xlsx", A=[["a", "b"], [1, 2], [3, 4]], B=TABLE)

    def edit(made):
        made.create_chartsheet("Chart", 0)
        made["A"].sheet_state = "hidden"

    change(path, edit)
    assert read_excel(path).read.sheet == "B"


def test_an_empty_book_is_refused(tmp_path):
    with pytest.raises(UserFault, match="is empty"):
        read_excel(book(tmp_path / "t.xlsx", S=[]))


def test_one_column_is_refused(tmp_path):
    with pytest.raises(UserFault, match=r"t\.xlsx has one column only"):
        read_excel(book(tmp_path / "t.xlsx", S=[["a"], [1], [2]]))


def test_titles_notes_and_totals_are_left_out_and_told(tmp_path):
    rows = [["Report"], ["State: today"], [], *TABLE, ["Total", sum(row[1] for row in ROWS)], [], ["Source: me"]]
    table = read_excel(book(tmp_path / "t.xlsx", S=rows))
    assert list(table.frame) == ["x", "y", "k"]
    assert len(table.frame) == 20
    assert said(table)[0] == "The first 2 rows (Report; State: today) are not data and are left out."
    assert said(table)[1].startswith("The last 2 rows (Total, ")
    assert (table.read.skip_top, table.read.skip_bottom) == (3, 2)
    assert read_excel(tmp_path / "t.xlsx", table.read).frame.equals(table.frame)


def test_a_table_may_begin_anywhere(tmp_path):
    table = read_excel(book(tmp_path / "t.xlsx", S=[[], [], *([None, None, *row] for row in TABLE)]))
    assert list(table.frame) == ["x", "y", "k"]
    assert (len(table.frame), table.read.skip_top, table.cautions) == (20, 2, ())


def test_merged_names_stand_above_each_of_their_columns(tmp_path):
    rows = [
        ["id", "Length", None, "Width", None],
        [None, "leaf", "stem", "leaf", "stem"],
        *([i, i, 2, 3.5, 4] for i in range(9)),
    ]
    path = book(tmp_path / "t.xlsx", S=rows)
    change(path, lambda made: [made["S"].merge_cells(cells) for cells in ("A1:A2", "B1:C1", "D1:E1")])
    table = read_excel(path)
    assert list(table.frame) == ["id", "Length leaf", "Length stem", "Width leaf", "Width stem"]
    assert "joined" in said(table)[0]


def test_merged_cells_of_a_column_hold_for_each_row_and_are_told(tmp_path):
    path = book(tmp_path / "t.xlsx", S=[["g", "x", "y"], *(["ab"[i // 3 % 2], i, i * 1.5] for i in range(12))])
    change(path, lambda made: [made["S"].merge_cells(cells) for cells in ("A2:A4", "A5:A7")])
    table = read_excel(path)
    assert table.frame["g"].tolist() == list("aaabbbaaabbb")
    assert said(table) == ["Merged cells of 'g' give 4 more rows their value."]
    assert table.cautions[0].column == "g"


def test_a_table_beside_another_is_left_out_and_told(tmp_path):
    other = [["u", "v"], *([i, i * 2] for i in range(5))]
    rows = [[*TABLE[i], None, *(other[i] if i < len(other) else [])] for i in range(len(TABLE))]
    table = read_excel(book(tmp_path / "t.xlsx", S=rows))
    assert list(table.frame) == ["x", "y", "k"]
    assert said(table) == ["Beside the table, another table in columns E to F are left out."]


def test_a_gap_between_columns_of_one_table_is_no_border(tmp_path):
    rows = [["x", "y", None, "k"], *([i, i * 1.5, None, "ab"[i % 2]] for i in range(20))]
    table = read_excel(book(tmp_path / "t.xlsx", S=rows))
    assert (list(table.frame), table.cautions) == (["x", "y", "k"], ())


def test_a_table_below_another_is_left_out_and_told(tmp_path):
    other = [["u", "v", "w"], *([i, i * 2, "no"] for i in range(5))]
    for rows, place in (([*TABLE, [], *other], "rows 23 to 28"), ([*other, [], *TABLE], "rows 1 to 6")):
        table = read_excel(book(tmp_path / "t.xlsx", S=rows))
        assert list(table.frame) == ["x", "y", "k"]
        assert len(table.frame) == 20
        assert said(table) == [f"Another table stands in {place} of the sheet, which are left out."]
        again = read_excel(tmp_path / "t.xlsx", table.read)
        assert again.frame.equals(table.frame)


def test_blank_rows_inside_a_table_are_no_border(tmp_path):
    table = read_excel(book(tmp_path / "t.xlsx", S=[*TABLE[:9], [], *TABLE[9:]]))
    assert (len(table.frame), table.cautions) == (20, ())


def test_errors_and_formulas_without_a_value_are_told_by_column(tmp_path):
    rows = [["x", "y", "z"], *([i, i * 1.5, 1] for i in range(20))]
    rows[3][1], rows[4][1], rows[5][2] = "#DIV/0!", "#N/A", "=A1+1"
    table = read_excel(book(tmp_path / "t.xlsx", S=rows))
    assert table.frame["y"].isna().sum() == 2
    assert said(table) == [
        "2 cells of 'y' hold errors such as #DIV/0!; counted as missing.",
        (
            "1 cell of 'z' holds formulas that were never calculated (open and save the file in Excel); "
            "counted as missing."
        ),
    ]
    assert [caution.column for caution in table.cautions] == ["y", "z"]


def test_equal_names_are_told_apart_and_told(tmp_path):
    table = read_excel(book(tmp_path / "t.xlsx", S=[["w", "w", "ok"], *([i, 2.5, "x"] for i in range(5))]))
    assert list(table.frame) == ["w", "w_2", "ok"]
    assert said(table) == ["Some columns share a name; the later ones are called w_2."]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 this is none", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(UserFault, match=r"t\.xlsx (?:cannot be read as Excel|is not an Excel file)"):
        read_excel(tmp_path / "t.xlsx")


def test_any_cut_or_changed_workbook_ends_in_a_table_or_a_sentence(tmp_path):
    whole = book(tmp_path / "t.xlsx", S=TABLE).read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(150):
        damaged = bytearray(whole[: rng.integers(1, len(whole))] if rng.random() < 0.3 else whole)
        for _ in range(rng.integers(1, 6)):
            damaged[rng.integers(len(damaged))] = rng.integers(256)
        (tmp_path / "d.xlsx").write_bytes(bytes(damaged))
        with contextlib.suppress(UserFault):
            assert len(read_excel(tmp_path / "d.xlsx").frame.columns) > 1


def with_part(path, name, content):
    """The workbook with one of its parts in other words."""
    with zipfile.ZipFile(path) as packed:
        parts = {info.filename: packed.read(info) for info in packed.infolist()}
    parts[name] = content(parts.get(name, b"")) if callable(content) else content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, held in parts.items():
            packed.writestr(part, held)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("quote", ['"', "'"])
def test_one_cell_in_the_last_corner_does_not_take_all_memory(tmp_path, quote):
    cell = f"<row r={quote}1048576{quote}><c r={quote}XFD1048576{quote}><v>1</v></c></row></sheetData>".encode()
    path = with_part(book(tmp_path / "t.xlsx", S=TABLE), SHEET, lambda xml: xml.replace(b"</sheetData>", cell))
    with pytest.raises(UserFault, match="spreads over 1,048,576 rows and 16,384 columns"):
        read_excel(path)


def test_a_dimension_that_lies_is_not_believed(tmp_path):
    path = with_part(
        book(tmp_path / "t.xlsx", S=TABLE), SHEET, lambda xml: xml.replace(b'ref="A1:C21"', b'ref="A1:XFD1048576"')
    )
    assert len(read_excel(path).frame) == 20


def test_a_sheet_in_utf16_is_refused(tmp_path):
    path = with_part(book(tmp_path / "t.xlsx", S=TABLE), SHEET, lambda xml: xml.decode().encode("utf-16"))
    with pytest.raises(UserFault, match="cannot be read as Excel"):
        read_excel(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/styles.xml", "xl/sharedStrings.xml"])
def test_entities_that_multiply_are_refused_or_ignored(tmp_path, part):
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 100}">' for n in range(12))
    head = f'<?xml version="1.0"?><!DOCTYPE x [{bomb}]>'.encode()
    path = with_part(
        book(tmp_path / "t.xlsx", S=TABLE), part, lambda xml: head + xml.replace(b"<t>x</t>", b"<t>&e11;</t>")
    )
    with contextlib.suppress(UserFault):
        assert len(read_excel(path).frame) == 20


def bomb(path, size):
    """A workbook with 64 MB of zeros, whose directory says that they are ``size`` bytes."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/big.xml", bytes(64 << 20))
    raw = path.read_bytes()
    true = (64 << 20).to_bytes(4, "little")
    assert raw.count(true) == 2
    path.write_bytes(raw.replace(true, size.to_bytes(4, "little")))
    return path


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_by_its_directory(tmp_path, monkeypatch):
    path = bomb(book(tmp_path / "t.xlsx", S=TABLE), (1 << 32) - 2)
    monkeypatch.setattr("engine.data.reading.workbooks.pieces", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(UserFault, match=r"unpacks to 4\.0 GB"):
        read_excel(path)


def test_sizes_that_lie_are_found_out_while_unpacking(tmp_path, monkeypatch):
    path = bomb(book(tmp_path / "t.xlsx", S=TABLE), 100)
    with zipfile.ZipFile(path) as packed:
        assert packed.getinfo("xl/big.xml").file_size == 100
    monkeypatch.setattr("engine.data.reading.workbooks.LARGEST", 32 << 20)
    with pytest.raises(UserFault, match=r"unpacks to 0\.0 GB or more"):
        read_excel(path)


def test_a_text_that_a_million_cells_share_is_held_once_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.data.reading.files.COPIES", 1e15)
    with pytest.raises(UserFault, match="GB of memory"):
        read_excel(book(tmp_path / "t.xlsx", S=TABLE))


@pytest.mark.parametrize("after", [0, 5])
def test_a_look_that_is_no_longer_wanted_ends(tmp_path, monkeypatch, after):
    monkeypatch.setattr("engine.data.reading.excel_file._CANCEL_EVERY", 10)
    asked = iter(range(100))
    with pytest.raises(Cancelled):
        read_excel(book(tmp_path / "t.xlsx", S=TABLE), cancelled=lambda: next(asked) >= after)
    with pytest.raises(Cancelled):
        inspect(tmp_path / "t.xlsx", cancelled=lambda: True)


def test_the_module_is_light():
    source = Path(read_excel.__code__.co_filename).read_text(encoding="utf-8")
    assert "\nimport pandas" not in source
    assert "\nimport python_calamine" not in source
