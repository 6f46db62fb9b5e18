"""Choices as a space holds them: plain values as they are, tuples, lists and dicts of them by their Python text.

A file holds no tuple, and a configuration is a flat object for every program that reads it. So ``(64, 64)`` is held as
the text ``"(64, 64)"``, noted as standing for a value, and read back to that value for whoever wrote the objective.
"""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np

from engine.errors import WrongType, WrongValue

Choice = str | int | float | bool | None
LARGEST = 2**63  # whole numbers from here on are not exact in every program that reads JSON


def is_nested(value: object) -> bool:
    """Whether a value is held by its text."""
    return isinstance(value, tuple | list | dict)


def held_choice(value: object) -> Choice:
    """A choice as a space holds it; raises :class:`UserFault` for what no file can hold exactly."""
    if is_nested(value):
        return repr(_plain_choice(value))
    if isinstance(value, float):  # what is not finite is for the check of the space to say
        return float(value)
    held: Choice = _plain_choice(value)
    return held


def object_of(text: str) -> object:
    """The value that a text stands for; ``ValueError`` where it is none."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(text) from error


def _plain_choice(value: Any) -> Any:
    """``value`` with the scalars of NumPy as Python's; raises :class:`UserFault` where it holds anything else."""
    if isinstance(value, np.generic):
        value = value.item()
    kind = type(value)
    if kind is tuple:
        return tuple(_plain_choice(one) for one in value)
    if kind is list:
        return [_plain_choice(one) for one in value]
    if kind is dict:
        return {_plain_choice(name): _plain_choice(one) for name, one in value.items()}
    if value is not None and kind not in (str, int, float, bool):
        raise WrongType(
            f"{value!r} is a {kind.__name__}, which a study cannot keep as a choice.",
            "Give its name as a text, and look the value up in the objective.",
        )
    if kind is int and abs(value) >= LARGEST:
        raise WrongValue(f"{value} is too large for a choice.", "Give it as a text.")
    if kind is float and not math.isfinite(value):
        raise WrongValue(f"{value} is not a usable choice.", "Give a finite number, or its name as a text.")
    if kind is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise WrongValue(f"{value!r} holds half a character.", "Give a text that can be written.") from None
    return value
