"""Numbers as a person reads them."""

from __future__ import annotations

from datetime import datetime

import pytest

from gui.base import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0031, "0.0031"),
        (0.00031, "3.1e-4"),
        (1e-4, "1e-4"),
        (7114, "7,114"),
        (96, "96"),
        (0.974, "0.974"),
        (1234.5678, "1,235"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "−2.5"),
        (0.0, "0"),
        (3e9, "3e9"),
        (10**12, "1e12"),
        (True, "true"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "∞"),
    ],
)
def test_a_number_is_shown_short(value, text):
    assert formats.number_text(value) == text


@pytest.mark.parametrize(
    ("score", "uncertainty", "text"),
    [
        (0.97412, None, "0.9741"),
        (0.97412, 0.004, "0.974"),
        (0.97412, 0.00004, "0.97412"),
        (52.3456, 3.0, "52.3"),
        (-0.97412, 0.004, "−0.974"),
        (5e-5, 1e-6, "5.00e-5"),
        (None, None, "–"),
    ],
)
def test_a_score_is_rounded_to_what_is_known(score, uncertainty, text):
    assert formats.score_text(score, uncertainty) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.351, "0.35 s"),
        (0.999, "1.0 s"),
        (2.13, "2.1 s"),
        (9.96, "10 s"),
        (40.2, "40 s"),
        (59.7, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3900, "1 h 05 min"),
        (3599.9, "1 h 00 min"),
        (None, "–"),
        (-1e300, "–"),
        (1e300, "over 100 years"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds, text):
    assert formats.duration_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "about 5 s"),
        (41, "about 40 s"),
        (240, "about 4 min"),
        (3240, "about 54 min"),
        (5400, "about 1.5 h"),
        (float("inf"), "over 100 years"),
    ],
)
def test_a_forecast_has_no_false_digits(seconds, text):
    assert formats.about_text(seconds) == text


def test_today_and_yesterday_are_words():
    now = datetime(2026, 3, 2, 9, 0)
    assert formats.date_text(datetime(2026, 3, 2, 8, 5), now) == "today 08:05"
    assert formats.date_text(datetime(2026, 3, 1, 23, 0), now) == "yesterday 23:00"
    assert formats.date_text(datetime(2025, 3, 1), now) == "2025-03-01"
