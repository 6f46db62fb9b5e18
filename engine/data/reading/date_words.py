"""What is found of the dates of a column, and how a person reads it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

DAY_FIRST, MONTH_FIRST = "day first", "month first"
EPOCH = datetime(1970, 1, 1)
NAMED = {
    "ISO8601": "ISO, 2022-12-31",
    "quarter": "quarters, 2022Q4",
    "week": "weeks, 2022-W52",
    "duration": "durations, 26:10:00",
    "minutes:seconds": "minutes and seconds, 1:23.4",
}

_DAY = 86400.0  # seconds
_LAST_OF_2022 = {
    "%Y": "2022",
    "%y": "22",
    "%m": "12",
    "%d": "31",
    "%b": "Dec",
    "%B": "December",
    "%a": "Sat",
    "%A": "Saturday",
    "%H": "23",
    "%I": "11",
    "%M": "59",
    "%S": "58",
    "%f": "123",
    "%p": "PM",
    "%z": "+0000",
    "%Z": "UTC",
}


@dataclass(frozen=True)
class Found:
    """How the dates of a column are written.

    ``formats`` are those of :func:`date_parsing.parse_dates`, to be tried in turn; durations are numbers, in seconds.
    ``unread`` are up to five cells that none of them reads, of ``unread_count``. ``doubt`` says what was assumed.
    ``day_first`` is what this column proves of the order of day and month, None for nothing. ``seconds`` are the cells
    as :func:`date_parsing.parse_dates` reads them by the formats, NaN for those unread.
    """

    formats: tuple[str, ...]
    kind: Literal["time", "number"]
    unread: tuple[str, ...] = ()
    unread_count: int = 0
    doubt: str = ""
    day_first: bool | None = None
    seconds: np.ndarray = field(default_factory=lambda: np.empty(0), compare=False, repr=False)


def has_days(formats: tuple[str, ...]) -> bool:
    """Whether a column in these formats holds more than times of day and durations."""
    return any(re.search("%[YymdbBGjUWcx]|ISO|quarter|week", one) for one in formats)


def iso_text(seconds: float, formats: tuple[str, ...], whole_days: bool | None = None) -> str:
    """A time as ISO 8601 has it: the date alone where all are midnights, ``HH:MM:SS`` for times of day.

    Without ``whole_days`` only this one time is asked.
    """
    if not math.isfinite(seconds):
        return ""
    if not has_days(formats):
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest:02d}"
    time = EPOCH + timedelta(seconds=float(seconds))
    if seconds % _DAY == 0 if whole_days is None else whole_days:
        return time.date().isoformat()
    return time.isoformat()


def format_words(formats: tuple[str, ...]) -> str:
    """The formats as a person reads them: ``day first, 31.12.2022``."""
    return "; ".join(map(_words, formats))


def _words(date_format: str) -> str:
    if date_format in NAMED:
        return NAMED[date_format]
    example = re.sub("%[A-Za-z]", lambda match: _LAST_OF_2022.get(match[0], match[0]), date_format)
    order = "".join(re.findall("%([dmYy])", date_format)).lower()
    if not has_days((date_format,)):
        return f"time of day, {example}"
    return {"dmy": f"{DAY_FIRST}, {example}", "mdy": f"{MONTH_FIRST}, {example}"}.get(order, example)
