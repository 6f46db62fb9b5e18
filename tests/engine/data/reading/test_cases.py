"""Tables as people really had them, each standing for its kind: what ``twinloop inspect --json`` says of them.

The values are those of tests/cases/tables/README.md. Where a value may be told instead of read, a test takes either.
"""

from datetime import UTC, datetime

import pytest

from engine.cli import main
from engine.data.reading import load
from tests.helpers.table_cases import Inspected, large_tables, path_of, plainly, same_values


@pytest.fixture
def look(capsys):
    return lambda name, *more: Inspected(path_of(name), capsys, *more)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    large_tables(folder)
    return folder


def case(number, *values):
    """Values of a case, called by its number."""
    return pytest.param(*values, id=f"K{number}-{values[0]}")


# name, column, lowest and highest value, distinct values; none is missing
NUMBERS = [
    case(1, "semi_thousand_pt.csv", "units", 42, 4995, 195),
    case(1, "few_thousands.csv", "price", 38.58, 2195.85, 990),
    case(1, "us_thousands.csv", "rent", 327.56, 22603.15, 200),
    case(1, "de_thousands.csv", "Miete", 327.56, 22603.15, 200),
    case(2, "mixed_point_dec.csv", "temp", 12.4, 26.7, 90),
    case(2, "mixed_point_dec.csv", "feuchte", 31.1, 69.9, 152),
    case(2, "mixed_point_dec.csv", "druck", 1005.8, 1039.6, 136),
    case(2, "late_decimal.csv", "flow", 0, 5.79, 314),
    case(3, "hdr_comma.csv", "Temperatur, °C", 12.4, 26.7, 90),
    case(3, "hdr_comma.csv", "Feuchte, %", 31.1, 69.9, 152),
    case(3, "hdr_comma.csv", "Druck, hPa", 1005.8, 1039.6, 136),
    case(4, "r_writetable.csv", "len", 4.3, 7.9, 35),
    case(5, "sep_line.csv", "len", 4.3, 7.9, 35),
    case(5, "sep_line.csv", "pwid", 0.1, 2.5, 22),
    case(5, "preamble.csv", "Zeit", 0, 199, 200),
    case(5, "preamble.csv", "Druck", 1005.8, 1039.6, 136),
    case(5, "totals_row.csv", "press", 1005.8, 1039.6, 136),
    case(5, "totals_row.csv", "temp", 12.4, 26.7, 90),
    case(8, "currency_feature.csv", "price", 327.56, 22603.15, 200),
]


@pytest.mark.parametrize(("name", "column", "low", "high", "distinct"), NUMBERS)
def test_a_column_of_numbers_has_its_values(look, name, column, low, high, distinct):
    found = look(name)[column]
    assert (found["kind"], found["missing"], found["left_out"]) == ("number", 0, None)
    assert (found["min"], found["max"], found["distinct"]) == (low, high, distinct)


def test_k5_a_line_of_units_is_no_data(look):
    found = look("units_row_short.csv")
    assert found.rows == 40
    for name, high in (("t", 39), ("temp", 24.0), ("hum", 68.4), ("press", 1036.0)):
        (column,) = (one for one in found.found["columns"] if one["name"].split()[0] == name)
        assert (column["kind"], column["missing"], column["max"]) == ("number", 0, high)


def test_k8_dashes_are_missing(look):
    found = look("dash_missing.csv")["rent"]
    assert (found["kind"], found["missing"], found["min"], found["left_out"]) == ("number", 7, 327.56, None)


def test_k8_percent_signs_are_read(look):
    found = look("currency_feature.csv")["discount"]
    assert (found["kind"], found["missing"]) == ("number", 0)
    assert (found["min"], found["max"]) in {(0.2, 59.6), (0.002, 0.596)}


@pytest.mark.parametrize(
    ("name", "rows", "names"),
    [
        case(1, "semi_thousand_pt.csv", 200, "g units y"),
        case(1, "us_thousands.csv", 200, "city area rent"),
        case(1, "de_thousands.csv", 200, "Stadt Fläche Miete"),
        case(3, "hdr_comma.csv", 200, ["Temperatur, °C", "Feuchte, %", "Druck, hPa"]),
        case(5, "sep_line.csv", 150, "len wid plen pwid kind"),
        case(5, "preamble.csv", 200, "Zeit Temp Feuchte Druck"),
        case(5, "totals_row.csv", 200, "region temp hum press"),
        case(21, "xl_title_rows.xlsx", 200, "Datum Menge Preis OK"),
        case(22, "enc_cp1250.csv", 200, "město výměra třída"),
        case(22, "enc_sjis.csv", 200, "都道府県 人口 表示 面積"),
    ],
)
def test_names_and_rows(look, name, rows, names):
    found = look(name)
    assert (found.rows, found.names) == (rows, names.split() if isinstance(names, str) else names)


def test_k5_lines_before_the_names_spoil_no_column(look):
    assert look("preamble.csv").kinds == dict.fromkeys(["Zeit", "Temp", "Feuchte", "Druck"], "number")


# The same table written plainly gives the same values, so the same scores.
PLAINLY = [
    case(1, "semi_thousand_pt.csv", ";", lambda cell: cell.replace(".", "")),
    case(1, "de_thousands.csv", ";", lambda cell: cell.replace(".", "").replace(",", ".")),
    case(2, "late_decimal.csv", ";", lambda cell: cell.replace(",", ".")),
    case(5, "sep_line.csv", ";", lambda cell: cell.replace(",", ".")),
]


@pytest.mark.parametrize(("name", "separator", "plain"), PLAINLY)
def test_the_values_are_those_of_the_table_written_plainly(tmp_path, name, separator, plain):
    lines = [line for line in path_of(name).read_text("utf-8").splitlines() if line and not line.startswith("sep=")]
    header, rows = lines[0].split(separator), [line.split(separator) for line in lines[1:]]
    columns = {column: [plain(row[i]) for row in rows] for i, column in enumerate(header)}
    written, read = load(plainly(tmp_path / "plain.csv", columns)), load(path_of(name))
    assert [column.kind for column in read.info.columns] == [column.kind for column in written.info.columns]
    for column in header:
        assert same_values(read.frame[column], written.frame[column]), column


def test_k2_a_time_of_day_with_a_point_is_one(look):
    found = look("mixed_point_dec.csv")
    clock = found["uhr"]
    as_seconds = clock["kind"] == "number" and clock["max"] > 3600
    assert clock["kind"] == "time" or as_seconds or found.says("uhr")


def test_k3_a_comma_in_a_name_separates_nothing(look):
    assert look("hdr_comma.csv").kinds == dict.fromkeys(["Temperatur, °C", "Feuchte, %", "Druck, hPa"], "number")


def test_k4_row_names_without_a_header(look):
    found = look("r_writetable.csv")
    assert found.rows == 150
    assert (found["kind"]["kind"], found["kind"]["distinct"]) == ("category", 3)
    others = [name for name in found.names if name not in {"len", "wid", "plen", "pwid", "kind"}]
    assert all(found[name]["left_out"] for name in others)


def test_k4_a_first_line_that_describes_the_table(look):
    found = look("sklearn_style.csv")
    kept = [column for column in found.found["columns"] if not column["left_out"]]
    told = found.says("column")
    assert len(found.names) == 6
    assert (found.rows, len(kept)) == (200, 6) or told


def test_k5_what_follows_the_data_is_told(look):
    assert look("totals_row.csv").found["cautions"]


def test_k6_a_table_without_a_header(look):
    found = look("iris_headerless.csv")
    last = found.found["columns"][-1]
    assert (found.rows, len(found.names), last["kind"], last["distinct"]) == (150, 5, "category", 3)
    values = load(path_of("iris_headerless.csv")).frame[last["name"]]
    assert values.value_counts().tolist() == [50, 50, 50]


@pytest.mark.parametrize(
    ("name", "column", "distinct", "word", "rows"),
    [case(7, "sleep_none.csv", "disorder", 3, "None", 115), case(7, "continent_na.csv", "continent", 4, "NA", 39)],
)
def test_words_that_are_labels(look, name, column, distinct, word, rows):
    found = look(name, "--target", column)[column]
    assert (found["kind"], found["distinct"], found["missing"]) == ("category", distinct, 0)
    assert (load(path_of(name), target=column).frame[column] == word).sum() == rows
    assert look(name)[column]["distinct"] == distinct


def test_k8_values_below_a_limit_are_told(look):
    found = look("lod.csv")
    assert found["lead_ug"]["kind"] == "number" or found.says("lead_ug")
    assert found.says("lead_ug", "16")


def day(year, month, number):
    return datetime(year, month, number, tzinfo=UTC).date().isoformat()


@pytest.mark.parametrize(
    ("name", "column", "first", "last"),
    [
        case(9, "date_nl.csv", "when", day(2021, 3, 10), day(2023, 8, 17)),
        case(9, "date_us2.csv", "when", day(2021, 3, 10), day(2023, 8, 17)),
        case(9, "date_ora.csv", "when", day(2021, 3, 10), day(2023, 8, 17)),
        case(9, "mon_day_year.csv", "date", day(2000, 1, 1), day(2004, 2, 1)),
    ],
)
def test_dates(look, name, column, first, last):
    found = look(name)[column]
    assert (found["kind"], found["missing"]) == ("time", 0)
    assert (found["min"][:10], found["max"][:10]) == (first, last)


def test_k10_dates_that_are_ambiguous_at_first(look):
    found = look("dates_us_first12.csv")
    days = found["day"]
    right = (days["kind"], days["min"][:10], days["max"][:10]) == ("time", "2020-01-01", "2021-05-08")
    assert right or found.says("day", "month")
    assert days["missing"] == 0


def test_k11_a_name_over_two_lines(look):
    found = look("hdr_nl_first.csv")
    assert len(found.names) == 3
    assert found.rows == 200
    assert found.names[0].split() == ["Umsatz", "(Tsd.", "€)"]


def test_k12_names_that_mean_identifiers(look):
    found = look("ids_camel.csv")
    for name in ("PassengerId", "customerID", "EmployeeNumber", "Row ID"):
        assert found[name]["kind"] == "identifier"
        assert found[name]["left_out"]
    assert not found["age"]["left_out"]


def test_k12_zip_codes_keep_their_zeros(look):
    found = look("zip.csv")["zip"]
    assert found["kind"] in {"category", "identifier"}
    assert found["distinct"] == 7
    assert "00501" in set(load(path_of("zip.csv")).frame["zip"])


def test_k13_labels_that_differ_in_case_and_blanks(look):
    found = look("label_case.csv", "--target", "churn")
    assert found["churn"]["distinct"] == 2 or found.says("churn")


def test_k14_groups_that_differ_in_blanks(look):
    found = look("groups_ws.csv")
    assert found["patient"]["distinct"] == 24
    assert load(path_of("groups_ws.csv")).frame["patient"].nunique() == 24


def test_k14_numbers_of_64_bits_are_exact(look):
    assert look("bigid.csv")["userid"]["distinct"] == 50
    assert load(path_of("bigid.csv"), kinds={"userid": "category"}).frame["userid"].nunique() == 50


def test_k18_kinds_are_those_of_all_rows(large, capsys):
    found = Inspected(large / "late_const.csv", capsys)
    assert found.rows == 120_000
    assert (found["y"]["kind"], found["y"]["distinct"]) == ("category", 2)


@pytest.mark.timeout(280)  # 50 s of one core today, which is too much: some seconds would be enough
def test_k19_a_wide_header_is_read(large, capsys):
    found = Inspected(large / "wide_header.csv", capsys)
    assert (len(found.names), found.rows) == (20_001, 30)


def test_k19_a_file_of_a_mark_only_is_empty(capsys):
    assert main(["inspect", str(path_of("bom_only.csv")), "--json"]) == 2
    assert "is empty" in capsys.readouterr().err


def test_k19_whole_numbers_as_names_of_parquet_columns(look):
    found = look("pq_intnames.parquet")
    assert found.names == ["0", "1", "2", "3"]
    assert set(found.kinds.values()) == {"number"}


def test_k20_an_index_of_parquet_comes_back(look):
    found = look("pq_timeindex.parquet")
    assert sorted(found.names) == ["load", "temp", "time"]
    assert found["time"]["kind"] == "time"


def test_k21_the_other_sheet_is_named(look):
    found = look("xl_second_sheet.xlsx")
    assert found.rows == 200 or found.says("Daten")
    assert look("xl_second_sheet.xlsx", "--read", "sheet=Daten").names == ["Datum", "Menge", "Preis", "OK"]


def test_k21_title_rows_are_no_data(look):
    assert look("xl_title_rows.xlsx").kinds == {"Datum": "time", "Menge": "number", "Preis": "number", "OK": "category"}


def test_k21_equal_names_are_told(look):
    found = look("xl_dupnames.xlsx")
    assert len(set(found.names)) == 4
    assert found.says("name")


def test_k22_letters_of_other_encodings():
    czech = load(path_of("enc_cp1250.csv")).frame
    assert set(czech["třída"]) == {"č", "š"}
    assert {"Děčín", "Plzeň"} <= set(czech["město"])
    japanese = load(path_of("enc_sjis.csv")).frame
    assert {"表", "能", "ソ"} >= set(japanese["表示"])
