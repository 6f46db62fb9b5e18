"""The kind of each column, inferred from its values, and the values in the form of that kind."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from engine.data.table import Column, Kind

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_TIME_FORMATS = (
    "ISO8601",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d %b %Y",
    "%b %d, %Y",
)
_ENOUGH = 0.98  # share of values that must fit before a column of texts counts as numbers or times
_IDENTIFIER = re.compile(
    r"(unnamed.*|index|column_1|id|.*[_\s-]id|uuid|guid|key|row.?(number|nr|no|id)?)", re.IGNORECASE
)
_MOST_LEVELS = 1000
_BARS = 20


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with mixed objects, dates without time and categories as texts, so that every column has one type."""

    # In here because pandas is slow to load.
    import pandas as pd

    def mend(column: pd.Series) -> pd.Series:
        if column.dtype.kind not in "Om" or isinstance(column.dtype, pd.StringDtype):
            return column
        return column.astype(object).map(str, na_action="ignore")

    return frame.apply(mend)


def describe(series: pd.Series, override: Kind | None = None) -> tuple[Column, list[str]]:
    """What is known of one column (as :func:`plain` leaves it), and sentences on what is odd in it.

    ``override`` is the kind a person chose instead.
    """
    # In here because pandas is slow to load.
    import pandas as pd

    name = str(series.name)
    time_format = "" if series.dtype.kind == "M" else _time_format(series)
    kind = override or _kind(series, time_format)
    if kind == "number" and series.dtype.kind == "M":
        kind = "time"  # which is learned from as a number anyway
    values = typed(series, kind, time_format)
    problems = []
    low = high = None
    whole = False
    if kind in {"number", "time"}:
        finite = values[np.isfinite(values)]
        problems += _oddities(series, values, kind)
        if len(finite):
            low, high = float(finite.min()), float(finite.max())
            whole = bool((finite == np.floor(finite)).all())
    known = series.dropna()
    column = Column(
        name=name,
        kind=kind,
        missing=int(pd.isna(values).sum()),
        distinct=int(known.nunique()),
        examples=tuple(label(value) for value in known.drop_duplicates().head(5)),
        low=low,
        high=high,
        whole=whole,
        time_format=time_format if kind == "time" else "",
        bars=_bars(values, kind),
    )
    return column, problems


def typed(series: pd.Series, kind: Kind, time_format: str) -> pd.Series:
    """The values in the form of ``kind``: float64 for numbers and times (seconds since 1970), else as they are.

    Infinite numbers, and texts that are no number or time, become missing.
    """
    # In here because pandas is slow to load.
    import pandas as pd

    if kind == "number":
        return pd.to_numeric(series, errors="coerce").astype("float64").replace([np.inf, -np.inf], np.nan)
    if kind == "time":
        return seconds(series, time_format)
    return series


def seconds(series: pd.Series, time_format: str) -> pd.Series:
    """Dates, or texts in ``time_format``, as seconds since 1970 in UTC; NaN where missing or unreadable."""
    # In here because pandas is slow to load.
    import pandas as pd

    times = pd.to_datetime(series, format=time_format or None, errors="coerce", utc=True)
    return (times - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)


def label(value: object) -> str:
    """A value as a person reads it: whole floats without their ``.0``."""
    if isinstance(value, float | np.floating):
        return str(int(value)) if np.isfinite(value) and float(value).is_integer() else f"{float(value):.6g}"
    return str(value)


def _kind(series: pd.Series, time_format: str) -> Kind:
    """The rules, first match wins: constant, category (true/false), time, number, then what texts look like."""
    # In here because pandas is slow to load.
    import pandas as pd

    known = series.dropna()
    distinct = known.nunique()
    if distinct <= 1:
        return "constant"
    if series.dtype.kind == "b":
        return "category"
    if series.dtype.kind == "M" or time_format:
        return "time"
    every_one_differs = distinct == len(series) and distinct > 20
    named_so = _IDENTIFIER.fullmatch(str(series.name)) is not None
    if pd.api.types.is_numeric_dtype(series.dtype):
        whole = bool((known == np.floor(known)).all())
        return "identifier" if every_one_differs and named_so and whole else "number"
    if pd.to_numeric(known, errors="coerce").notna().mean() >= _ENOUGH:
        return "identifier" if every_one_differs and named_so else "number"
    return _kind_of_texts(known, distinct)


def _kind_of_texts(known: pd.Series, distinct: int) -> Kind:
    mostly_distinct = distinct > 20 and distinct > 0.5 * len(known)
    sample = known.iloc[:: max(1, len(known) // 1000)]
    words = sample.str.count(r"\s+").mean() + 1
    if mostly_distinct:
        return "text" if words >= 3 else "identifier"
    return "text" if distinct > _MOST_LEVELS else "category"


def _time_format(series: pd.Series) -> str:
    """The first known format that nearly all texts of a column follow; empty for none."""
    # In here because pandas is slow to load.
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series.dtype):
        return ""
    known = series.dropna().drop_duplicates()
    sample = known.iloc[:: max(1, len(known) // 500)]
    looks = sample.str.contains(r"^\s*(?:\d{1,4}[-./ ]|\d{8}T|[A-Za-z]{3} \d)").mean() if len(sample) else 0.0
    if not looks >= _ENOUGH or pd.to_numeric(sample, errors="coerce").notna().mean() > 1 - _ENOUGH:
        return ""
    for time_format in _TIME_FORMATS:
        if pd.to_datetime(sample, format=time_format, errors="coerce", utc=True).notna().mean() >= _ENOUGH:
            return time_format
    return ""


def _oddities(series: pd.Series, values: pd.Series, kind: Kind) -> list[str]:
    found = []
    if kind == "number" and series.dtype.kind == "f":
        infinite = int(np.isinf(series.to_numpy(dtype="float64", na_value=np.nan)).sum())
        if infinite:
            found.append(f"{_count(infinite, 'value')} of {series.name!r} are infinite and count as missing.")
        return found
    unread = int((series.notna() & values.isna()).sum())
    if unread:
        noun = {"number": "numbers", "time": "dates"}[kind]
        found.append(f"{_count(unread, 'value')} of {series.name!r} are not {noun} and count as missing.")
    return found


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _bars(values: pd.Series, kind: Kind) -> tuple[tuple[str, int], ...]:
    if kind in {"number", "time"}:
        finite = values.to_numpy(dtype="float64")
        finite = finite[np.isfinite(finite)]
        spread = float(finite.max()) - float(finite.min()) if len(finite) else 0.0
        # A spread that overflows, or is lost in rounding, has no equal ranges.
        if not np.isfinite(spread) or spread <= 1e-12 * float(np.abs(finite).max(initial=0.0)):
            return ()
        counts, edges = np.histogram(finite, bins=_BARS)
        names = [_day(edge) if kind == "time" else f"{edge:.6g}" for edge in edges[:-1]]
        return tuple(zip(names, map(int, counts), strict=True))
    common = values.value_counts().head(_BARS)
    return tuple((label(value), int(count)) for value, count in common.items())


def _day(seconds_since_1970: float) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=seconds_since_1970)).date().isoformat()
