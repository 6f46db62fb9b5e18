import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.plots.axes import NumberAxis, log_tick_text, log_ticks, nice_range, tick_text, ticks

SPANS = st.tuples(st.floats(-1e4, 1e4), st.floats(1e-3, 1e6))


@given(SPANS)
@settings(deadline=None, max_examples=200)
def test_an_axis_has_two_to_ten_round_ticks_inside_its_range(span):
    low, high = span[0], span[0] + span[1]
    step, found = ticks(low, high, 5)
    assert 2 <= len(found) <= 10
    assert all(low - 1e-6 * step <= value <= high + 1e-6 * step for value in found)


@given(SPANS)
@settings(deadline=None, max_examples=100)
def test_the_numbers_on_an_axis_differ(span):
    low, high = span[0], span[0] + span[1]
    step, found = ticks(low, high, 5)
    texts = [tick_text(value, step) for value in found]
    if span[1] > 1e-5 * max(abs(low), abs(high)):  # else more digits are the same than a tick can show
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.95, 0.025, "0.950"),
        (0.975, 0.025, "0.975"),
        (20, 10, "20"),
        (0.0, 0.1, "0"),
        (2e6, 5e5, "2.0e6"),
        (-0.5, 0.5, "-0.5"),
    ],
)
def test_a_tick_has_the_digits_its_step_needs(value, step, text):
    assert tick_text(value, step) == text


def test_trials_and_epochs_are_whole_numbers():
    assert all(value == int(value) for value in ticks(0, 3, 5, whole=True)[1])


@given(st.floats(-12, 12), st.floats(0.05, 20))
@settings(deadline=None, max_examples=200)
def test_a_log_axis_has_ticks_inside_its_range(low, span):
    found = log_ticks(low, low + span, 5)
    assert len(found) <= 9
    assert all(low - 1e-6 <= math.log10(value) <= low + span + 1e-6 for value in found)


def test_ticks_of_a_log_axis_read_as_numbers():
    assert [log_tick_text(value) for value in (0.05, 200.0, 1e-4)] == ["0.05", "200", "1e-4"]


@given(SPANS)
@settings(deadline=None, max_examples=100)
def test_a_nice_range_holds_the_range(span):
    low, high = nice_range(span[0], span[0] + span[1])
    slack = 1e-6 * (high - low)
    assert low <= span[0] + slack
    assert high >= span[0] + span[1] - slack


def test_an_axis_without_anything_to_measure_has_no_ticks(qapp):
    axis = NumberAxis("left", grid=True)
    axis.is_bare = True
    assert axis.tickValues(0.0, 1.0, 300.0) == []
