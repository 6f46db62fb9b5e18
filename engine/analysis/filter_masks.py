"""What a filter does with the values of a column: one mask a test, worked out for all trials at once."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from engine.analysis.filter_columns import ChoiceColumn, Column, Facts, FilterColumns, NumberColumn, TextColumn
from engine.arrays import Array
from engine.errors import UserFault

Mask = Callable[[Facts], Array]

_ORDER: dict[str, Callable[[Any, Any], object]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NEAR = 0.1  # of a number, within which ~ finds another: a guess


def joined(parts: Sequence[Mask], join: Callable[[Array, Array], Array]) -> Mask:
    """Several masks as one."""
    if len(parts) == 1:
        return parts[0]

    def mask(facts: Facts) -> Array:
        result = parts[0](facts)
        for part in parts[1:]:
            result = join(result, part(facts))
        return result

    return mask


def inverted(inner: Mask) -> Mask:
    """The trials that do not pass."""
    return lambda facts: ~inner(facts)


def negated(inner: Mask, is_not: bool) -> Mask:
    """``inner``, or its opposite."""
    return inverted(inner) if is_not else inner


def compared(column: Column, relation: str, value: str) -> Mask:
    """A column against one value."""
    if isinstance(column, TextColumn):
        return _text_mask(column, relation, value)
    if isinstance(column, ChoiceColumn):
        return _choice_mask(column, relation, value)
    return _number_mask(column, relation, value)


def one_of(column: Column, values: Sequence[str]) -> Mask:
    """A column that has one of several values."""
    return joined([compared(column, "=", value) for value in values], np.logical_or)


def between(column: Column, low: str, high: str) -> Mask:
    """A column of numbers from one to another, both included."""
    if not isinstance(column, NumberColumn):
        raise UserFault(f"{column.name} has no order, so between means nothing for it.", _example_value(column))
    return joined([_number_mask(column, ">=", low), _number_mask(column, "<=", high)], np.logical_and)


def is_missing(column: Column) -> Mask:
    """Trials that have nothing in a column."""
    if isinstance(column, TextColumn):
        return lambda facts: ~_mask_of(facts, [n for n, text in column.texts(facts).items() if text])
    return lambda facts: np.isnan(column.values(facts))


def top(count: float, *, is_share: bool) -> Mask:
    """So many of the best trials, or such a share in percent of those that may be best."""

    def mask(facts: Facts) -> Array:
        history = facts.history
        numbers = np.flatnonzero(history.eligible & np.isfinite(history.score))
        wanted = math.ceil(len(numbers) * count / 100) if is_share else int(count)
        best = numbers[np.argsort(history.losses[numbers], kind="stable")[:wanted]]
        return _mask_of(facts, best.tolist())

    return mask


def contains_word(columns: FilterColumns, word: str) -> Mask:
    """Trials that have a word anywhere among their texts; a number is that trial."""
    number = number_of(word)
    if number is not None:
        return lambda facts: np.arange(len(facts.history)) == number
    choices = [pair for text, pairs in columns.choices().items() if word.lower() in text for pair in pairs]
    note = columns.get("note")

    def mask(facts: Facts) -> Array:
        found = np.zeros(len(facts.history), dtype=bool)
        for column, wanted in choices:
            found |= column.values(facts) == wanted
        if isinstance(note, TextColumn):
            found |= _text_mask(note, "~", word)(facts)
        return found

    return mask


def number_of(text: str) -> float | None:
    """The number that a text is, *None* where it is none."""
    exact = _exact_number(text)
    return None if exact is None else float(exact)


def _exact_number(text: str) -> Decimal | None:
    try:
        exact = Decimal(text.replace("−", "-"))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and math.isfinite(float(exact)) else None


def _example_value(column: Column) -> str:
    return f"Write for example: {column.example}."


def _mask_of(facts: Facts, numbers: Sequence[int]) -> Array:
    found = np.zeros(len(facts.history), dtype=bool)
    found[[number for number in numbers if 0 <= number < len(found)]] = True
    return found


def _text_mask(column: TextColumn, relation: str, value: str) -> Mask:
    wanted = value.lower()
    if relation in _ORDER:
        raise UserFault(f"{column.name} has no order, so {relation} means nothing for it.", _example_value(column))

    def mask(facts: Facts) -> Array:
        texts = column.texts(facts).items()
        if relation in ("~", "!~"):
            found = [number for number, text in texts if wanted in text.lower()]
        else:
            found = [number for number, text in texts if text.strip().lower() == wanted]
        return _mask_of(facts, found) ^ relation.startswith("!")

    return mask


def _choice_mask(column: ChoiceColumn, relation: str, value: str) -> Mask:
    if relation in _ORDER:
        raise UserFault(f"{column.name} has no order, so {relation} means nothing for it.", _example_value(column))
    known = {label.lower(): number for label, number in column.labels.items()}
    is_part = relation in ("~", "!~")
    wanted = [number for text, number in known.items() if (value.lower() in text if is_part else value.lower() == text)]
    if not wanted:
        verb = "never has a part" if is_part else "is never"
        raise UserFault(f"{column.name} {verb} {value}.", f"It is one of: {', '.join(column.labels)}.")

    def mask(facts: Facts) -> Array:
        values = column.values(facts)
        found = np.isin(values, wanted)
        return np.isfinite(values) & ~found if relation.startswith("!") else found

    return mask


def _number_mask(column: NumberColumn, relation: str, value: str) -> Mask:
    exact, unit = _parse_measure(column, value)
    wanted = float(exact) * unit
    if relation in _ORDER:
        return lambda facts: np.asarray(_ORDER[relation](column.values(facts), wanted))
    # A real number is shown rounded: what was typed stands for all numbers that are shown so.
    exponent = exact.as_tuple().exponent
    room = 0.5 * 10.0**exponent * unit if column.rounded and isinstance(exponent, int) and exponent < 0 else 0.0
    if relation in ("~", "!~"):
        room = max(room, NEAR * abs(wanted))

    def mask(facts: Facts) -> Array:
        values = column.values(facts)
        near = np.abs(values - wanted) <= room * (1 + 1e-9)
        return np.isfinite(values) & ~near if relation.startswith("!") else near

    return mask


def _parse_measure(column: NumberColumn, value: str) -> tuple[Decimal, float]:
    """The number in ``value``, and by what its unit multiplies it."""
    number, unit = value.strip(), 1.0
    for name, size in {**column.units, "%": 0.01}.items():
        if number.endswith(name) and _exact_number(number[: -len(name)].strip()) is not None:
            number, unit = number[: -len(name)].strip(), size
            break
    exact = _exact_number(number)
    if exact is None:
        raise UserFault(f"{column.name} is a number; {value} is not.", _example_value(column))
    return exact, unit
