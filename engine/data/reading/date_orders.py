"""Which of three numbers is the day and which the month: what all rows of a column prove, else what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

ORDERS = ("dmy", "mdy", "ymd")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_FEW = 500  # texts by which an order that cannot be is found out at once
# Guesses, each far from what chance does:
_FEWEST_STEPS = 9  # rows that differ from the one before
_FEWEST_GAPS = 6  # distances between neighbouring dates
_FEWEST_YEARS = 20  # dates whose years lie much closer together in one order
_UNEVEN = 1.13  # 31 days are 1.11 times 28
_YEAR = 366 * 86400.0  # seconds of a leap year, the longest


@dataclass(frozen=True)
class Ordered:
    """The formats by which numeric dates are read, to be tried in turn.

    ``seconds`` are those that the first formats read, before the order changes; ``day_first`` is what the cells prove,
    None for nothing; ``doubt`` a sentence on what was assumed, empty for none.
    """

    formats: tuple[str, ...]
    seconds: np.ndarray
    day_first: bool | None
    doubt: str = ""


def in_order(template: str, order: str) -> str:
    """A template of :func:`date_shapes.format_of` with its ``@`` in the ``order``; empty where it has no such order."""
    if template.count("@") == 2:
        if order == "ymd":
            return ""
        order = order.replace("y", "")
    for part in order if "@" in template else "":
        template = template.replace("@", f"%{part}", 1)
    return template


def find_order(
    values: pd.Series, rows: np.ndarray, templates: list[str], sign: str, name: str, day_first: bool | None
) -> Ordered:
    """The order of day, month and year in the distinct ``values``, as far as ``templates`` read them.

    ``rows`` are the places among the values of all cells of the column ``name``, ``sign`` is what stands between the
    numbers, and ``day_first`` what is known from elsewhere.
    """
    # In here because pandas is slow to load.
    from engine.data.reading.date_parsing import parse_dates

    formats = {order: tuple(filter(None, (in_order(one, order) for one in templates))) for order in ORDERS}
    few = values.iloc[:: max(1, len(values) // _FEW)]
    readings = {order: parse_dates(few, form).to_numpy() for order, form in formats.items()}
    if len(few) < len(values):
        best = _best(readings, np.ones(len(few)))
        readings = {order: parse_dates(values, formats[order]).to_numpy() for order in best}
    rivals = _best(readings, np.bincount(rows, minlength=len(values)))
    rivals = list(_without_far_years({one: readings[one] for one in rivals}, sign))
    order, proven = _settle({one: readings[one] for one in rivals}, rows, sign, day_first)

    chosen, doubt = formats[order], ""
    if not proven and day_first is None:
        # With points between the numbers the day comes before the month.
        told = [one for one in rivals if one != order and (sign.strip() != "." or one == "ymd")]
        doubt = _assumed(values, readings, order, told, name)
    unread = values[np.isnan(readings[order])]
    for other in ORDERS[:2]:
        others = parse_dates(unread, formats[other]) if other != order and len(unread) else unread.iloc[:0]
        if others.notna().any():
            chosen += formats[other]
            read = readings[order]
            one, two = (
                _example(values, read, np.isfinite(read)),
                _example(unread, others.to_numpy(), others.notna().to_numpy()),
            )
            return Ordered(chosen, read, None, f"Day and month of {name!r} change places: {one}, but {two}.")
    return Ordered(chosen, readings[order], order == "dmy" if proven and order != "ymd" else None, doubt)


def _best(readings: dict[str, np.ndarray], cells: np.ndarray) -> list[str]:
    """The orders that read most, by the number of cells of each value."""
    known = {order: int(cells[np.isfinite(seconds)].sum()) for order, seconds in readings.items()}
    return [order for order in readings if known[order] == max(known.values())]


def _settle(readings: dict[str, np.ndarray], rows: np.ndarray, sign: str, day_first: bool | None) -> tuple[str, bool]:
    """One of the orders that read equally many cells, and whether something proves it."""
    if len(readings) == 1:
        return next(iter(readings)), True
    usual = "mdy" if "mdy" in readings and sign.strip() == "/" else next(iter(readings))
    if day_first is not None:
        known = "dmy" if day_first else "mdy"
        return (known, False) if known in readings else (usual, False)
    winners = {_most_sorted(readings, rows), _most_even(readings)} - {""}
    return (winners.pop(), True) if len(winners) == 1 else (usual, False)


def _without_far_years(readings: dict[str, np.ndarray], sign: str) -> dict[str, np.ndarray]:
    """The orders without the year of two digits in front, or with nothing but it, by what the years would be."""
    others = {order: seconds for order, seconds in readings.items() if order != "ymd"}
    if "ymd" not in readings or not others:
        return readings
    ours = readings["ymd"][np.isfinite(readings["ymd"])]
    spans = [float(np.nanmax(seconds) - np.nanmin(seconds)) for seconds in others.values()]
    next_year = (datetime.now() + timedelta(days=366) - datetime(1970, 1, 1)).total_seconds()
    ahead, all_ahead = ours.max() > next_year, all(np.nanmax(seconds) > next_year for seconds in others.values())
    span = float(ours.max() - ours.min())
    if len(ours) >= _FEWEST_YEARS:
        # The first number of the first days of months is no year, though it would be the same for all.
        if 5 * span < min(spans) and all_ahead and not ahead and span > _YEAR:
            return {"ymd": readings["ymd"]}
        if 5 * min(spans) < span or (ahead and not all_ahead):
            return others
    # Few write 22.02.10 or 22/02/10 for a day of 2022.
    return readings if sign.strip() == "-" or (all_ahead and not ahead) else others


def _most_sorted(readings: dict[str, np.ndarray], rows: np.ndarray) -> str:
    """The only order in which the rows of the file, or of its parts, follow each other in time; empty for none."""
    disorder = {}
    for order, seconds in readings.items():
        steps = np.diff(seconds[rows][np.isfinite(seconds[rows])])
        steps = steps[steps != 0]
        if len(steps) < _FEWEST_STEPS:
            return ""
        disorder[order] = min(int((steps > 0).sum()), int((steps < 0).sum())) / len(steps)
    best, second, *_ = sorted(disorder, key=disorder.__getitem__)
    clear = 4 * disorder[best] + 0.02 <= disorder[second] and (disorder[best] == 0 or len(steps) > 3 * _FEWEST_STEPS)
    return best if clear else ""


def _most_even(readings: dict[str, np.ndarray]) -> str:
    """The only order in which the dates lie evenly in time, such as the first days of months; empty if none."""
    unevenness = {}
    for order, seconds in readings.items():
        gaps = np.diff(np.unique(seconds[np.isfinite(seconds)]))
        if len(gaps) < _FEWEST_GAPS:
            return ""
        unevenness[order] = gaps.max() / gaps.min()
    best, second, *_ = sorted(unevenness, key=unevenness.__getitem__)
    return best if unevenness[best] <= _UNEVEN and unevenness[second] >= 2 else ""


def _assumed(values: pd.Series, readings: dict[str, np.ndarray], order: str, rivals: list[str], name: str) -> str:
    for rival in rivals:
        differ = np.isfinite(readings[order]) & (readings[order] != readings[rival])
        if differ.any():
            parts = "Day and year" if rival == "ymd" else "Day and month"
            return f"{parts} of {name!r} cannot be told apart; {_example(values, readings[order], differ)}."
    return ""


def _example(values: pd.Series, seconds: np.ndarray, where: np.ndarray) -> str:
    place = int(np.flatnonzero(where)[0])
    day = datetime(1970, 1, 1) + timedelta(seconds=float(seconds[place]))
    return f"{values.iloc[place]} was read as {day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
