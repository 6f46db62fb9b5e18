"""The cells of a sheet as columns of one type each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from types import NoneType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_KINDS = {bool: "bool", int: "number", float: "number", dt.date: "date", dt.datetime: "date", dt.timedelta: "duration",
          dt.time: "time"}  # fmt: skip
_LARGEST_ID = 1e25  # whole numbers above it are measures and no ids (a guess)
LARGEST_WHOLE = 2**53
"""The whole numbers up to which a float64 holds each one."""


def text_of(value: object) -> str:
    """A cell as a person reads it in the sheet: whole numbers without ``.0``, dates and times as ISO has them."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e300 else repr(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, dt.timedelta):
        return _clock(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _clock(value: dt.timedelta) -> str:
    seconds = value.total_seconds()
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 else ""
    return f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def column_of(values: Sequence[object]) -> pd.Series:
    """A column of one type: numbers, truth values without gaps, dates, durations in seconds; texts for all others."""
    # In here because pandas is slow to load.
    import pandas as pd

    kinds = {_KINDS.get(each, "text") for each in set(map(type, values)) - {str, NoneType}}
    gaps = "" in values or None in values
    if any(type(value) is str and value for value in values):
        kinds.add("text")
    if kinds == {"number"}:
        return _numbers(values)
    if kinds == {"bool"} and not gaps:
        return pd.Series(list(values), dtype=bool)
    if kinds == {"date"}:
        return pd.Series([_moment(value) for value in values], dtype="datetime64[us]")
    if kinds == {"duration"} or kinds == {"duration", "time"}:
        return pd.Series([_seconds(value) for value in values], dtype="float64")
    return pd.Series([text_of(value) or None for value in values], dtype="str")


def _numbers(values: Sequence[object]) -> pd.Series:
    # In here because pandas is slow to load.
    import numpy as np
    import pandas as pd

    numbers = np.array([np.nan if type(value) not in {int, float} else value for value in values], dtype="float64")
    whole = numbers == np.floor(numbers)
    if bool((whole & (np.abs(numbers) >= LARGEST_WHOLE) & (np.abs(numbers) < _LARGEST_ID)).any()):
        return pd.Series([text_of(value) or None for value in values], dtype="str")
    large = bool((np.abs(numbers) >= LARGEST_WHOLE).any())
    return pd.Series(numbers.astype("int64") if bool(whole.all()) and not large else numbers)


def _moment(value: Any) -> dt.datetime | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


def _seconds(value: object) -> float:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, dt.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return float("nan")
