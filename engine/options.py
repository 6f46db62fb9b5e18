"""Options that describe themselves: forms, validation, JSON and the command line come from them.

An implementation (a sampler, pruner, optimizer, model family ...) lists its settings as a frozen dataclass whose
fields are made with :func:`option`::

    @dataclass(frozen=True, slots=True)
    class GridOptions:
        levels: int = option(5, label="Values per range", low=2, high=1000)
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np

from engine.errors import UserFault

T = TypeVar("T")
Value = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name, type, default and what a person must know to choose it.

    ``kind`` is one of ``bool``, ``int``, ``float``, ``str``; ``optional`` says that *None* ("automatic") is allowed;
    ``low`` and ``high`` are inclusive; ``words`` are texts that may stand in place of a number; ``advanced`` options
    are folded away in forms.
    """

    name: str
    kind: type
    default: Value
    label: str
    help: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    optional: bool = False
    advanced: bool = False
    log: bool = False


def option(
    default: object,
    *,
    label: str,
    help: str = "",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    advanced: bool = False,
    log: bool = False,
) -> Any:
    """A dataclass field that carries its own description."""
    description = {
        "label": label,
        "help": help,
        "unit": unit,
        "low": low,
        "high": high,
        "choices": choices,
        "words": words,
        "advanced": advanced,
        "log": log,
    }
    return field(default=default, metadata={"option": description})


def describe(cls: type) -> tuple[Option, ...]:
    """The options of a dataclass, in the order in which they are declared."""
    hints = get_type_hints(cls)
    described = []
    for item in fields(cls):
        meta = item.metadata.get("option")
        if meta is None:
            continue
        parts = [part for part in get_args(hints[item.name]) if part is not type(None)]
        kind = parts[0] if parts else hints[item.name]
        default = None if item.default is MISSING else item.default
        optional = type(None) in get_args(hints[item.name])
        described.append(Option(item.name, kind, default, optional=optional, **meta))
    return tuple(described)


def make(cls: type[T], values: Mapping[str, object], owner: str = "") -> T:
    """The options object for ``values``; a name, type or range that does not fit raises :class:`UserFault`.

    ``owner`` names whose options they are in the message (``"sampler grid"``).
    """
    known = {item.name: item for item in describe(cls)}
    clean = {}
    for name, value in values.items():
        if name not in known:
            of = f" of {owner}" if owner else ""
            raise UserFault(f"{name!r} is not a setting{of}.", f"Known are: {', '.join(known) or 'none'}.")
        clean[name] = check(known[name], value)
    return cls(**clean)


def check(item: Option, value: object) -> Value:
    """``value`` as the option's own type; raises :class:`UserFault` with the allowed range when it does not fit.

    NumPy's numbers, truth values and texts count as Python's.
    """
    if isinstance(value, np.generic):
        value = float(value) if isinstance(value, np.floating) else value.item()
    if value is None:
        if item.optional:
            return None
        raise UserFault(f"{item.label} is empty.", f"Give {_wanted(item)}.")
    if isinstance(value, str) and value in item.words:
        return value
    if item.kind is bool:
        if isinstance(value, bool):
            return value
        raise UserFault(f"{item.label} is {value!r}.", "Give true or false.")
    if item.kind is str:
        if isinstance(value, str) and (not item.choices or value in item.choices):
            return value
        raise UserFault(f"{item.label} is {value!r}.", f"Give {_wanted(item)}.")
    return _check_number(item, value)


def to_json(options: object) -> dict[str, Any]:
    """The settings as plain values, for a study file."""
    return {item.name: getattr(options, item.name) for item in describe(type(options))}


def _check_number(item: Option, value: Any) -> Value:
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf
    if number and item.kind is float and abs(value) > sys.float_info.max:  # a whole number that no float holds
        number = False
    if number and item.kind is int and value != int(value):
        number = False
    too_low = number and item.low is not None and value < item.low
    too_high = number and item.high is not None and value > item.high
    if not number or too_low or too_high:
        raise UserFault(f"{item.label} is {value!r}.", f"Give {_wanted(item)}.")
    return int(value) if item.kind is int else float(value)


def _wanted(item: Option) -> str:
    if item.choices:
        return "one of " + ", ".join(item.choices)
    noun = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}[item.kind]
    return " or ".join([noun + _bounds(item), *item.words])


def _bounds(item: Option) -> str:
    unit = f" {item.unit}" if item.unit else ""
    if item.low is not None and item.high is not None:
        return f" from {item.low:g} to {item.high:g}{unit}"
    if item.low is not None:
        return f" of at least {item.low:g}{unit}"
    if item.high is not None:
        return f" of at most {item.high:g}{unit}"
    return unit
