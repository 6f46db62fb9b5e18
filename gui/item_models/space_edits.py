"""Edits of a search space as functions from rows to rows; what makes no sense as a row raises ``UserFault``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.space import Categorical, Float, Hyperparameter, Int
from gui.base.parsing import read_number
from gui.item_models.space_text import kind_of, read_choices, read_when

Rows = dict[str, Hyperparameter]


def set_cell(rows: Mapping[str, Hyperparameter], name: str, field: str, text: str) -> Rows:
    """The rows after one cell was given a text. ``field`` is one of the names in ``space_text.COLUMNS``."""
    if field == "name":
        return rename(rows, name, text.strip())
    hyperparameter = rows[name]
    if field == "kind":
        changed: Hyperparameter = as_kind(hyperparameter, text)
    elif field == "choices":
        changed = _with(hyperparameter, choices=read_choices(text))
    elif field == "when":
        changed = _with(hyperparameter, when=read_when(text, [other for other in rows if other != name]))
    elif field == "scale":
        changed = _with(hyperparameter, log=text == "log")
    else:
        changed = _with(hyperparameter, **{field: _number(hyperparameter, field, text)})
    return {**rows, name: changed}


def rename(rows: Mapping[str, Hyperparameter], old: str, new: str) -> Rows:
    """The rows with one name changed, also where others depend on it."""
    if not new:
        raise UserFault("The name is empty.", "Type a name.")
    if new != old and new in rows:
        raise UserFault(f"There is a {new!r} already.", "Type another name.")
    renamed = {}
    for name, hyperparameter in rows.items():
        when = hyperparameter.when
        if when and old in when:
            hyperparameter = _with(
                hyperparameter, when={new if parent == old else parent: v for parent, v in when.items()}
            )
        renamed[new if name == old else name] = hyperparameter
    return renamed


def as_kind(hyperparameter: Hyperparameter, kind: str) -> Hyperparameter:
    """The same hyperparameter as another kind, keeping what still makes sense of its range."""
    if kind == kind_of(hyperparameter):
        return hyperparameter
    low, high, log = _range(hyperparameter)
    if kind == "float":
        return Float(low, high, log and low > 0, None, hyperparameter.when)
    if kind == "int":
        first, last = round(low), max(round(low), round(high))
        return Int(first, last, log and first >= 1, 1, hyperparameter.when)
    if kind == "categorical":
        bounds: Iterable[Any] = (low, high) if isinstance(hyperparameter, Float) else (int(low), int(high))
        return Categorical(tuple(dict.fromkeys(bounds)), hyperparameter.when)
    raise UserFault(f"There is no kind {kind!r}.", "Choose float, int or categorical.")


def add(rows: Mapping[str, Hyperparameter]) -> tuple[Rows, str]:
    """The rows with a new one at the end, and its name."""
    name = free_name(rows, "hyperparameter")
    return {**rows, name: Float(0.0, 1.0)}, name


def duplicate(rows: Mapping[str, Hyperparameter], names: Iterable[str]) -> Rows:
    """The rows with a copy after each of ``names``."""
    wanted, result = set(names), {}
    for name, hyperparameter in rows.items():
        result[name] = hyperparameter
        if name in wanted:
            result[free_name({**rows, **result}, name)] = hyperparameter
    return result


def remove(rows: Mapping[str, Hyperparameter], names: Iterable[str]) -> Rows:
    """The rows without ``names``."""
    gone = set(names)
    return {name: hyperparameter for name, hyperparameter in rows.items() if name not in gone}


def merge(rows: Mapping[str, Hyperparameter], pasted: Mapping[str, Hyperparameter]) -> Rows:
    """The rows with pasted ones: a name that is there already is replaced in its place."""
    return {**rows, **pasted}


def free_name(rows: Mapping[str, Hyperparameter], wanted: str) -> str:
    """``wanted``, or with the next number after it."""
    if wanted not in rows:
        return wanted
    number = 2
    while f"{wanted}_{number}" in rows:
        number += 1
    return f"{wanted}_{number}"


def _number(hyperparameter: Hyperparameter, field: str, text: str) -> float | int | None:
    if field == "step" and not text.strip():
        return None if isinstance(hyperparameter, Float) else 1
    number = read_number(text)
    if isinstance(hyperparameter, Int):
        if float(number) != int(number):
            raise UserFault(f"{text} is not a whole number.", "Type a whole number, or choose the kind float.")
        return int(number)
    return float(number)


def _range(hyperparameter: Hyperparameter) -> tuple[float, float, bool]:
    if not isinstance(hyperparameter, Categorical):
        return hyperparameter.low, hyperparameter.high, hyperparameter.log
    numbers = [c for c in hyperparameter.choices if isinstance(c, int | float) and not isinstance(c, bool)]
    return (min(numbers), max(numbers), False) if numbers else (0.0, 1.0, False)


def _with(hyperparameter: Hyperparameter, **changes: object) -> Hyperparameter:
    return msgspec.structs.replace(hyperparameter, **changes)
