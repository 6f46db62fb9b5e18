"""Files in, tables out; every kind of bad file answered with a sentence."""

import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from engine.data.reading import Cancelled, inspect, load
from engine.data.table import sentences
from engine.errors import UserFault

ROWS = "age,city,wage\n31,Bern,4000\n45,Genève,5200.5\n28,Bern,\n"


def write(folder, text, name="table.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def kinds(info):
    return {column.name: column.kind for column in info.columns}


def fault(source):
    with pytest.raises(UserFault) as caught:
        inspect(source)
    assert caught.value.remedy
    return caught.value.what


@pytest.mark.parametrize(("delimiter", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv"), ("|", "a.txt")])
def test_the_delimiter_is_found(tmp_path, delimiter, name):
    found = inspect(write(tmp_path, ROWS.replace(",", delimiter), name))
    assert found.info.names == ("age", "city", "wage")
    assert found.preview[1] == ("45", "Genève", "5200.5")


def test_the_preview_shows_missing_cells_as_empty(tmp_path):
    assert inspect(write(tmp_path, ROWS)).preview[2] == ("28", "Bern", "")


def test_a_comma_is_a_decimal_sign_where_a_semicolon_separates(tmp_path):
    table = load(write(tmp_path, "a;b\n1,5;2\n2,25;4\n3,0;9\n"))
    assert table.frame["a"].tolist() == [1.5, 2.25, 3.0]


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "xlsx"])
def test_every_format_gives_the_same_table(tmp_path, ending):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "size": rng.normal(size=60).round(6),
            "count": rng.integers(0, 50, 60),
            "colour": rng.choice(["red", "green", "blue"], 60),
            "when": pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d"),
        }
    )
    path = tmp_path / f"table.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if ending == "tsv" else ",")
    table = load(path)
    assert kinds(table.info) == {"size": "number", "count": "number", "colour": "category", "when": "time"}
    assert np.array_equal(table.frame["size"], frame["size"])
    assert table.frame["colour"].tolist() == frame["colour"].tolist()
    assert table.frame["when"][1] - table.frame["when"][0] == 86_400


def test_an_empty_file_is_refused_in_a_sentence(tmp_path):
    assert fault(write(tmp_path, " \n")) == "table.csv is empty."


def test_a_file_with_names_but_no_rows_is_refused(tmp_path):
    assert fault(write(tmp_path, "a,b\n")) == "table.csv has column names but no rows."


def test_a_single_column_is_refused(tmp_path):
    assert fault(write(tmp_path, "a\n1\n2\n")) == "table.csv has one column only."


def test_a_missing_file_is_refused(tmp_path):
    assert "does not exist" in fault(tmp_path / "gone.csv")


def test_an_unknown_ending_is_refused(tmp_path):
    assert "'.docx'" in fault(write(tmp_path, "a,b\n1,2\n", "table.docx"))


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in fault(tmp_path)


def test_an_unknown_sample_is_refused():
    assert "no sample" in fault("sample:nothing")


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_a_damaged_file_is_refused(tmp_path, ending):
    assert "cannot be read" in fault(write(tmp_path, "PK this is none", f"table.{ending}"))


def test_a_file_of_zero_bytes_is_not_taken_for_text(tmp_path):
    assert "not a text file" in fault(write(tmp_path, "a,b\n\0\0\0,1\n"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights otherwise")
def test_a_file_without_the_right_to_read_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, ROWS)

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(type(path), "open", refuse)
    assert "may not be read" in fault(path)


def test_bytes_that_are_not_utf8_are_read_and_told(tmp_path):
    found = inspect(write(tmp_path, ROWS, encoding="cp1252"))
    assert found.preview[1][1] == "Genève"
    assert "not UTF-8" in sentences(found.info)[0]


def test_bytes_that_are_not_utf8_after_a_plain_beginning_are_read_too(tmp_path):
    text = "a,b\n" + "1,plain\n" * 50_000 + "2,Genève\n"
    table = load(write(tmp_path, text, encoding="cp1252"))
    assert table.frame["b"].iloc[-1] == "Genève"


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    assert inspect(write(tmp_path, ROWS, encoding="utf-8-sig")).info.names[0] == "age"
    assert inspect(write(tmp_path, ROWS, encoding="utf-16")).info.names[0] == "age"


def test_infinite_values_count_as_missing_and_are_told(tmp_path):
    table = load(write(tmp_path, "a,b\ninf,1\n-inf,2\n3,3\n4,3\n"))
    assert table.info.column("a").missing == 2
    assert np.isnan(table.frame["a"].iloc[0])
    assert sentences(table.info) == ("2 values of 'a' are infinite and count as missing.",)


def test_a_few_broken_rows_are_left_out_and_counted(tmp_path):
    text = "a,b\n" + "1,2\n" * 40 + "1,2,3\n" + "3,4\n"
    table = load(write(tmp_path, text))
    assert len(table.frame) == 41
    assert sentences(table.info) == ("1 broken row was left out: too many cells.",)


def test_a_table_of_broken_rows_is_refused(tmp_path):
    assert "is broken" in fault(write(tmp_path, "a,b\n" + "1,2\n" * 10 + "1,2,3,4\n" * 3 + "1,2\n" * 10))


def test_a_quotation_that_never_ends_is_refused_with_its_line(tmp_path):
    assert "line 3" in fault(write(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n'))


def test_columns_of_the_same_name_are_told_apart(tmp_path):
    info = load(write(tmp_path, "a,a,b,a_2\n1,2,3,4\n2,3,4,5\n")).info
    assert info.names == ("a", "a_3", "b", "a_2")
    assert "share a name" in sentences(info)[0]


def test_a_file_without_header_keeps_its_first_row(tmp_path):
    table = load(write(tmp_path, "1.5,2\n3,4\n5,6\n"))
    assert table.info.names == ("column_1", "column_2")
    assert len(table.frame) == 3


def test_free_text_is_left_out_with_a_sentence(tmp_path):
    lines = "".join(f"{n},the patient {n} came back after {n * 7} days\n" for n in range(30))
    info = inspect(write(tmp_path, "n,comment\n" + lines)).info
    assert info.column("comment").kind == "text"
    assert info.column("comment").left_out == "free text"
    assert "comment is left out: free text." in sentences(info)


def test_a_quick_look_at_a_long_file_is_at_its_first_rows(tmp_path):
    path = write(tmp_path, "a,b\n" + "".join(f"{n},{n % 7}\n" for n in range(100_000)))
    found = inspect(path, quick=True)
    assert found.info.sampled
    assert found.info.rows == pytest.approx(100_000, rel=0.2)
    assert 0 < found.info.column("a").distinct < 100_000
    assert not inspect(path).info.sampled
    assert inspect(path).info.column("a").distinct == 100_000


def test_kinds_are_those_of_all_rows(tmp_path):
    path = write(tmp_path, "v,y\n" + "".join(f"{n},A\n" for n in range(120_000)) + "1,B\n")
    assert kinds(inspect(path).info) == {"v": "number", "y": "category"}


def test_a_quick_look_at_a_long_parquet_file_counts_without_reading(tmp_path):
    pd.DataFrame({"a": range(5000), "b": [1.5, 2.5] * 2500}).to_parquet(tmp_path / "t.parquet")
    info = inspect(tmp_path / "t.parquet", quick=True).info
    assert (info.rows, info.sampled, info.column("b").distinct) == (5000, True, 2)


def test_a_look_ends_when_it_is_no_longer_wanted(tmp_path):
    with pytest.raises(Cancelled):
        inspect(write(tmp_path, ROWS), cancelled=lambda: True)


def test_a_table_larger_than_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.data.reading.files.COPIES", 1e15)
    with pytest.raises(UserFault, match="of memory"):
        load(write(tmp_path, ROWS))


def test_a_chosen_kind_wins_over_the_inferred_one(tmp_path):
    info = load(write(tmp_path, "a,b\n1,2\n2,3\n1,4\n"), kinds={"a": "category"}).info
    assert kinds(info) == {"a": "category", "b": "number"}


def test_objects_of_mixed_types_in_a_sheet_become_texts(tmp_path):
    pd.DataFrame({"a": [1, "x", True, None] * 5, "b": range(20)}).to_excel(tmp_path / "t.xlsx", index=False)
    table = load(tmp_path / "t.xlsx")
    assert table.info.column("a").kind == "category"
    assert set(table.frame["a"].dropna()) == {"1", "x", "True"}


def test_reading_modules_do_not_load_pandas():
    code = (
        "import sys, engine.data.reading, engine.data.samples, engine.data.metrics, engine.data.folds\n"
        "import engine.objectives.table, engine.learners.families as f\n"
        "[f.registry.get(n) for n in ('boosting', 'random_forest', 'svm', 'neighbours', 'elastic_net')]\n"
        "print(*{'pandas', 'sklearn', 'pyarrow', 'scipy', 'openpyxl'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_a_parquet_file_that_unpacks_to_more_than_memory_is_refused_before_it_does(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 200_000
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 100_000]))
    table = pa.table({"a": text, "y": pa.array([i % 3 for i in range(rows)])})
    with pq.ParquetWriter(tmp_path / "bomb.parquet", table.schema, compression="zstd") as writer:
        for _ in range(50):
            writer.write_table(table)
    assert (tmp_path / "bomb.parquet").stat().st_size < 20_000_000
    with pytest.raises(UserFault, match="GB of memory"):
        load(tmp_path / "bomb.parquet")


def test_a_sheet_that_unpacks_to_gigabytes_is_refused_before_it_does(tmp_path):
    with (
        zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(1100):
            sheet.write(bytes(1 << 20))
    for read in (inspect, load):
        with pytest.raises(UserFault, match="unpacks to"):
            read(tmp_path / "bomb.xlsx")


@pytest.mark.parametrize(
    ("start", "kind"),
    [(1, "identifier"), (7000, "identifier"), (1950, "number")],  # years count no rows
)
def test_whole_numbers_without_a_gap_or_a_name_count_the_rows(tmp_path, start, kind):
    path = tmp_path / "nameless.csv"
    path.write_text("".join(f"{'xyz'[i % 3]},{start + i},{i * 37 % 11}.5\n" for i in range(40)))
    table = load(path)
    assert [column.kind for column in table.info.columns] == ["category", kind, "number"]


def test_a_remark_after_a_name_does_not_hide_that_it_names_rows(tmp_path):
    path = tmp_path / "remark.csv"
    path.write_text('"Row ID\n(total)",size\n' + "".join(f"{i + 1},{i * 37 % 11}.5\n" for i in range(40)))
    assert [column.kind for column in load(path).info.columns] == ["identifier", "number"]


def test_a_remark_after_a_name_does_not_hide_that_its_codes_name_things(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("customer id (old),size\n" + "".join(f"C-{i % 30:02d}x,{i * 37 % 11}.5\n" for i in range(120)))
    assert [column.kind for column in load(path).info.columns] == ["identifier", "number"]


def test_numbers_that_are_dates_are_dates_beside_words_for_gaps_too(tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("date,size\n" + "".join(f"202202{i + 1:02d},{i * 37 % 11}.5\nNULL,3\n" for i in range(20)))
    table = load(path)
    assert [column.kind for column in table.info.columns] == ["time", "number"]
    assert table.info.columns[0].missing == 20
