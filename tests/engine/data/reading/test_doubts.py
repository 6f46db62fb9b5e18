"""What no rule of reading settles is told; what names say of numbers is obeyed."""

import pandas as pd
import pytest

from engine.data.reading import ReadOptions, inspect, load


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
