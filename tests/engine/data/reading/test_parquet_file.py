"""Parquet files in, columns of plain types out; nothing lost in silence, nothing unpacked beyond memory."""

import contextlib
import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.reading.parquet_file import read_parquet
from engine.errors import UserFault


def read(folder, columns, **options):
    pq.write_table(pa.table(columns) if isinstance(columns, dict) else columns, folder / "t.parquet", **options)
    return read_parquet(folder / "t.parquet")


def said(table):
    return [(caution.column, caution.sentence) for caution in table.cautions]


def test_a_plain_frame_comes_back_with_no_caution(tmp_path):
    frame = pd.DataFrame(
        {
            "size": [1.5, None, 3.0],
            "count": [1, 2, 3],
            "kind": ["a", None, "b"],
            "ok": [True, False, True],
            "when": pd.to_datetime(["2024-01-01 00:00:00", "2024-01-02 03:04:05", None]),
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    table = read_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(table.frame, frame, check_dtype=False)
    assert [dtype.kind for dtype in table.frame.dtypes if dtype != "str"] == ["f", "i", "b", "M"]
    assert table.frame["kind"].dtype == "str"
    assert (table.cautions, table.rows, table.sampled) == ((), 3, False)


def test_the_first_rows_are_enough_for_a_look(tmp_path):
    pq.write_table(pa.table({"a": range(5000), "b": ["x", "y"] * 2500}), tmp_path / "t.parquet", row_group_size=700)
    table = read_parquet(tmp_path / "t.parquet", limit=1000)
    assert (table.frame["a"].tolist(), table.rows, table.sampled) == (list(range(1000)), 5000, True)
    assert set(table.frame["b"]) == {"x", "y"}


def test_index_columns_come_back_as_columns(tmp_path):
    times = pd.date_range("2024-01-01", periods=4, name="time")
    pd.DataFrame({"x": range(4), "y": range(4)}, index=times).to_parquet(tmp_path / "t.parquet")
    table = read_parquet(tmp_path / "t.parquet")
    assert list(table.frame) == ["time", "x", "y"]
    assert table.frame["time"].tolist() == times.tolist()
    assert table.cautions == ()


def test_an_index_without_a_name_is_called_row_names_and_one_that_only_counts_is_none(tmp_path):
    frame = pd.DataFrame({"x": range(4), "y": range(4)})
    frame.to_parquet(tmp_path / "t.parquet")
    assert list(read_parquet(tmp_path / "t.parquet").frame) == ["x", "y"]
    frame.iloc[[2, 0, 3]].to_parquet(tmp_path / "t.parquet")
    assert read_parquet(tmp_path / "t.parquet").frame["row_names"].tolist() == [2, 0, 3]
    frame.rename_axis("day").to_parquet(tmp_path / "t.parquet")
    assert read_parquet(tmp_path / "t.parquet", limit=3).frame["day"].tolist() == [0, 1, 2]


def test_an_index_of_two_columns_comes_back(tmp_path):
    frame = pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 1], "x": [5, 6, 7]}).set_index(["a", "b"])
    frame.to_parquet(tmp_path / "t.parquet")
    assert list(read_parquet(tmp_path / "t.parquet").frame) == ["a", "b", "x"]


def test_whole_numbers_as_names_are_texts(tmp_path):
    pd.DataFrame(np.eye(4)).to_parquet(tmp_path / "t.parquet")
    assert list(read_parquet(tmp_path / "t.parquet").frame) == ["0", "1", "2", "3"]


def test_equal_and_empty_names_are_told(tmp_path):
    table = read(tmp_path, pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", ""]))
    assert table.frame.to_dict("list") == {"a": [1], "a_2": [2], "column_3": [3]}
    assert [sentence for _, sentence in said(table)] == [
        "Some columns share a name; the later ones are called a_2.",
        "A column without a name is called column_3.",
    ]


MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5)
SINGLE = {
    "gaps": (pa.array([1, None, 3]), "f", [1.0, None, 3.0]),
    "long ids": (pa.array([2**60 + 1, 2**60 + 2, 5]), "str", [str(2**60 + 1), str(2**60 + 2), "5"]),
    "long ids with gaps": (pa.array([2**60 + 1, None, 5]), "str", [str(2**60 + 1), None, "5"]),
    "unsigned": (pa.array([1, 2, 2**64 - 1], pa.uint64()), "str", ["1", "2", str(2**64 - 1)]),
    "unsigned small": (pa.array([1, 2, 3], pa.uint64()), "i", [1, 2, 3]),
    "truth": (pa.array([True, False, True]), "b", [True, False, True]),
    "truth with gaps": (pa.array([True, None, False]), "str", ["True", None, "False"]),
    "half": (pa.array([1.5, 2.5, None], pa.float16()), "f", [1.5, 2.5, None]),
    "decimal": (pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50")]), "f", [1.25, None, -3.5]),
    "long decimal": (
        pa.array([decimal.Decimal(10**20 + 1), None, decimal.Decimal(7)], pa.decimal128(38, 0)),
        "str",
        ["100000000000000000001", None, "7"],
    ),
    "dictionary": (pa.array(["a", None, "b"]).dictionary_encode(), "str", ["a", None, "b"]),
    "dictionary of numbers": (pa.array([5, 7, 5]).dictionary_encode(), "i", [5, 7, 5]),
    "view": (pa.array(["a", None, "b"], pa.large_string()), "str", ["a", None, "b"]),
    "date": (pa.array([dt.date(2024, 1, 2), None, dt.date(1, 1, 1)]), "M", ["2024-01-02", None, "0001-01-01"]),
    "moment": (pa.array([MOMENT, None], pa.timestamp("ns")), "M", ["2024-01-02T03:04:05", None]),
    "zone": (
        pa.array([MOMENT, None], pa.timestamp("us", "UTC")).cast(pa.timestamp("us", "America/New_York")),
        "M",
        ["2024-01-02T03:04:05", None],
    ),
    "first year": (pa.array([dt.datetime(1, 1, 1), None], pa.timestamp("us")), "M", ["0001-01-01T00:00:00", None]),
    "time of day": (pa.array([dt.time(12, 30), None, dt.time(8, 0, 1)]), "str", ["12:30:00", None, "08:00:01"]),
    "time in seconds": (pa.array([45_000, None], pa.time32("s")), "str", ["12:30:00", None]),
    "duration": (pa.array([dt.timedelta(hours=30), None, dt.timedelta(seconds=1.5)]), "f", [108000.0, None, 1.5]),
    "nothing": (pa.nulls(3), "str", [None, None, None]),
    "text in bytes": (pa.array([b"abc", None, "é".encode()]), "str", ["abc", None, "é"]),
}


@pytest.mark.parametrize("case", SINGLE)
def test_every_type_of_single_values_is_read(tmp_path, case):
    array, kind, values = SINGLE[case]
    table = read(tmp_path, {"x": array, "y": list(range(len(array)))})
    found = table.frame["x"]
    assert (found.dtype == "str") if kind == "str" else found.dtype.kind == kind
    assert found.isna().tolist() == [value is None for value in values]
    if kind == "M":
        assert [str(value)[: len(text)] for value, text in zip(found.to_numpy(), values, strict=True) if text] == [
            text for text in values if text
        ]
    else:
        assert [value for value in found if not pd.isna(value)] == [value for value in values if value is not None]
    assert table.cautions == ()


def test_dates_of_old_writers_beyond_nanoseconds_are_read(tmp_path):
    table = read(
        tmp_path,
        {"x": pa.array([dt.datetime(2500, 1, 1)], pa.timestamp("us")), "y": [1]},
        use_deprecated_int96_timestamps=True,
    )
    assert str(table.frame["x"][0])[:4] == "2500"


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (pa.array([[1, 2], [3]]), "lists"),
        (pa.array([{"a": 1}, {"a": 2}]), "groups of fields"),
        (pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())), "maps"),
        (pa.array([b"\x00\xff", b"\x01"]), "bytes"),
        (pa.array([b"0123456789abcdef"] * 2, pa.binary(16)), "bytes"),
    ],
)
def test_values_that_are_not_single_are_left_out_and_told(tmp_path, array, what):
    table = read(tmp_path, {"odd": array, "x": [1, 2], "y": [3, 4]})
    assert list(table.frame) == ["x", "y"]
    assert said(table) == [("odd", f"'odd' holds {what} and no single values; it is left out.")]


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    table = read(tmp_path, {"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())})
    assert (list(table.frame), table.rows) == (["a", "b"], 0)


def test_a_table_without_columns_is_refused(tmp_path):
    with pytest.raises(UserFault, match="has no columns"):
        read(tmp_path, pa.table({}))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"this is none", b"PAR1" + bytes(200) + b"PAR1"])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(UserFault, match=r"t\.parquet cannot be read as Parquet"):
        read_parquet(tmp_path / "t.parquet")


def test_an_encrypted_file_is_called_so(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PARE" + bytes(200) + b"PARE")
    with pytest.raises(UserFault, match="is encrypted"):
        read_parquet(tmp_path / "t.parquet")


def test_any_changed_file_ends_in_a_table_or_a_sentence(tmp_path):
    pq.write_table(pa.table({"a": range(50), "b": ["x", "y"] * 25}), tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(rng.integers(1, 4)):
            damaged[rng.integers(len(damaged))] = rng.integers(256)
        (tmp_path / "d.parquet").write_bytes(bytes(damaged))
        with contextlib.suppress(UserFault):
            read_parquet(tmp_path / "d.parquet")


def repeated(path, length, rows, groups, first="x"):
    """A small file of one long text many times, a short one in its first rows."""
    values = pa.array([first, "x" * length])
    with pq.ParquetWriter(
        path, pa.schema([("a", pa.dictionary(pa.int32(), pa.string())), ("y", pa.int64())]), compression="zstd"
    ) as out:
        for group in range(groups):
            codes = pa.array([int(group > 0 or i > 100) for i in range(rows)], pa.int32())
            out.write_table(pa.table({"a": pa.DictionaryArray.from_arrays(codes, values), "y": list(range(rows))}))
    return path


@pytest.mark.parametrize("limit", [None, 150_000])
def test_a_file_that_unpacks_to_more_than_memory_is_refused_before_it_does(tmp_path, limit):
    path = repeated(tmp_path / "t.parquet", 1_000_000, 100_000, 2)
    assert path.stat().st_size < 5_000_000
    with pytest.raises(UserFault, match="GB of memory"):
        read_parquet(path, limit=limit)


def test_one_number_a_billion_times_is_refused_by_its_count(tmp_path, monkeypatch):
    pq.write_table(pa.table({"a": [1] * 1000, "b": [2] * 1000}), tmp_path / "t.parquet")
    monkeypatch.setattr("engine.data.reading.files.COPIES", 1e12)
    with pytest.raises(UserFault, match="GB of memory"):
        read_parquet(tmp_path / "t.parquet")


def test_many_columns_are_read(tmp_path):
    table = read(tmp_path, {f"c{n}": [1, 2] for n in range(3000)})
    assert table.frame.shape == (2, 3000)


def test_too_many_columns_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.data.reading.files.MOST_COLUMNS", 10)
    with pytest.raises(UserFault, match="has 11 columns"):
        read(tmp_path, {f"c{n}": [1, 2] for n in range(11)})
