"""The three kinds of hyperparameter: ``Float``, ``Int`` and ``Categorical``.

They are plain frozen records that JSON can hold; whether a whole space makes sense is checked in
:mod:`engine.space.checking`, so that an editor can hold a half-finished row. Inside the engine a value is one float
(the number itself, or the index of a choice) and, for samplers, a position in the unit interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from engine.errors import WrongType, WrongValue
from engine.space.choices import Choice, held_choice, is_nested, object_of

_PLAIN = (str, bool, type(None))
When = Mapping[str, Iterable[Choice]] | None


def _frozen_when(when: Mapping[str, Iterable[Choice]] | None) -> dict[str, tuple[Choice, ...]] | None:
    if when is None or when == {}:
        return None
    if not isinstance(when, Mapping):
        raise WrongType(f"when is {when!r}.", 'Give a dict from names to values, as {"kernel": ["poly"]}.')
    for name, values in when.items():
        if not isinstance(name, str):
            raise WrongType(f"when names {name!r}, which is not a name.", "Give a text.")
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise WrongType(f"when gives {name} as {values!r}.", f'Give a list, as {{"{name}": [{values!r}]}}.')
    return {name: tuple(map(held_choice, values)) for name, values in when.items()}


def _as_float(number: Any, name: str) -> float:
    is_real: bool = isinstance(number, Real) and not isinstance(number, bool | np.bool_)
    if not is_real:
        raise WrongType(f"{name} is {number!r}, which is not a number.", "Give a number.")
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _as_int(number: Any, name: str) -> int:
    is_real: bool = isinstance(number, Real)
    if is_real and not isinstance(number, bool | np.bool_) and number == number // 1:
        return int(number)
    kind = WrongValue if is_real else WrongType
    raise kind(f"{name} is {number!r}, which is not a whole number.", "Give a whole number, or a Float range.")


def _require_flag(row: Any) -> None:
    if not isinstance(row.log, bool):
        if not isinstance(row.log, np.bool_ | int):
            raise WrongType(f"log is {row.log!r}.", "Give True or False.")
        msgspec.structs.force_setattr(row, "log", bool(row.log))


class _Hyperparameter(msgspec.Struct, frozen=True, dict=True, omit_defaults=True, tag_field="kind"):
    """What the three kinds share. ``levels`` is the number of values, or *None* for a continuous range."""

    if TYPE_CHECKING:

        @property
        def levels(self) -> int | None: ...

    def single(self) -> bool:
        """Whether there is one value alone, under Optuna's name."""
        return self.levels == 1

    def to_internal_repr(self, value: Any) -> float:
        """A number for a value inside the range or not, under Optuna's name; ``ValueError`` where it is none."""
        try:
            number = float(value)
        except (TypeError, OverflowError) as error:
            raise ValueError(f"{value!r} is not a number.") from error
        if number != number or (number <= 0.0 and getattr(self, "log", False)):
            raise ValueError(f"{value!r} is not a value of {self!r}.")
        return number


class Float(
    _Hyperparameter, frozen=True, dict=True, omit_defaults=True, repr_omit_defaults=True, tag_field="kind", tag="float"
):
    """A real number from ``low`` to ``high``, both included; on a log scale, or in steps of ``step`` from ``low``."""

    low: float
    high: float
    log: bool = False
    step: float | None = None
    when: dict[str, tuple[Choice, ...]] | None = None

    if TYPE_CHECKING:  # what is taken, where the fields say what it becomes

        def __init__(
            self, low: float, high: float, log: bool = False, step: float | None = None, when: When = None
        ) -> None: ...

    def __post_init__(self) -> None:
        for name in ("low", "high", "step"):  # whole numbers from JSON or a script mean the same range
            value = getattr(self, name)
            if type(value) is not float and not (name == "step" and value is None):
                msgspec.structs.force_setattr(self, name, _as_float(value, name))
        _require_flag(self)
        msgspec.structs.force_setattr(self, "when", _frozen_when(self.when))

    @cached_property
    def levels(self) -> int | None:
        """Number of distinct values, *None* where the range is continuous."""
        if self.low == self.high or (self.log and math.log(self.low) == math.log(self.high)):
            return 1  # also where the two bounds are neighbours whose logarithms coincide
        return None if self.step is None else math.floor((self.high - self.low) / self.step + 1e-9) + 1

    def to_value(self, number: float) -> float:
        """The value a trial sees for an internal number."""
        return number

    def to_external_repr(self, number: float) -> float:
        """:meth:`to_value` under Optuna's name."""
        return self.to_value(number)

    def to_number(self, value: Any) -> float:
        """The internal number of a legal value; ``ValueError`` when it is none."""
        number = float(value)
        if isinstance(value, bool) or not self.low <= number <= self.high:
            raise ValueError
        if self.step is not None:
            index = round((number - self.low) / self.step)
            if abs(self._value_at(index) - number) > 1e-9 * max(abs(self.low), abs(self.high), self.step):
                raise ValueError
            return self._value_at(index)
        return number

    def from_unit(self, u: float) -> float:
        """The internal number at position ``u`` of the unit interval."""
        if self.levels is not None:
            return self._value_at(min(int(u * self.levels), self.levels - 1))
        if u <= 0.0 or u >= 1.0:  # exactly the bounds, which exp(log(...)) would miss by a rounding
            return self.low if u <= 0.0 else self.high
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            number = math.exp(low + u * (high - low))
        else:
            number = self.low + u * (self.high - self.low)
        return min(max(number, self.low), self.high)

    def to_unit(self, numbers: np.ndarray) -> np.ndarray:
        """Positions in the unit interval (cell centres for steps) of internal numbers; NaN stays NaN."""
        if self.levels is not None:
            if self.levels == 1:
                return np.where(np.isnan(numbers), np.nan, 0.5)
            return np.asarray((np.round((numbers - self.low) / (self.step or 1.0)) + 0.5) / self.levels)
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            return np.asarray((np.log(numbers) - low) / (high - low))
        return np.asarray((numbers - self.low) / (self.high - self.low))

    def _value_at(self, index: int) -> float:
        if index == 0:
            return self.low
        # A sum of steps such as 0.1 + 2 * 0.1 is meant as 0.3, not as 0.30000000000000004.
        return min(float(f"{self.low + index * (self.step or 0.0):.12g}"), self.high)


class Int(
    _Hyperparameter, frozen=True, dict=True, omit_defaults=True, repr_omit_defaults=True, tag_field="kind", tag="int"
):
    """A whole number from ``low`` to ``high``, both included; on a log scale, or in steps of ``step`` from ``low``."""

    low: int
    high: int
    log: bool = False
    step: int = 1
    when: dict[str, tuple[Choice, ...]] | None = None

    if TYPE_CHECKING:  # what is taken, where the fields say what it becomes

        def __init__(self, low: int, high: int, log: bool = False, step: int = 1, when: When = None) -> None: ...

    def __post_init__(self) -> None:
        for name in ("low", "high", "step"):
            if type(getattr(self, name)) is not int:
                msgspec.structs.force_setattr(self, name, _as_int(getattr(self, name), name))
        _require_flag(self)
        msgspec.structs.force_setattr(self, "when", _frozen_when(self.when))

    @cached_property
    def levels(self) -> int:
        """Number of distinct values."""
        return (self.high - self.low) // self.step + 1

    def to_value(self, number: float) -> int:
        """The value a trial sees for an internal number."""
        return int(number)

    def to_external_repr(self, number: float) -> int:
        """:meth:`to_value` under Optuna's name."""
        return self.to_value(number)

    def to_number(self, value: Any) -> float:
        """The internal number of a legal value; ``ValueError`` when it is none."""
        number = float(value)
        inside = self.low <= number <= self.high and number.is_integer()
        if isinstance(value, bool) or not inside or (int(number) - self.low) % self.step:
            raise ValueError
        return number

    def from_unit(self, u: float) -> float:
        """The internal number at position ``u``; on a log scale each number owns the cell of half a unit around it."""
        if self.log:
            low, high = math.log(self.low - 0.5), math.log(self.high + 0.5)
            return float(min(max(round(math.exp(low + u * (high - low))), self.low), self.high))
        return float(self.low + min(int(u * self.levels), self.levels - 1) * self.step)

    def to_unit(self, numbers: np.ndarray) -> np.ndarray:
        """Positions of cell centres in the unit interval of internal numbers; NaN stays NaN."""
        if self.log:
            low, high = math.log(self.low - 0.5), math.log(self.high + 0.5)
            return np.asarray((np.log(numbers) - low) / (high - low))
        return np.asarray(((numbers - self.low) / self.step + 0.5) / self.levels)


class Categorical(
    _Hyperparameter,
    frozen=True,
    dict=True,
    omit_defaults=True,
    repr_omit_defaults=True,
    tag_field="kind",
    tag="categorical",
):
    """One of ``choices``, without an order: texts, numbers, true or false, none, or tuples, lists and dicts of them.

    Those are held by their text (:mod:`engine.space.choices`), which ``literals`` lists; :meth:`to_object` reads it.
    """

    choices: tuple[Choice, ...]
    when: dict[str, tuple[Choice, ...]] | None = None
    literals: tuple[str, ...] = ()

    if TYPE_CHECKING:  # what is taken, where the fields say what it becomes

        def __init__(self, choices: Iterable[object], when: When = None, literals: tuple[str, ...] = ()) -> None: ...

    def __post_init__(self) -> None:
        if isinstance(self.choices, str) or not isinstance(self.choices, Iterable):
            raise WrongType(f"choices is {self.choices!r}.", "Give a list of them.")
        given = tuple(self.choices)
        if any(type(choice) not in _PLAIN for choice in given):
            nested = tuple(held_choice(choice) for choice in given if is_nested(choice))
            msgspec.structs.force_setattr(self, "literals", tuple(dict.fromkeys((*self.literals, *nested))))
            given = tuple(held_choice(choice) for choice in given)
        msgspec.structs.force_setattr(self, "choices", given)
        msgspec.structs.force_setattr(self, "when", _frozen_when(self.when))

    @cached_property
    def levels(self) -> int:
        """Number of choices."""
        return len(self.choices)

    @cached_property
    def _index(self) -> dict[tuple[type, Choice], int]:
        return {(type(choice), choice): i for i, choice in enumerate(self.choices)}

    def to_value(self, number: float) -> Choice:
        """The choice at an internal number (its index)."""
        return self.choices[int(number)]

    def to_number(self, value: Any) -> float:
        """The index of a legal choice; ``ValueError`` when it is none."""
        if is_nested(value):
            text = held_choice(value)
            value = text if text in self.literals else None
            if value is None:
                raise ValueError
        elif isinstance(value, np.generic):
            value = value.item()
        index = self._index.get((type(value), value)) if _is_hashable(value) else None
        if index is None:
            raise ValueError
        return float(index)

    def to_internal_repr(self, value: Any) -> float:
        """:meth:`to_number` under Optuna's name."""
        return self.to_number(value)

    def to_external_repr(self, number: float) -> Any:
        """The choice behind an index, as it was given, under Optuna's name."""
        return self.to_object(self.to_value(number))

    def to_object(self, value: Choice) -> Any:
        """What the person who gave the choices sees in place of one that is held by its text."""
        return object_of(value) if isinstance(value, str) and value in self.literals else value

    def from_unit(self, u: float) -> float:
        """The index at position ``u`` of the unit interval."""
        return float(min(int(u * self.levels), self.levels - 1))

    def to_unit(self, numbers: np.ndarray) -> np.ndarray:
        """Cell centres in the unit interval of indices; NaN stays NaN."""
        return np.asarray((numbers + 0.5) / self.levels)


Hyperparameter = Float | Int | Categorical
"""Any kind of hyperparameter."""


def _is_hashable(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
