"""Numbers, scores and times as a person reads them."""

from __future__ import annotations

import math
from datetime import datetime

from engine.trials import State

MINUS = "−"
NONE = "–"


def number_text(value: float | None, digits: int = 4) -> str:
    """A number with at most ``digits`` significant ones: ``0.0031``, ``7,114``, ``1e-4``, ``1.0e+9``."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    sign = MINUS if value < 0 else ""
    return sign + _positive(abs(value), digits)


def _positive(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    if isinstance(value, int) or float(value).is_integer():
        if value < 10**7:
            return f"{int(value):,}"
        return _exponent(value, digits)
    if value < 1e-3 or value >= 10**7:
        return _exponent(value, digits)
    text = f"{value:,.{max(0, digits - 1 - math.floor(math.log10(value)))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"


def value_text(value: object) -> str:
    """Any hyperparameter's value: numbers as :func:`number_text`, texts as they are, none as a word."""
    if value is None:
        return "none"
    if isinstance(value, bool | int | float):
        return number_text(value)
    return str(value)


def score_text(score: float | None, uncertainty: float | None = None) -> str:
    """A score rounded to what is known: to the first digit of its ``uncertainty`` (a standard error), else to 4 digits.

    Never to more than 6 digits and never to less than 3, so that a list of scores stays comparable.
    """
    if score is None or not math.isfinite(score):
        return NONE
    if uncertainty is None or not math.isfinite(uncertainty) or uncertainty <= 0 or score == 0:
        return number_text(score)
    known = math.floor(math.log10(abs(score))) - math.floor(math.log10(uncertainty)) + 1
    digits = min(6, max(3, known))
    sign = MINUS if score < 0 else ""
    size = abs(score)
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    if 1e-3 <= size < 10**7:
        return sign + f"{size:,.{decimals}f}"
    mantissa, _, exponent = f"{size:.{digits - 1}e}".partition("e")
    return f"{sign}{mantissa}e{int(exponent)}"


def state_text(state: State, *, is_paused: bool = False) -> str:
    """A trial's state in a word; the running ones of a paused study are paused."""
    return "paused" if is_paused and state == State.RUNNING else state.label


LONGEST = 100 * 365.25 * 86_400.0  # seconds that are told in words; nobody waits for more: a guess
OVER = "over 100 years"


def duration_text(seconds: float | None) -> str:
    """A time in words to about two digits: ``0.35 s``, ``2.1 s``, ``40 s``, ``3 min 20 s``, ``1 h 05 min``."""
    if seconds is None or not 0.0 <= seconds < math.inf:  # no time goes backwards; a file may say so
        return NONE
    if seconds >= LONGEST:
        return OVER
    if seconds < 0.995:
        return f"{seconds:.2f} s"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    if minutes < 60 * 48:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // 1440} days"


def about_text(seconds: float) -> str:
    """A forecast, with no more digits than a forecast has: ``about 4 min``."""
    if not seconds < LONGEST:
        return OVER
    if seconds < 50:
        return f"about {max(5, 5 * round(seconds / 5))} s"
    if seconds < 3000:
        return f"about {max(1, round(seconds / 60))} min"
    hours = seconds / 3600
    return f"about {hours:.1f} h".replace(".0 h", " h") if hours < 10 else f"about {round(hours)} h"


def count_text(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun: ``1 trial``, ``1,200 trials``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def date_text(moment: datetime, now: datetime) -> str:
    """A moment of the past: ``today 14:05``, ``yesterday 14:05``, else its date."""
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"today {moment:%H:%M}"
    if days == 1:
        return f"yesterday {moment:%H:%M}"
    return f"{moment:%Y-%m-%d}"
