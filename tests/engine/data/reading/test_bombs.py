"""Small files that unpack to much, or never end, are refused before they are unpacked."""

import zipfile

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.reading import files, inspect
from engine.data.reading.parquet_file import read_parquet
from engine.errors import UserFault

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def workbook(path, texts, rows):
    """A workbook of two columns: a text that is shared, by its number, and a number."""
    book = openpyxl.Workbook()
    book.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {info.filename: packed.read(info) for info in packed.infolist()}
    cells = [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1" t="inlineStr"><is><t>y</t></is></c></row>'
    ]
    for row, (text, number) in enumerate(rows, start=2):
        cells.append(f'<row r="{row}"><c r="A{row}" t="s"><v>{text}</v></c><c r="B{row}"><v>{number}</v></c></row>')
    parts["xl/worksheets/sheet1.xml"] = SHEET % "".join(cells).encode()
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{shared}</sst>'.encode()
    )
    links = parts["xl/_rels/workbook.xml.rels"]
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = b'<Relationship Id="rId99" Type="%s" Target="sharedStrings.xml"/></Relationships>' % kind
    parts["xl/_rels/workbook.xml.rels"] = links.replace(b"</Relationships>", link)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    return path


@pytest.mark.parametrize("quick", [True, False])
def test_a_text_that_many_cells_share_is_counted_as_often_as_it_would_be_held(tmp_path, quick):
    path = workbook(tmp_path / "t.xlsx", ["s" * 32_000], [(0, 1)] * 40_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UserFault, match=r"unpacks to 1\.2 GB"):
        inspect(path, quick=quick)


def test_an_ordinary_sheet_of_shared_texts_is_read(tmp_path):
    texts = ["a", "b", "a text " * 4000]
    path = workbook(tmp_path / "t.xlsx", texts, [(2 if n == 7 else n % 2, n) for n in range(11_000)])
    info = inspect(path).info  # of its longest text it could hold 308 MB, so they are counted one by one
    assert (info.rows, info.column("x").distinct) == (11_000, 3)


def test_texts_are_counted_across_the_pieces_of_a_part(tmp_path, monkeypatch):
    from engine.data.reading import shared_texts, workbooks

    texts = [f"{'long ' * (n % 7)}{n}" for n in range(300)]
    path = workbook(tmp_path / "t.xlsx", texts, [(n * 7 % 300, n) for n in range(300)])
    monkeypatch.setattr(workbooks, "_PIECE", 37)
    monkeypatch.setattr(shared_texts, "_OVERLAP", 120)
    monkeypatch.setattr(shared_texts, "_HARMLESS", 0)
    found = []
    monkeypatch.setattr(shared_texts, "check_size", lambda path, size: found.append(size))
    shared_texts.check_texts(path, "Sheet")
    with zipfile.ZipFile(path) as packed:
        before, *shared = packed.read("xl/sharedStrings.xml").split(b"<si>")
    assert found[-1] == len(before) + sum(len(b"<si>" + text.partition(b"</si>")[0]) for text in shared)


def test_lists_of_a_parquet_file_that_are_left_out_are_not_unpacked(tmp_path, monkeypatch):
    """Two columns of one name had all the others read with them."""
    rows, length = 200, 10_000
    lists = pa.ListArray.from_arrays(np.arange(0, rows * length + 1, length, dtype="int32"), np.zeros(rows * length))
    numbers = pa.array(np.arange(float(rows)))
    table = pa.Table.from_arrays([lists, numbers, pa.array(np.zeros(rows))], names=["a", "b", "b"])
    pq.write_table(table, tmp_path / "t.parquet")
    sizes = []
    monkeypatch.setattr("engine.data.reading.parquet_file.check_memory", lambda path, size: sizes.append(size))
    read = read_parquet(tmp_path / "t.parquet")
    assert read.frame.iloc[:, 0].tolist() == numbers.to_pylist()
    assert read.frame.shape == (rows, 2)
    assert sizes[-1] < 100 * rows


def test_metadata_that_are_nested_without_end_are_a_sentence(tmp_path):
    table = pa.table({"a": [1.0] * 50, "b": [2.0] * 50}).replace_schema_metadata({"pandas": "[" * 200_000})
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(UserFault, match="cannot be read as Parquet"):
        inspect(tmp_path / "t.parquet")


def test_a_table_of_too_many_columns_is_refused_from_its_first_lines(tmp_path):
    count = files.MOST_COLUMNS + 1
    names = [f"c{place}" for place in range(count)]
    pq.write_table(pa.Table.from_arrays([pa.array([1.0, 2.0])] * count, names=names), tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text(",".join(names) + "\n" + "\n".join([",".join(["1.5"] * count)] * 3))
    for path in (tmp_path / "t.parquet", tmp_path / "t.csv"):
        with pytest.raises(UserFault, match=f"{count:,} columns"):
            inspect(path, quick=True)
