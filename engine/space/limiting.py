"""Ranges of a search space made narrower, and choices left out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from engine.errors import UserFault
from engine.space.choices import Choice
from engine.space.fixing import drop_impossible_conditions
from engine.space.hyperparameters import Categorical, Hyperparameter, Int
from engine.space.space import describe


def limit_range(
    rows: Mapping[str, Hyperparameter], name: str, *, low: float | None = None, high: float | None = None
) -> dict[str, Hyperparameter]:
    """``rows`` with the number ``name`` from ``low`` on, or up to ``high``, within its present range.

    Raises :class:`UserFault` for an unknown name, for a choice, and where nothing of the range is left.
    """
    row = rows.get(name)
    if row is None or isinstance(row, Categorical):
        raise UserFault(f"{name!r} is not a numeric hyperparameter of this study.", f"It has: {', '.join(rows)}.")
    first = row.low if low is None else max(row.low, low)
    last = row.high if high is None else min(row.high, high)
    if isinstance(row, Int):
        first, last = -(-first // 1), last // 1
    if row.step:  # ranges with steps begin at one of them, and end at one
        first = row.low + -(-(first - row.low) // row.step) * row.step
    if first > last:
        raise UserFault(f"Nothing of {name} is left between {low} and {high}.", f"Its range is {describe(row)}.")
    kind = int if isinstance(row, Int) else float
    return drop_impossible_conditions({**rows, name: msgspec.structs.replace(row, low=kind(first), high=kind(last))})


def leave_out(rows: Mapping[str, Hyperparameter], name: str, choices: Iterable[Choice]) -> dict[str, Hyperparameter]:
    """``rows`` without some choices of ``name``; what depends on these alone goes, too.

    Raises :class:`UserFault` for an unknown name, for a number, and where no choice is left.
    """
    row, gone = rows.get(name), list(choices)
    if not isinstance(row, Categorical):
        raise UserFault(f"{name!r} is not a categorical hyperparameter of this study.", f"It has: {', '.join(rows)}.")
    left = tuple(
        choice for choice in row.choices if not any(type(one) is type(choice) and one == choice for one in gone)
    )
    if not left:
        raise UserFault(f"No choice of {name} is left.", f"It has {describe(row)}.")
    return drop_impossible_conditions({**rows, name: msgspec.structs.replace(row, choices=left)})
