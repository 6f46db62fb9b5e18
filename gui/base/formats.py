"""Numbers, scores and times as a person reads them."""

from __future__ import annotations

import math
from datetime import datetime

from engine.trials import State
from engine.wording import MINUS as MINUS
from engine.wording import NONE as NONE
from engine.wording import number_text as number_text
from engine.wording import score_text as score_text
from engine.wording import value_text as value_text


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
    if seconds < 5400:
        return f"about {max(1, round(seconds / 60))} min"
    hours = seconds / 3600
    return f"about {hours:.1f} h".replace(".0 h", " h") if hours < 10 else f"about {round(hours)} h"


def between_text(low: float, high: float) -> str:
    """A forecast with its band: ``20 to 35 s``, ``50 s to 2 min``; ``about 4 min`` where the ends read the same."""
    first, last = (about_text(seconds).removeprefix("about ") for seconds in (low, high))
    if first == last or OVER in (first, last):
        return about_text(high)
    number, _, unit = first.partition(" ")
    return f"{number if last.endswith(f' {unit}') else first} to {last}"


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
