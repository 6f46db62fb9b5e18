"""Rows of a search space fixed at one value, and the rows that depend on them made to fit."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from engine.errors import UserFault
from engine.space.choices import Choice
from engine.space.hyperparameters import Categorical, Hyperparameter, Int
from engine.space.space import describe


def fix_value(rows: Mapping[str, Hyperparameter], name: str, value: Choice) -> dict[str, Hyperparameter]:
    """``rows`` with the hyperparameter ``name`` fixed at ``value``.

    A number may lie outside its range, a choice must be one of the choices. Conditions on ``name`` keep the values that
    are left; a row whose condition cannot hold any more goes, and so do the rows that depend on it. Raises
    :class:`UserFault` for an unknown name and for a value that is none of the row's kind.
    """
    if name not in rows:
        raise UserFault(f"{name!r} is not a hyperparameter of this model.", f"It has: {', '.join(rows)}.")
    row = rows[name]
    if isinstance(row, Categorical):
        alone: Hyperparameter = msgspec.structs.replace(row, choices=(_matching_choice(name, row, value),))
    else:
        number = _as_number(name, row, value)
        scale = row.log and number > 0
        step = 1 if isinstance(row, Int) else None
        alone = msgspec.structs.replace(row, low=number, high=number, log=scale, step=step)
    return drop_impossible_conditions({**rows, name: alone})


def drop_impossible_conditions(rows: dict[str, Hyperparameter]) -> dict[str, Hyperparameter]:
    """Rows without conditions that cannot hold: first narrowed, then removed until nothing depends on what is gone."""
    while True:
        kept = {name: narrowed for name, row in rows.items() if (narrowed := _narrow_condition(row, rows)) is not None}
        if kept == rows:
            return kept
        rows = kept


def _matching_choice(name: str, row: Categorical, value: Choice) -> Choice:
    for choice in row.choices:  # by type as well: True is not 1
        if type(choice) is type(value) and choice == value:
            return choice
    raise UserFault(f"{name} cannot be {value}.", f"Give {describe(row)}.")


def _as_number(name: str, row: Hyperparameter, value: Choice) -> float | int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or (isinstance(row, Int) and not float(value).is_integer()):  # type: ignore[arg-type]
        raise UserFault(f"{name} cannot be {value}.", f"Give {describe(row)}.")
    return int(value) if isinstance(row, Int) else float(value)  # type: ignore[arg-type]


def _narrow_condition(row: Hyperparameter, rows: Mapping[str, Hyperparameter]) -> Hyperparameter | None:
    if not row.when:
        return row
    left: dict[str, tuple[Choice, ...]] = {}
    for parent, wanted in row.when.items():
        rule = rows.get(parent)
        left[parent] = () if rule is None else tuple(value for value in wanted if _is_legal(rule, value))
        if not left[parent]:
            return None
    return row if left == row.when else msgspec.structs.replace(row, when=left)


def _is_legal(rule: Hyperparameter, value: Choice) -> bool:
    try:
        rule.to_number(value)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True
