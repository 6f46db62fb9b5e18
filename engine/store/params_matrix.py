"""Many configurations at once as internal numbers: what ``SearchSpace.to_numbers`` does for one, column by column.

A study whose space changed on the way holds configurations that were read through one space after another; they are
led through the same spaces here, so that a reopened study is the one that was closed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.space import Float, Hyperparameter, Int, SearchSpace
from engine.store.json_text import Configuration

_Rows = Sequence[Configuration]
Strange = dict[int, dict[str, Any]]


def params_matrix(rows: _Rows, spaces: Sequence[SearchSpace]) -> tuple[np.ndarray, Strange]:
    """Internal numbers (n, d) in the last of ``spaces``, NaN where inactive, and what that space cannot hold, by row.

    ``spaces`` are those that were in force from when the rows were recorded until now, in order. ``ValueError`` where a
    row holds a number that none ever had.
    """
    space = spaces[-1]
    numbers = np.full((len(rows), len(space)), np.nan)
    strange: Strange = {}
    known = np.zeros(len(rows), dtype=np.int64)
    for column, name in enumerate(space.names):
        values = [row.get(name, _ABSENT) for row in rows]
        chain = _hyperparameter_chain(name, spaces)
        fast = _convert_at_once(values, chain[-1]) if len(chain) == 1 else None
        numbers[:, column] = _convert_each(name, values, chain, strange) if fast is None else fast
        known += np.array([value is not _ABSENT for value in values], dtype=bool) if _ABSENT in values else 1
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    for row in np.flatnonzero(sizes > known).tolist():
        for name, value in rows[row].items():
            if name not in space:
                strange.setdefault(row, {})[name] = _led_through(value, _hyperparameter_chain(name, spaces))
    if any(
        isinstance(one, int) and abs(one) > sys.float_info.max for values in strange.values() for one in values.values()
    ):
        raise ValueError("a whole number that no space has")
    return numbers, strange


class _Absent:
    """Marks a name that a configuration does not have."""


_ABSENT = _Absent()


def _hyperparameter_chain(name: str, spaces: Sequence[SearchSpace]) -> list[Hyperparameter]:
    """What a value under ``name`` was read through, without repetitions."""
    chain: list[Hyperparameter] = []
    for space in spaces:
        if name in space and (not chain or chain[-1] != space[name]):
            chain.append(space[name])
    return chain


def _convert_at_once(values: Sequence[object], hyperparameter: Hyperparameter) -> np.ndarray | None:
    """The column at once where it is a plain range and all values are numbers inside; *None* where it is not."""
    if not isinstance(hyperparameter, Int) and not (isinstance(hyperparameter, Float) and hyperparameter.step is None):
        return None
    kinds = set(map(type, values))
    absent = values.count(_ABSENT) if _Absent in kinds else 0
    if absent:
        values = [math.nan if value is _ABSENT else value for value in values]
    if not kinds <= {int, float, _Absent}:
        return None
    try:
        column = np.array(values, dtype=float)
    except OverflowError:
        return None
    there = column[~np.isnan(column)]
    if len(there) + absent < len(values) or not ((there >= hyperparameter.low) & (there <= hyperparameter.high)).all():
        return None
    if isinstance(hyperparameter, Int):
        if not -(2**52) <= hyperparameter.low <= hyperparameter.high <= 2**52:
            return None  # beyond what floats count exactly, only Python's integers decide
        if not ((there == np.floor(there)) & ((there - hyperparameter.low) % hyperparameter.step == 0)).all():
            return None
    return column


def _convert_each(name: str, values: Sequence[object], chain: Sequence[Hyperparameter], strange: Strange) -> np.ndarray:
    """The column value by value, each distinct one worked out once."""
    column = np.full(len(values), np.nan)
    seen: dict[tuple[type, Any], tuple[float, Any]] = {}
    for row, value in enumerate(values):
        if value is _ABSENT:
            continue
        key = (type(value), value)
        if value == 0 or key not in seen:  # 0.0 and -0.0 are equal, yet not the same
            led = _led_through(value, chain[:-1])
            seen[key] = _internal_number(led, chain[-1]), led
        number, led = seen[key]
        column[row] = number
        if number != number:
            strange.setdefault(row, {})[name] = led
    return column


def _led_through(value: object, chain: Sequence[Hyperparameter]) -> Any:
    """The value as it reads after each of ``chain`` that can hold it."""
    for hyperparameter in chain:
        number = _internal_number(value, hyperparameter)
        if number == number:
            value = hyperparameter.to_value(number)
    return value


def _internal_number(value: object, hyperparameter: Hyperparameter) -> float:
    try:
        return hyperparameter.to_number(value)
    except (ValueError, TypeError, ArithmeticError):
        return math.nan
