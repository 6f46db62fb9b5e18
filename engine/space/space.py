"""A search space: named hyperparameters with conditions, and the ways between configurations, numbers and units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np

from engine.errors import UserFault, WrongType, WrongValue
from engine.space.checking import problems
from engine.space.choices import Choice
from engine.space.hyperparameters import Categorical, Float, Hyperparameter, Int

Params = dict[str, Any]
"""One configuration: the values of the active hyperparameters by name."""


class SearchSpace(Mapping[str, Hyperparameter]):
    """An immutable, ordered mapping from names to hyperparameters.

    Raises :class:`engine.errors.UserFault`, naming the row and the remedy, when the space makes no sense.
    """

    def __init__(self, hyperparameters: Mapping[str, Hyperparameter]) -> None:
        _require_rows(hyperparameters)
        self._hyperparameters = dict(hyperparameters)
        found = problems(self._hyperparameters)
        if found:
            first = found[0]
            more = f" (Then mend {', '.join(dict.fromkeys(p.name for p in found[1:]))}.)" if len(found) > 1 else ""
            raise UserFault(f"{first.name}: {first.what}", first.remedy + more)

    def __getitem__(self, name: str) -> Hyperparameter:
        return self._hyperparameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._hyperparameters)

    def __len__(self) -> int:
        return len(self._hyperparameters)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SearchSpace):
            return NotImplemented
        return list(self._hyperparameters.items()) == list(other._hyperparameters.items())

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        return f"SearchSpace({self._hyperparameters!r})"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in column order."""
        return tuple(self._hyperparameters)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Column indices with every parent before its children."""
        placed: list[str] = []
        waiting = list(self._hyperparameters)
        while waiting:
            free = [name for name in waiting if all(p in placed for p in self._hyperparameters[name].when or ())]
            placed += free
            waiting = [name for name in waiting if name not in free]
        return tuple(self.names.index(name) for name in placed)

    @cached_property
    def is_conditional(self) -> bool:
        """Whether any hyperparameter has a condition."""
        return any(hyperparameter.when for hyperparameter in self._hyperparameters.values())

    @cached_property
    def _plan(self) -> list[tuple[int, str, Hyperparameter, tuple[tuple[int, frozenset[float]], ...]]]:
        """Per column, parents first: index, name, hyperparameter, and (parent column, allowed numbers) pairs."""
        plan = []
        for column in self.order:
            name = self.names[column]
            hyperparameter = self._hyperparameters[name]
            needs = tuple(
                (
                    self.names.index(parent),
                    frozenset(self._hyperparameters[parent].to_number(value) for value in wanted),
                )
                for parent, wanted in (hyperparameter.when or {}).items()
            )
            plan.append((column, name, hyperparameter, needs))
        return plan

    # -- configurations, numbers, units ------------------------------------------------------------------------------

    def decode(self, unit: Sequence[float] | np.ndarray) -> Params:
        """The configuration at a point of the unit cube, shape (d,); inactive names are absent."""
        return self.to_params(self.numbers_at(unit))

    def numbers_at(self, unit: Sequence[float] | np.ndarray) -> list[float]:
        """The internal numbers, in column order, at a point of the unit cube; NaN where inactive."""
        point = unit.tolist() if isinstance(unit, np.ndarray) else unit
        row = [np.nan] * len(self)
        for column, _, hyperparameter, needs in self._plan:
            if not needs or all(row[parent] in wanted for parent, wanted in needs):
                row[column] = hyperparameter.from_unit(point[column])
        return row

    def to_params(self, row: Sequence[float] | np.ndarray) -> Params:
        """The configuration of one row of internal numbers; NaN entries are absent."""
        numbers = row.tolist() if isinstance(row, np.ndarray) else row
        return {
            name: hyperparameter.to_value(number)
            for (name, hyperparameter), number in zip(self._hyperparameters.items(), numbers, strict=True)
            if number == number  # NaN marks an inactive hyperparameter
        }

    def to_numbers(self, params: Mapping[str, object]) -> np.ndarray:
        """The internal numbers (d,) of a configuration, NaN where a name is absent or outside this space."""
        row = np.full(len(self), np.nan)
        for column, (name, hyperparameter) in enumerate(self._hyperparameters.items()):
            if name in params:
                try:
                    row[column] = hyperparameter.to_number(params[name])
                except (ValueError, TypeError, ArithmeticError):
                    continue
        return row

    def to_unit(self, numbers: np.ndarray) -> np.ndarray:
        """Unit-cube positions (n, d) of internal numbers (n, d); NaN where inactive."""
        unit = np.empty_like(numbers, dtype=float)
        for column, hyperparameter in enumerate(self._hyperparameters.values()):
            unit[:, column] = hyperparameter.to_unit(numbers[:, column])
        return unit

    def encode(self, params: Mapping[str, object]) -> np.ndarray:
        """The unit-cube position (d,) of a configuration; NaN where a name is absent."""
        unit: np.ndarray = self.to_unit(self.to_numbers(params)[None, :])[0]
        return unit

    def active(self, numbers: np.ndarray) -> np.ndarray:
        """Which entries of internal numbers (n, d) are active by the conditions, ignoring NaN marks of children."""
        mask = np.ones(numbers.shape, dtype=bool)
        for column, _, _, needs in self._plan:
            for parent, wanted in needs:
                mask[:, column] &= mask[:, parent] & np.isin(numbers[:, parent], list(wanted))
        return mask

    def sample(self, rng: np.random.Generator) -> Params:
        """One configuration, each active hyperparameter uniform on its own scale."""
        return self.decode(rng.random(len(self)).tolist())

    @cached_property
    def has_literals(self) -> bool:
        """Whether any choice is held by its text."""
        return any(
            isinstance(hyperparameter, Categorical) and hyperparameter.literals for hyperparameter in self.values()
        )

    def to_objects(self, params: Mapping[str, object]) -> Params:
        """A configuration as the person who gave the choices sees it."""
        return {name: self.to_object(name, value) for name, value in params.items()}

    def to_object(self, name: str, value: Any) -> Any:
        """One value of it."""
        row = self._hyperparameters.get(name)
        return row.to_object(value) if isinstance(row, Categorical) else value

    def lacks(self, params: Mapping[str, object]) -> bool:
        """Whether a configuration leaves open a hyperparameter that is active, or one that decides what is."""
        return any(
            name not in params
            and all(parent not in params or params[parent] in wanted for parent, wanted in (p.when or {}).items())
            for name, p in self._hyperparameters.items()
        )

    def filled(self, given: Mapping[str, object], proposal: Mapping[str, object], rng: np.random.Generator) -> Params:
        """A configuration with the values ``given``, the rest as ``proposal`` has it, or drawn where it has none.

        Conditions of what is given are met where that is possible.
        """
        values = dict(given)
        for column in reversed(self.order):
            name = self.names[column]
            if name in values:
                for parent, wanted in (self._hyperparameters[name].when or {}).items():
                    values.setdefault(parent, wanted[int(rng.integers(len(wanted)))])
        for _, name, hyperparameter, _ in self._plan:
            u = float(rng.random())
            needs = (hyperparameter.when or {}).items()
            is_active = all(parent in values and values[parent] in wanted for parent, wanted in needs)
            if name not in values and is_active:
                drawn = hyperparameter.to_value(hyperparameter.from_unit(u))
                values[name] = proposal.get(name, drawn)
        return values

    def partial(self, params: Mapping[str, object]) -> Params:
        """``params`` as a part of a configuration; raises :class:`UserFault` for unknown names and illegal values."""
        self._require_known(params)
        return {name: self._value_of(name, value) for name, value in params.items()}

    def _require_known(self, params: Mapping[str, object]) -> None:
        unknown = [name for name in params if name not in self._hyperparameters]
        if unknown:
            raise UserFault(f"{unknown[0]!r} is not a hyperparameter of this space.", f"It has: {', '.join(self)}.")

    def _value_of(self, name: str, value: object) -> object:
        hyperparameter = self._hyperparameters[name]
        try:
            return hyperparameter.to_value(hyperparameter.to_number(value))
        except (ValueError, TypeError, ArithmeticError):
            raise WrongValue(f"{name} cannot be {value!r}.", f"Give {describe(hyperparameter)}.") from None

    def validate(self, params: Mapping[str, object]) -> Params:
        """``params`` as a legal configuration of this space, inactive names dropped.

        Raises :class:`UserFault` for unknown or missing names and for values outside their range.
        """
        self._require_known(params)
        row = [np.nan] * len(self)
        for column, name, hyperparameter, needs in self._plan:
            if needs and not all(row[parent] in wanted for parent, wanted in needs):
                continue
            if name not in params:
                raise UserFault(f"{name} has no value.", f"Give {describe(hyperparameter)}.")
            try:
                row[column] = hyperparameter.to_number(params[name])
            except (ValueError, TypeError, ArithmeticError):
                raise UserFault(f"{name} cannot be {params[name]!r}.", f"Give {describe(hyperparameter)}.") from None
        return self.to_params(row)

    # -- JSON --------------------------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """The space as JSON: an object from name to ``{"kind": ..., "low": ...}``, in order."""
        return msgspec.json.encode(self._hyperparameters).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> SearchSpace:
        """The space in ``text``; raises :class:`UserFault` where it is not one."""
        return cls(hyperparameters_from_json(text))


def _require_rows(hyperparameters: object) -> None:
    if not isinstance(hyperparameters, Mapping):
        raise WrongType(f"{hyperparameters!r} is not a search space.", "Give a dict from names to hyperparameters.")
    for name, hyperparameter in hyperparameters.items():
        if not isinstance(name, str):
            raise WrongType(f"{name!r} is not the name of a hyperparameter.", "Give a text.")
        if not isinstance(hyperparameter, Float | Int | Categorical):
            raise WrongType(
                f"{name} is {hyperparameter!r}, which is not a hyperparameter.", "Give a Float, Int or Categorical."
            )


def hyperparameters_from_json(text: str | bytes) -> dict[str, Hyperparameter]:
    """Named hyperparameters from JSON, not yet checked as a space; raises :class:`UserFault` on malformed text."""
    try:
        return msgspec.json.decode(text, type=dict[str, Float | Int | Categorical])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserFault(
            f"The text is not a search space: {error}.",
            'Write each row like {"lr": {"kind": "float", "low": 0.001, "high": 0.1, "log": true}}.',
        ) from error


def describe(hyperparameter: Hyperparameter) -> str:
    """What values a hyperparameter takes, as words for a sentence."""
    if isinstance(hyperparameter, Categorical):
        return "one of " + ", ".join(map(_shown, hyperparameter.choices))
    noun = "a whole number" if isinstance(hyperparameter, Int) else "a number"
    stepped = hyperparameter.step is not None and not (isinstance(hyperparameter, Int) and hyperparameter.step == 1)
    steps = f" in steps of {hyperparameter.step:g}" if stepped else ""
    return f"{noun} from {hyperparameter.low:g} to {hyperparameter.high:g}{steps}"


def _shown(choice: Choice) -> str:
    return choice if isinstance(choice, str) else str(choice)
