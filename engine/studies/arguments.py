"""Arguments of the calls that people make, checked for their kind: what is wrong is said by the argument's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import WrongType, WrongValue


def mapping_of(value: object, name: str) -> dict[str, Any]:
    """A dict by names; an empty one for *None*. Raises :class:`UserFault` for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WrongType(f"{name} is {value!r}.", "Give a dict from names to values.")
    for key in value:
        if not isinstance(key, str):
            raise WrongType(f"{name} has {key!r} for a name.", "Give a text.")
    return dict(value)


def several_of(value: object, name: str) -> tuple[Any, ...]:
    """The items of a list or the like; raises :class:`UserFault` for a text, and for what has no items."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise WrongType(f"{name} is {value!r}.", "Give a list.")
    return tuple(value)


def text_of(value: object, name: str) -> str:
    """A text; raises :class:`UserFault` for anything else."""
    if not isinstance(value, str):
        raise WrongType(f"{name} is {value!r}.", "Give a text.")
    return value


def number_of(value: Any, name: str) -> float:
    """A number, NaN and infinity among them; raises :class:`UserFault` for anything else."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise WrongType(f"{name} is {value!r}, which is not a number.", "Give a number.") from None


def whole_of(value: Any, name: str, least: int) -> int:
    """A whole number from ``least``, also one that is written as another type; raises :class:`UserFault` for others."""
    number = number_of(value, name)
    if number % 1.0 != 0.0 or number < least:  # nor nan, nor infinity
        raise WrongValue(f"{name} is {value!r}.", f"Give a whole number from {least}.")
    return int(number)


def function_of(value: object, name: str) -> Any:
    """A function, or *None*; raises :class:`UserFault` for anything else."""
    if value is not None and not callable(value):
        raise WrongType(f"{name} is {value!r}.", "Give a function.")
    return value


def path_of(value: Any) -> Path:
    """Where a file is; raises :class:`UserFault` for what is no path."""
    try:
        path = Path(value)
    except TypeError:
        raise WrongType(f"{value!r} is not a path.", "Give the path of a file.") from None
    if "\0" in str(path):
        raise WrongValue(f"{value!r} is not a path: no file's name has a NUL.", "Give the path of a file.")
    return path
