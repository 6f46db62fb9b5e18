"""Numbers in every habit: decided for whole columns and tables, never by cell, and doubted aloud."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.data.reading import number_evidence, numbers
from engine.data.reading.number_parsing import parse_numbers


def decide(separator=",", **columns):
    evidence = {name: number_evidence.gather_evidence(pd.Series(cells, dtype="str")) for name, cells in columns.items()}
    return numbers.decide_formats({k: one for k, one in evidence.items() if one}, separator, None, None)


def read(cells, separator=",", name="x", **others):
    found = decide(separator, **{name: cells}, **others).get(name)
    if found is None:
        return None, ()
    form = found.format
    values = parse_numbers(pd.Series(cells, dtype="str"), form.decimal, form.thousands, form.affixes, form.multiplied)
    return values.tolist(), found.doubts


@pytest.mark.parametrize(
    ("cells", "separator", "values"),
    [
        (["1,234.56", "382.21", "12"], ",", [1234.56, 382.21, 12]),
        (["1.234,56", "382,21", "12"], ";", [1234.56, 382.21, 12]),
        (["1\u00a0234,56", "382,21"], ";", [1234.56, 382.21]),
        (["1\u202f234,5", "12\u202f345\u202f678,5"], ";", [1234.5, 12345678.5]),
        (["1'234.56", "1\u2019234.50"], ";", [1234.56, 1234.5]),
        (["12,34,567", "1,234", "5"], ",", [1234567, 1234, 5]),
        (["1,234", "12,345,678"], ",", [1234, 12345678]),
        (["3,14", "2,7", "1"], ";", [3.14, 2.7, 1]),
        (["1,5e3", "2,5E-2"], ";", [1500, 0.025]),
        (["(12.50)", "12.50-", "\u221212.50", "12.50"], ",", [-12.5, -12.5, -12.5, 12.5]),
        (["$1,234.50", "($5.00)", "$-3"], ",", [1234.5, -5, -3]),
        (["12,50 €", "1.200,00 €"], ";", [12.5, 1200]),
        (["EUR 5", "EUR 7.5"], ",", [5, 7.5]),
        (["48.2%", "5 %"], ",", [48.2, 5]),
        (["12 kg", "7.5 kg"], ",", [12, 7.5]),
        (["$1.5M", "$200K", "$3"], ",", [1.5e6, 2e5, 3]),
        ([".5", "5.", "+3"], ",", [0.5, 5, 3]),
    ],
)
def test_a_column_is_read_in_its_habit(cells, separator, values):
    assert read(cells, separator)[0] == values


@pytest.mark.parametrize(
    "cells",
    [
        ["P17", "P3", "P20"],
        ["1.2.3", "1.2.4", "2.0.1"],
        ["2020-01-01", "2020-01-02"],
        ["555-1234", "555-9999"],
        ["00501", "90210", "10001"],
        ["905874587458745001", "905874587458745002"],
        ["1st", "2nd", "3rd"],
        ["A", "2", "1"],
        ["10.0.0.1", "10.0.0.2"],
        ["3/4", "1/2"],
        ["1_000", "2_000"],
        ["12A", "12B", "13A"],
        ["10-20", "20-30"],
        ["red", "green"],
        ["3 kg", "5 lb", "2 oz"],
    ],
)
def test_what_is_no_number_is_left_alone(cells):
    assert read(cells)[0] is None


def test_points_before_three_digits_beside_small_whole_numbers_group_thousands_and_it_is_said():
    values, doubts = read(["500", "1.716", "683", "1.070"], ";", name="units")
    assert values == [500, 1716, 683, 1070]
    assert doubts == ("The point in 'units' was taken to group thousands: 1.716 was read as 1,716.",)


def test_the_sign_that_another_column_proves_settles_a_column_without_a_word():
    values, doubts = read(["1.234", "5.678"], ";", other=["20,5", "3,75"])
    assert (values, doubts) == ([1234, 5678], ())
    values, doubts = read(["1,234", "5,678"], ",", other=["20.5", "3.75"])
    assert (values, doubts) == ([1234, 5678], ())


def test_three_decimals_in_the_plain_habit_are_decimals_without_a_word():
    assert read(["1.234", "5.678", "12.345"], ",") == ([1.234, 5.678, 12.345], ())


def test_one_late_value_decides_for_the_whole_column():
    assert read(["1.716"] * 500 + ["500", "0.25"], ";")[0][0] == 1.716
    assert read(["1.716"] * 500 + ["500", "1.716,5"], ";")[0][0] == 1716


def test_words_among_many_numbers_are_missing_not_a_reason_to_drop_the_column():
    cells = [f"{n}.5" for n in range(60)] + ["refused"] * 20
    values, _ = read(cells)
    assert values[:2] == [0.5, 1.5]
    assert np.isnan(values[-1])


def test_several_currencies_and_missing_units_are_said():
    assert "several currencies" in read(["$5", "€7"] * 10)[1][0]
    assert "without the %" in read([f"{n} %" for n in range(40)] + [str(n) for n in range(10)])[1][0]


def test_a_slip_in_the_unit_costs_a_cell_not_the_column():
    values, _ = read([f"{n} kg" for n in range(60)] + ["5 kgs"])
    assert values[1] == 1.0
    assert np.isnan(values[-1])


HABITS = [(".", ""), (".", ","), (".", " "), (".", "'"), (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (",", "'")]


def written(number, decimal, thousands, digits):
    text = f"{number:,.{digits}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(HABITS),
    st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 2)), min_size=3, max_size=30),
    st.sampled_from([",", ";", "\t"]),
)
def test_numbers_with_two_decimals_are_read_right_in_every_habit(habit, truth, separator):
    decimal, thousands = habit
    cells = [written(x, decimal, thousands, 2) for x in truth]
    values, doubts = read(cells, separator)
    assert values == truth
    assert doubts == ()


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(HABITS),
    st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=30, unique=True),
    st.sampled_from([",", ";"]),
)
def test_whole_numbers_are_read_right_or_doubted(habit, truth, separator):
    assume(not (habit[1] == "." and separator == ","))  # 1.000 and 1.001 alone are plain decimals there
    cells = [written(x, habit[0], habit[1], 0) for x in truth]
    values, doubts = read(cells, separator)
    assert values == truth or doubts


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_plain_numbers_keep_every_digit(truth):
    cells = pd.Series([repr(x) for x in truth], dtype="str")
    assert parse_numbers(cells).tolist() == truth
    plain = number_evidence.read_plain(cells)
    assert plain is None or plain.tolist() == truth


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_no_text_breaks_the_reading_of_numbers(texts):
    cells = pd.Series(texts, dtype="str")
    parse_numbers(cells, ",", ".", ("€",), multiplied=True)
    one = number_evidence.gather_evidence(cells)
    if one is not None:
        numbers.decide_formats({"x": one}, ";", None, None)
