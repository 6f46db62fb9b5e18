"""Which hyperparameter the values of a column come from, where nothing but the values says it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable
from typing import Any

from engine.importing.optuna_distributions import usable_choices
from engine.space import Categorical, Float, Hyperparameter, Int
from engine.space.choices import LARGEST, held_choice

_LOG_SPAN = 100.0  # from this ratio of greatest to least on a range is searched on a log scale: a guess
_WORDS = {"true": True, "false": False, "none": None, "null": None}
_MISSING = {"", "nan", "<na>", "n/a"}  # cells for a hyperparameter that was not set
_GUARDED = "=+-@\t\r\n＝＋－＠"  # what our own CSV puts an apostrophe before
_LONGEST_LITERAL = 1000  # characters of a tuple or list in a cell; a guess


def cell_value(cell: object) -> object:
    """What a cell says: a number, true or false, nothing, or its text; NaN where it is empty."""
    if cell is None:
        return math.nan
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return cell
    if isinstance(cell, list | dict | tuple):
        return held_choice(cell)
    text = without_guard(str(cell).strip())
    if text.lower() in _MISSING:
        return math.nan
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        number = float(text)
    except ValueError:
        return _literal(text)
    if "_" in text or not math.isfinite(number):
        return text
    return int(number) if text.lstrip("+-").isdecimal() and abs(number) < LARGEST else number


def without_guard(text: str) -> str:
    """A text without the apostrophe by which our own CSV keeps spreadsheets from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in _GUARDED and len(text) > 1 else text


def _literal(text: str) -> object:
    """A tuple, list or dict by its text, so that it is read back as what it was; any other text as it stands."""
    if text[:1] in "([{" and len(text) <= _LONGEST_LITERAL:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return text
    return text


def is_missing(value: object) -> bool:
    """Whether a cell said nothing."""
    return isinstance(value, float) and math.isnan(value)


def hyperparameter_from(values: Iterable[object]) -> Hyperparameter | None:
    """The narrowest hyperparameter that holds every value that is there; *None* where none is.

    Numbers make a range from the least to the greatest, on a log scale where they are positive and span two decades;
    anything else is a choice.
    """
    known = [value for value in values if not is_missing(value)]
    if not known:
        return None
    numbers = [value for value in known if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < len(known) or not all(map(math.isfinite, numbers)):
        return Categorical(usable_choices(known))
    low, high = min(numbers), max(numbers)
    log = low > 0 and high / low >= _LOG_SPAN
    if all(isinstance(one, int) for one in numbers):
        return Int(int(low), int(high), log=log)
    return Float(float(low), float(high), log=log)


def held_value(value: object) -> Any:
    """A value as a configuration holds it."""
    return held_choice(value) if isinstance(value, list | tuple | dict) else value
