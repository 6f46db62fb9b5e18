"""Search spaces in three widths: the suggested one, a narrow one around what is known to do well, and a wide one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.learners import families
from engine.learners.families import TableShape, Task
from engine.learners.portfolios import Portfolio, portfolio_of, read_file
from engine.options import Option
from engine.space import Categorical, Float, Hyperparameter, SearchSpace
from engine.space.fixing import drop_impossible_conditions

PRESETS = ("narrow", "usual", "wide")
"""The names of the widths."""
_FACTORS = {"narrow": 0.5, "wide": 2.0}  # of a range's width, on its own scale: a guess


def preset_space(name: str, task: Task, shape: TableShape, preset: str = "usual") -> SearchSpace:
    """The suggested space of the family called ``name`` for a table of this shape, in one of the :data:`PRESETS`.

    *narrow* and *wide* are published ranges where the family's portfolio file has them; else a range is half as wide
    around the first configuration known to do well, or twice as wide, within what the model takes. Choices stay.
    Raises :class:`UserFault` for an unknown preset or family.
    """
    if preset not in PRESETS:
        raise UserFault(f"There are no ranges called {preset!r}.", f"Choose one of: {', '.join(PRESETS)}.")
    family = families.get(name)
    usual = family.suggest_space(task, shape)
    if preset == "usual":
        return usual
    ranges: Mapping[str, Any] = read_file(name).ranges
    published, by_rows = ranges.get(preset, {}), ranges.get("at_most_rows", ())
    declared = family.declared_options()
    centre = _first_start(portfolio_of(name, task), usual)
    found: dict[str, Hyperparameter] = {}
    for one, row in usual.items():
        if isinstance(row, Categorical) or row.levels == 1:
            found[one] = row
            continue
        low, high = published.get(one) or _scaled_range(row, _FACTORS[preset], centre.get(one))
        item = next(iter(declared.get(one, ())), None)
        most = shape.rows // 3 if one in by_rows else None  # so many rows are left in the smallest of three folds
        found[one] = _within(row, low, high, item, most)
    return SearchSpace(drop_impossible_conditions(found))


def _first_start(portfolio: Portfolio | None, space: SearchSpace) -> Mapping[str, Any]:
    starts = portfolio.starts_in(space) if portfolio is not None else ()
    return starts[0].params if starts else {}


def _scaled_range(row: Any, factor: float, centre: Any) -> tuple[float, float]:
    """A range ``factor`` times as wide on its own scale; a narrower one lies around ``centre`` inside the old one."""
    low, high = (math.log(row.low), math.log(row.high)) if row.log else (row.low, row.high)
    wide = (high - low) * factor
    middle = (low + high) / 2.0
    if factor < 1.0:
        is_number = isinstance(centre, int | float) and not isinstance(centre, bool)
        wanted = middle if not is_number else math.log(centre) if row.log else float(centre)
        middle = min(max(wanted, low + wide / 2.0), high - wide / 2.0)
    ends = middle - wide / 2.0, middle + wide / 2.0
    if row.log:
        return math.exp(ends[0]), math.exp(ends[1])
    return (max(ends[0], row.low / 2.0) if row.low > 0 else ends[0]), ends[1]


def _within(row: Any, low: float, high: float, item: Option | None, most: int | None) -> Hyperparameter:
    """``row`` from ``low`` to ``high`` as far as its model takes that, its ends easy to read."""
    if item is not None:
        low = low if item.low is None else max(low, item.low)
        high = high if item.high is None else min(high, item.high)
    if most is not None:
        high = min(high, max(most, row.high))
    if isinstance(row, Float):
        low, high = _two_digits(low), _two_digits(high)
        if item is not None and item.high is not None:
            high = min(high, item.high)
        changed: Hyperparameter = msgspec.structs.replace(row, low=low, high=max(low, high))
        return changed
    low, high = max(round(low), 1 if row.log else round(low)), round(high)
    resized: Hyperparameter = msgspec.structs.replace(row, low=int(low), high=int(max(low, high)))
    return resized


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")
