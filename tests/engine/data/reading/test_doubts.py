"""What no rule of reading settles is told; what names say of numbers is obeyed."""

import pandas as pd
import pytest

from engine.data.reading import FirstLines, ReadOptions, inspect, load, look_at_start
from engine.data.reading.options import from_builtins, parse
from engine.errors import UserFault


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_row_of_names_that_was_taken_for_data_is_told(tmp_path, separator):
    lines = ["Station|North|", "Exported|2024-02-01|", "area|date|amount"]
    lines += [f"{'YN'[i % 3 % 2]}|2016-Q{i % 4 + 1}|{i} kg" for i in range(40)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines).replace("|", separator), encoding="utf-8")
    info = inspect(path, ReadOptions(skip_top=0, header=True)).info
    assert any("it may hold the names" in one.sentence and "date, amount" in one.sentence for one in info.cautions)
    path.write_text("\n".join(lines[2:]).replace("|", separator), encoding="utf-8")
    assert not inspect(path).info.cautions


def test_names_among_rows_are_told_beside_words_for_missing_too(tmp_path):
    rows = [f"{'xy'[i % 2]};{'--' if i % 4 == 3 else f'2022-10-{i % 28 + 1:02d}'}" for i in range(40)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["Station;North", "Exported;2024-02-01", "status;date", *rows]), encoding="utf-8")
    assert any("it may hold the names" in one.sentence for one in inspect(path).info.cautions)


def test_a_word_among_numbers_is_no_row_of_names(tmp_path):
    path = tmp_path / "t.csv"
    rows = "".join(f"{i},{'broken' if i == 1 else i / 4},{i % 7}.25\n" for i in range(60))
    path.write_text("n,x,y\n" + rows, encoding="utf-8")
    assert not any("names" in one.sentence for one in inspect(path).info.cautions)


@pytest.mark.parametrize("name", ["Postal Code", "zip", "ZIP", "zipcode", "zip_code", "PLZ", "postcode", "FIPS"])
@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_codes_of_places_are_no_measure(tmp_path, name, suffix):
    path = tmp_path / f"t.{suffix}"
    frame = pd.DataFrame({name: [10_000 + 37 * (i % 30) for i in range(90)], "y": [i / 4 for i in range(90)]})
    {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}[suffix](path, index=False)
    assert inspect(path).info.column(name).kind == "category"
    assert load(path, kinds={name: "number"}).info.column(name).kind == "number"


@pytest.mark.parametrize("name", ["zipper_width", "zipf", "amount"])
def test_other_numbers_are_numbers(tmp_path, name):
    path = tmp_path / "t.csv"
    rows = "".join(f"{10_000 + 37 * (i % 30)},{i / 4}\n" for i in range(90))
    path.write_text(f"{name},y\n{rows}", encoding="utf-8")
    assert inspect(path).info.column(name).kind == "number"


def doubts_of(info, column):
    return [one for one in info.cautions if one.column == column]


def written(tmp_path, frame, suffix="csv"):
    path = tmp_path / f"t.{suffix}"
    {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}[suffix](path, index=False)
    return path


def test_each_word_in_doubt_changes_by_itself_and_in_its_column_alone(tmp_path):
    labels = ["None", "Brick", "?", "Stone", "Brick"]
    frame = pd.DataFrame({"wall": labels * 20, "roof": labels * 20, "y": [i / 4 for i in range(100)]})
    path = written(tmp_path, frame)
    first = inspect(path).info
    assert [one.instead for one in doubts_of(first, "wall")] == ["missing.wall=?,None", "missing.wall="]
    assert first.column("wall").missing == 20
    both = inspect(path, parse(["missing.wall=?,None"])).info
    assert (both.column("wall").missing, both.column("roof").missing) == (40, 20)
    assert not doubts_of(both, "wall")
    assert doubts_of(both, "roof") == doubts_of(first, "roof")
    assert inspect(path, parse(["missing.wall="])).info.column("wall").missing == 0
    assert inspect(path, parse(["missing=Brick", "missing.wall=None"])).info.column("wall").missing == 20


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("end", [-999, 9999])
def test_a_number_of_nines_far_from_all_others_may_mean_missing(tmp_path, suffix, end):
    frame = pd.DataFrame({"x": [end if i % 9 == 0 else 20 + i % 7 for i in range(90)], "y": [i / 4 for i in range(90)]})
    path = written(tmp_path, frame, suffix)
    (doubt,) = doubts_of(inspect(path).info, "x")
    assert doubt.sentence == f"10 rows have {end} in 'x', far from all other numbers; it may stand for missing."
    read = inspect(path, parse([doubt.instead])).info
    assert (read.column("x").missing, read.column("x").low, read.column("x").high) == (10, 20, 26)
    assert not read.cautions
    assert not inspect(path, parse(["missing.x="])).info.cautions


@pytest.mark.parametrize("others", [[990, 995, 1001, 1010, 980], [0, 2000, 5, 7, 9], [99] * 5])
def test_a_number_of_nines_among_its_like_is_a_number(tmp_path, others):
    values = [999, 999, *others] * 9
    frame = pd.DataFrame({"x": values, "y": [i / 4 for i in range(len(values))]})
    assert not inspect(written(tmp_path, frame)).info.cautions


def test_a_column_with_an_equals_sign_in_its_name_is_read_by_what_is_said_of_it(tmp_path):
    frame = pd.DataFrame({"a=b": ["None", "Brick", "Stone"] * 20, "y": [i / 4 for i in range(60)]})
    path = written(tmp_path, frame)
    (doubt,) = doubts_of(inspect(path).info, "a=b")
    assert inspect(path, parse([doubt.instead])).info.column("a=b").missing == 20


def test_what_is_said_of_single_columns_is_kept_in_the_study(tmp_path):
    options = parse(["missing.wall=None,?", "missing.roof=", "dates.day=day first", "missing=x"])
    assert from_builtins(options.to_builtins()) == options
    assert options.to_builtins() == {
        "missing": ["x"],
        "dates.day": "day first",
        "missing.wall": ["None", "?"],
        "missing.roof": [],
    }


def test_exact_labels_differ_in_case_and_blanks(tmp_path):
    frame = pd.DataFrame({"good": ["yes", "Yes", "yes ", "no"] * 15, "y": [i / 4 for i in range(60)]})
    path = written(tmp_path, frame)
    merged, exact = (inspect(path, parse([f"labels={one}"])).info for one in ("merged", "exact"))
    assert (merged.column("good").distinct, exact.column("good").distinct) == (2, 4)
    assert len(merged.cautions) == 2
    assert not exact.cautions


def test_a_sheet_that_cannot_be_used_is_named_with_the_others(tmp_path):
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": range(9), "y": range(9)}).to_excel(book, sheet_name="Data", index=False)
        pd.DataFrame({"note": ["a", "b"]}).to_excel(book, sheet_name="Notes", index=False)
        pd.DataFrame().to_excel(book, sheet_name="Empty", index=False)
    with pytest.raises(UserFault, match=r"sheet 'Notes' of book\.xlsx has one column only.*sheets are 'Data', 'Empty'"):
        inspect(path, ReadOptions(sheet="Notes"))
    with pytest.raises(UserFault, match=r"The sheet 'Empty' of book\.xlsx is empty.*sheets are 'Data', 'Notes'"):
        inspect(path, ReadOptions(sheet="Empty"))
    start = look_at_start(path, ReadOptions(sheet="Notes"))
    assert start.sheets == ("Data", "Notes", "Empty")
    assert start.rows == (("note",), ("a",), ("b",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_first_lines_of_any_text_can_be_shown(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text("Größe\n" * 40, encoding=encoding)
    with pytest.raises(UserFault):
        inspect(path)
    assert look_at_start(path, ReadOptions()).rows == (("Größe",),) * 20


def test_what_is_no_text_has_no_first_lines(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"nothing of the kind")
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    for name in ("t.xlsx", "t.parquet", "gone.csv", "sample:wine"):
        assert look_at_start(tmp_path / name if "." in name else name, ReadOptions()) == FirstLines()
