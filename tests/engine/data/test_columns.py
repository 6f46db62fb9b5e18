"""Column kinds inferred from values, for any values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.columns import describe, plain, seconds, typed
from engine.data.table import KINDS

CELLS = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-(2**70), 2**70), st.floats(), st.booleans(), st.dates(), st.datetimes()
)


def kind(values, name="x"):
    return describe(plain(pd.DataFrame({name: values}))[name])[0].kind


@settings(deadline=None, max_examples=150)
@given(st.lists(CELLS, min_size=1, max_size=40))
def test_any_cells_have_a_kind_and_counts_that_add_up(cells):
    series = plain(pd.DataFrame({"x": cells}))["x"]
    column, problems = describe(series)
    assert column.kind in KINDS
    assert 0 <= column.missing <= len(cells)
    assert all(problem.endswith(".") for problem in problems)
    values = typed(series, column.kind, column.time_format)
    assert int(values.isna().sum()) == column.missing
    if column.kind in {"number", "time"}:
        assert not np.isinf(values).any()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=40, unique=True))
def test_numbers_are_numbers_and_keep_their_digits(numbers):
    series = plain(pd.DataFrame({"x": [str(number) for number in numbers]}))["x"]
    column, problems = describe(series)
    assert (column.kind, problems) == ("number", [])
    assert typed(series, "number", "").tolist() == numbers
    assert (column.low, column.high) == (min(numbers), max(numbers))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["red", "green", "blue", None]), min_size=8, max_size=60))
def test_few_texts_that_repeat_are_a_category(texts):
    known = {text for text in texts if text}
    assert kind(texts) == ("category" if len(known) > 1 else "constant")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.dates(), min_size=2, max_size=30, unique=True))
def test_dates_are_times_in_seconds(dates):
    series = pd.Series([day.isoformat() for day in dates], name="day")
    column, _ = describe(series)
    assert column.kind == "time"
    epoch = pd.Timestamp("1970-01-01").date()
    assert typed(series, "time", column.time_format).tolist() == [(day - epoch).days * 86_400.0 for day in dates]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([f"2024-02-{day:02d}T10:00:00+02:00" for day in range(1, 29)], "time"),
        ([f"{day:02d}.12.2024" for day in range(1, 29)], "time"),
        ([f"{day:02d}/12/2024 08:30" for day in range(1, 29)], "time"),
        ([f"12/{day:02d}/2024" for day in range(1, 29)], "time"),
        ([True, False, True, None], "category"),
        ([f"customer-{n}" for n in range(50)], "identifier"),
        ([f"some words about {n}" for n in range(50)], "text"),
        ([5, 5, 5, 5], "constant"),
        ([None, None], "constant"),
        (["1", "2", "3.5", "4"] * 40 + ["none"], "number"),
        (pd.array([1, None, 3], dtype="Int64"), "number"),
        (pd.Categorical(["a", "b", "a"]), "category"),
        (pd.date_range("2024-01-01", periods=4, tz="Europe/Zurich"), "time"),
    ],
)
def test_what_columns_usually_hold_is_recognised(values, expected):
    assert kind(values) == expected


def test_whole_numbers_that_name_rows_are_identifiers_only_under_such_a_name():
    assert kind(range(100), "customer_id") == "identifier"
    assert kind(range(100), "Unnamed: 0") == "identifier"
    assert kind(range(100), "age") == "number"


def test_values_that_are_no_numbers_are_counted():
    series = plain(pd.DataFrame({"x": ["1", "2", "3"] * 40 + ["many"]}))["x"]
    assert describe(series)[1] == ["1 value of 'x' are not numbers and count as missing."]


def test_a_time_of_another_zone_is_the_same_moment():
    there = seconds(pd.Series(["2024-01-01T10:00:00+02:00"]), "ISO8601")
    here = seconds(pd.Series(["2024-01-01T08:00:00"]), "ISO8601")
    assert there[0] == here[0]


def test_bars_count_every_known_value():
    column, _ = describe(pd.Series([1.0, 2.0, 2.0, np.nan, 9.0], name="x"))
    assert sum(count for _, count in column.bars) == 4
    column, _ = describe(pd.Series(["a", "b", "a"], name="x"))
    assert column.bars == (("a", 2), ("b", 1))
