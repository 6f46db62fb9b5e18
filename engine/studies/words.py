"""Optuna's words for what ours are: states, distributions, samplers and pruners, and where a study is kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from engine.errors import UserFault, WrongType, WrongValue
from engine.events import StateName
from engine.space import Categorical, Float, Hyperparameter, Int
from engine.trials import Direction, State

_STATES = {"fail": State.FAILED}
# What of ours comes closest to a pruner of Optuna's, by the name of the class.
PRUNERS = {
    "NopPruner": "none",
    "MedianPruner": "median",
    "PercentilePruner": "percentile",
    "ThresholdPruner": "threshold",
    "SuccessiveHalvingPruner": "asha",
    "HyperbandPruner": "hyperband",
}


class StudyDirection(IntEnum):
    """Which scores are better, with the numbers that Optuna has."""

    NOT_SET = 0
    MINIMIZE = 1
    MAXIMIZE = 2

    @property
    def word(self) -> Direction:
        """The same as a study's definition says it."""
        return "maximize" if self is StudyDirection.MAXIMIZE else "minimize"


def direction_of(given: object) -> Direction:
    """A direction, ours or Optuna's; raises :class:`UserFault` where it is none."""
    word = getattr(given, "name", given)
    if isinstance(word, str) and word.lower() in ("minimize", "maximize"):
        return "maximize" if word.lower() == "maximize" else "minimize"
    raise WrongValue(f"{given!r} is not a direction.", "Choose minimize or maximize.")


def state_of(given: object) -> State:
    """A trial's state, ours or Optuna's, by name; raises :class:`UserFault` where it is none."""
    word = str(getattr(given, "name", given)).lower()
    if word in _STATES:
        return _STATES[word]
    for state in State:
        if state.label == word:
            return state
    raise WrongValue(f"{given!r} is not a state.", f"Choose one of: {', '.join(state.label for state in State)}.")


def ending_of(given: object) -> StateName:
    """The state that a trial is told to end in; raises :class:`UserFault` for any other."""
    try:
        state = state_of(given)
    except UserFault:
        state = State.RUNNING
    if not state.is_finished():
        raise WrongValue(f"A trial cannot end as {given!r}.", "Tell complete, pruned or failed.")
    return state.label  # type: ignore[return-value]


def hyperparameter_of(distribution: Any, name: str = "It") -> Hyperparameter:
    """A hyperparameter: ours as it is, one of Optuna's distributions read as ours."""
    if isinstance(distribution, Float | Int | Categorical):
        return distribution
    kind = type(distribution).__name__
    if kind == "CategoricalDistribution":
        return Categorical(tuple(distribution.choices))
    if kind in ("FloatDistribution", "UniformDistribution", "LogUniformDistribution", "DiscreteUniformDistribution"):
        step = getattr(distribution, "step", None)
        return Float(distribution.low, distribution.high, log=bool(getattr(distribution, "log", False)), step=step)
    if kind in ("IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution"):
        log = bool(getattr(distribution, "log", False))
        return Int(distribution.low, distribution.high, log=log, step=1 if log else distribution.step)
    raise WrongType(
        f"{name} is {distribution!r}, which is not a hyperparameter.", "Give a Float, an Int or a Categorical."
    )


def refuse_foreign(given: object, ours: Mapping[str, str], noun: str) -> None:
    """Raises :class:`UserFault` for a sampler or pruner of Optuna's, naming what to give in its place."""
    kind = given if isinstance(given, type) else type(given)
    if kind.__module__.partition(".")[0] in ("optuna", "optuna_integration", "optunahub"):
        remedy = (
            f'Give {noun}="{ours[kind.__name__]}".' if kind.__name__ in ours else f"Give {noun}= one of ours by name."
        )
        raise WrongType(f"{kind.__name__} belongs to Optuna's studies; this one has {noun}s of its own.", remedy)


def seed_of(seed: object) -> int:
    """A seed as it is given, drawn where it is *None*; raises :class:`UserFault` for what is no whole number from 0."""
    if seed is None:
        return secrets.randbits(31)
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or not 0 <= seed.__index__() < 2**63:
        raise WrongValue(f"The seed is {seed!r}.", "Give a whole number from 0, or None for any.")
    return int(seed.__index__())
