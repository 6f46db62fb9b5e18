"""A person's wishes: regions of the search space that every strategy is to look at first, or to leave out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from engine.errors import UserFault, WrongValue
from engine.space.choices import Choice
from engine.space.hyperparameters import Categorical, Float, Hyperparameter, Int
from engine.space.space import SearchSpace


class Extent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a region says of one hyperparameter: a range, both ends included, or choices."""

    low: float = -math.inf
    high: float = math.inf
    choices: tuple[Choice, ...] | None = None

    def holds(self, value: Any) -> bool:
        """Whether a value lies in it; one of another kind does not."""
        if self.choices is not None:
            return any(type(value) is type(choice) and value == choice for choice in self.choices)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and self.low <= value <= self.high


class Wish(msgspec.Struct, frozen=True):
    """*Focus here* or *avoid here*: a box in the space, one side a hyperparameter, the others free.

    ``since`` is the number of the first trial that could heed it.
    """

    kind: Literal["focus", "avoid"]
    region: dict[str, Extent]
    since: int = 0

    def holds(self, params: Mapping[str, object]) -> bool:
        """Whether a configuration lies in the region.

        Of what is not set, a focus says nothing; what is to be avoided is a value that is set.
        """
        if self.kind == "focus":
            return all(name not in params or side.holds(params[name]) for name, side in self.region.items())
        return bool(self.region) and all(
            name in params and side.holds(params[name]) for name, side in self.region.items()
        )


def make_region(space: SearchSpace, region: Mapping[str, object]) -> dict[str, Extent]:
    """A region as a person writes it: ``{"lr": (0.001, 0.01), "act": ["relu"]}``.

    Raises :class:`UserFault` for unknown names, ranges that miss the space, and choices that it does not have.
    """
    sides = {}
    for name, wanted in region.items():
        if name not in space:
            raise UserFault(f"{name!r} is not a hyperparameter of this space.", f"It has: {', '.join(space)}.")
        sides[name] = wanted if isinstance(wanted, Extent) else _side_of(name, space[name], wanted)
        if _narrowed_row(space[name], sides[name]) is None:
            raise WrongValue(f"No value of {name} lies in the region.", "Give a part of its range.")
    if not sides:
        raise WrongValue("The region names no hyperparameter.", 'Give one, as {"lr": (0.001, 0.01)}.')
    return sides


def _side_of(name: str, hyperparameter: Hyperparameter, wanted: object) -> Extent:
    if isinstance(hyperparameter, Categorical):
        given = [wanted] if isinstance(wanted, str) or not isinstance(wanted, list | tuple | set) else list(wanted)
        try:
            return Extent(choices=tuple(hyperparameter.to_value(hyperparameter.to_number(one)) for one in given))
        except ValueError:
            known = ", ".join(map(str, hyperparameter.choices))
            raise WrongValue(f"{name} has no such choice among {given!r}.", f"It has: {known}.") from None
    if not isinstance(wanted, list | tuple) or len(wanted) != 2 or not all(isinstance(w, int | float) for w in wanted):
        raise WrongValue(f"{wanted!r} is not a range of {name}.", "Give its low and its high end, as (0.001, 0.01).")
    return Extent(float(wanted[0]), float(wanted[1]))


def narrow_space(space: SearchSpace, region: Mapping[str, Extent]) -> SearchSpace:
    """The part of a space that lies in a region; a side that would leave nothing of a hyperparameter says nothing.

    What depends on choices that are left out is left out as well.
    """
    rows = dict(space.items())
    for name, side in region.items():
        if name in rows:
            rows[name] = _narrowed_row(rows[name], side) or rows[name]
    for name in (space.names[column] for column in space.order):
        row = rows[name]
        needs = {
            parent: tuple(v for v in wanted if parent in rows and _has(rows[parent], v))
            for parent, wanted in (row.when or {}).items()
        }
        if not all(needs.values()):
            del rows[name]
        elif row.when and needs != row.when:
            rows[name] = msgspec.structs.replace(row, when=needs)
    return SearchSpace(rows)


def _has(row: Hyperparameter, value: object) -> bool:
    try:
        row.to_number(value)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True


def _narrowed_row(row: Hyperparameter, side: Extent) -> Hyperparameter | None:
    """The values of a hyperparameter that lie in a side; *None* where there are none."""
    if isinstance(row, Categorical):
        kept = tuple(choice for choice in row.choices if side.holds(choice))
        return msgspec.structs.replace(row, choices=kept) if kept else None
    if side.choices is not None:
        return None
    low, high = max(float(row.low), side.low), min(float(row.high), side.high)
    if low > high:
        return None
    if isinstance(row, Float) and row.step is None:
        return msgspec.structs.replace(row, low=low, high=high)
    step = float(row.step or 1)
    first, last = math.ceil((low - row.low) / step - 1e-9), math.floor((high - row.low) / step + 1e-9)
    if first > last:
        return None
    ends = row.to_value(row.from_unit(0.0) + first * step), row.low + last * step
    if isinstance(row, Int):
        whole = int(row.low) + first * row.step, int(row.low) + last * row.step
        return msgspec.structs.replace(
            row, low=whole[0], high=whole[1], step=min(row.step, max(1, whole[1] - whole[0]))
        )
    exact = tuple(float(f"{end:.12g}") for end in ends)
    return msgspec.structs.replace(row, low=exact[0], high=exact[1], step=None if first == last else row.step)
