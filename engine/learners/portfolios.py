"""Configurations that are known to do well on many tables, one JSON file a model family, and ranges around them.

The files lie in ``resources/portfolios``. ``rows`` are configurations in the order in which they are to be tried, each
with its ``source`` and, where it is for one task alone, its ``task``; ``otherwise`` says what hyperparameters are that
a row does not name; ``ranges`` are published ranges by the name of a preset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

import resources
from engine.errors import UserFault
from engine.learners import families
from engine.space import Categorical, Choice, Float, Hyperparameter, Int, Params, SearchSpace

FOLDER = "portfolios"


class Row(msgspec.Struct, frozen=True):
    """One configuration, where it was published, and the task that it is for (empty: any)."""

    source: str
    params: dict[str, Choice]
    task: str = ""


class PortfolioFile(msgspec.Struct, frozen=True):
    """What a file of ``resources/portfolios`` holds; ``no_rows_because`` tells why nothing is tried first."""

    no_rows_because: str = ""
    rows: tuple[Row, ...] = ()
    otherwise: dict[str, Choice] = {}
    ranges: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Start:
    """A legal configuration to try first, and where it comes from."""

    params: Params
    source: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The rows of one family for one task; ``defaults`` is what the model takes for whatever a row does not name.

    Of the rows with the same value of ``once``, where that names a hyperparameter, the first in the space is tried.
    """

    rows: tuple[Row, ...]
    defaults: Mapping[str, Any]
    once: str = ""

    def starts_in(self, space: SearchSpace) -> tuple[Start, ...]:
        """The rows that lie in ``space``, in their order, each made whole.

        A row lies in it where every value of the row does; one of a hyperparameter that the space does not have must
        be what the model takes anyway. What a row leaves open gets the model's default, or the value next to it.
        """
        found: dict[str, Start] = {}
        for row in self.rows:
            params = self._whole(row, space)
            if params is not None:
                alike = params.get(self.once) if self.once else sorted(params.items())
                found.setdefault(repr(alike), Start(params, row.source))
        return tuple(found.values())

    def _whole(self, row: Row, space: SearchSpace) -> Params | None:
        given = {**row.params}
        for name in row.params:
            if name not in space:
                if given.pop(name) != self.defaults.get(name):
                    return None
            elif isinstance(space[name], Float) and isinstance(given[name], int):
                given[name] = float(given[name])  # type: ignore[arg-type]
        for name, hyperparameter in space.items():
            if name not in given:
                given[name] = nearest_value(hyperparameter, self.defaults.get(name))
        try:
            return space.validate(given)
        except UserFault:
            return None


def nearest_value(hyperparameter: Hyperparameter, wanted: Any) -> Choice:
    """The value of a hyperparameter next to the one that is wanted; its middle, or first choice, where that is none."""
    is_number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    if isinstance(hyperparameter, Categorical):
        for choice in hyperparameter.choices:
            if type(choice) is type(wanted) and choice == wanted:
                return choice
        numbers = [one for one in hyperparameter.choices if isinstance(one, int | float) and not isinstance(one, bool)]
        distances = [abs(one - wanted) for one in numbers] if is_number else []
        return numbers[distances.index(min(distances))] if distances else hyperparameter.choices[0]
    if not is_number or not math.isfinite(wanted):
        return hyperparameter.to_value(hyperparameter.from_unit(0.5))
    inside: int | float = min(max(wanted, hyperparameter.low), hyperparameter.high)
    if hyperparameter.step in (None, 1) and (isinstance(hyperparameter, Float) or float(inside).is_integer()):
        return inside
    step = hyperparameter.step or 1
    steps = math.floor((inside - hyperparameter.low) / step + 0.5)
    value = min(hyperparameter.low + steps * step, hyperparameter.high)
    return int(value) if isinstance(hyperparameter, Int) else value


@cache
def read_file(name: str) -> PortfolioFile:
    """The portfolio file of a family; an empty one where the family has none."""
    place = files(resources).joinpath(FOLDER, f"{name}.json")
    if not name.isidentifier() or not place.is_file():
        return PortfolioFile()
    return msgspec.json.decode(place.read_bytes(), type=PortfolioFile)


def portfolio_of(name: str, task: families.Task) -> Portfolio | None:
    """The configurations of the family called ``name`` for ``task``; *None* where none are known, or no such family."""
    try:
        family = families.get(name)
    except UserFault:
        return None
    rows = tuple(row for row in read_file(name).rows if row.task in {"", task})
    rows += tuple(row for part in family.parts(task) for row in _rows_of_part(family, part, task))
    return Portfolio(rows, _defaults(name), family.parts_name) if rows else None


def _rows_of_part(family: families.Family, part: str, task: families.Task) -> list[Row]:
    """The configurations that are known of a part of a family, and last the part as it is made."""
    known = [*(row for row in read_file(part).rows if row.task in {"", task}), Row("the model's own defaults", {})]
    return [msgspec.structs.replace(row, params=dict(family.joined_params(part, row.params))) for row in known]


def default_start(name: str, space: SearchSpace) -> Params:
    """What the family called ``name`` takes where nobody tunes it, or the values of ``space`` next to that.

    Raises :class:`UserFault` for an unknown family.
    """
    defaults = _defaults(name)
    return space.validate({one: nearest_value(space[one], defaults.get(one)) for one in space})


def _defaults(name: str) -> dict[str, object]:
    declared = families.get(name).declared_options()
    return {**{one: options[0].default for one, options in declared.items()}, **read_file(name).otherwise}
