"""Classes of ours under the names and with the arguments that Optuna gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.space import Categorical, Float, Int, require_hyperparameter
from engine.studies.arguments import mapping_of
from engine.studies.queueing import create_trial
from engine.trials import FrozenTrial


class Renamed(type):
    """Makes objects of another class, ``kind``, by calling ``make``; whatever is of that class is one of its own."""

    kind: type
    make: Callable[..., Any]

    def __call__(cls, *arguments: object, **named: object) -> Any:
        return cls.make(*arguments, **named)

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, cls.kind)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.kind)


def float_distribution(low: float, high: float, log: bool = False, step: float | None = None) -> Float:
    """A :class:`Float` that makes sense; raises :class:`engine.errors.UserFault` for any other."""
    row = Float(low, high, log=log, step=step)
    require_hyperparameter("It", row)
    return row


def int_distribution(low: int, high: int, log: bool = False, step: int = 1) -> Int:
    """An :class:`Int` that makes sense; raises :class:`engine.errors.UserFault` for any other."""
    row = Int(low, high, log=log, step=step)
    require_hyperparameter("It", row)
    return row


def categorical_distribution(choices: Any) -> Categorical:
    """A :class:`Categorical` with choices; raises :class:`engine.errors.UserFault` without.

    Choices that no file keeps (nan, infinity) are refused where a space takes it or an objective asks for it.
    """
    row = Categorical(choices)
    if not row.choices:
        require_hyperparameter("It", row)
    return row


def frozen_trial(
    number: int,
    state: object,
    value: float | None,
    datetime_start: datetime | None,
    datetime_complete: datetime | None,
    params: Mapping[str, object],
    distributions: Mapping[str, object],
    user_attrs: Mapping[str, object],
    system_attrs: Mapping[str, object],
    intermediate_values: Mapping[int, float],
    trial_id: int,
    *,
    values: Any = None,
) -> FrozenTrial:
    """A trial of another study, its times and its number among it; ``trial_id`` plays no part.

    Raises :class:`engine.errors.UserFault` as :func:`create_trial` does. Distributions without a value are left out.
    """
    known = mapping_of(params, "params")
    made = create_trial(
        state=state,
        value=value,
        values=values,
        params=known,
        distributions={name: one for name, one in distributions.items() if name in known},
        user_attrs=user_attrs,
        system_attrs=system_attrs,
        intermediate_values=intermediate_values,
    )
    begun = None if datetime_start is None else datetime_start.timestamp()
    ended = None if begun is None or datetime_complete is None else datetime_complete.timestamp() - begun
    return made.with_more(number=number, started=begun, seconds=ended)


def renamed(name: str, kind: type, make: Callable[..., Any]) -> Any:
    """A class called ``name`` that stands for ``kind``."""
    return Renamed(name, (), {"kind": kind, "make": staticmethod(make), "__doc__": make.__doc__})


FloatDistribution = renamed("FloatDistribution", Float, float_distribution)
IntDistribution = renamed("IntDistribution", Int, int_distribution)
CategoricalDistribution = renamed("CategoricalDistribution", Categorical, categorical_distribution)
OptunaFrozenTrial = renamed("FrozenTrial", FrozenTrial, frozen_trial)
