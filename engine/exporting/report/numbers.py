"""Numbers as a report writes them: rounded to what is known of them."""

from __future__ import annotations

import math


def score_text(score: float | None, error: float | None = None) -> str:
    """A score to the second digit of its standard error, else with four."""
    if score is None or not math.isfinite(score):
        return "none" if score is None else str(score)
    if error is None or not math.isfinite(error) or error <= 0:
        return f"{score:.4g}"
    return f"{score:.{decimals_of(error)}f}"


def error_text(error: float) -> str:
    """A standard error as it stands after ``±``."""
    return f"{error:.{decimals_of(error)}f}"


def decimals_of(error: float) -> int:
    """Decimals that show the first digit of an error, and a second one where the first is 1 or 2."""
    first = -math.floor(math.log10(error))
    leading = error * 10.0**first
    return int(min(max(first + (leading < 3), 0), 12))


def value_text(value: object) -> str:
    """The value of a hyperparameter."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def percent(share: float) -> str:
    """A share in percent."""
    return f"{100 * share:.0f} %"


def duration_text(seconds: float) -> str:
    """Seconds in words."""
    if not math.isfinite(seconds):
        return "unknown"
    if seconds < 100:
        return f"{seconds:.3g} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.1f} h"
