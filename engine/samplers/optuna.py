"""Optuna's samplers as strategies, where Optuna is installed: it is told the history and asked for the next trial."""

from __future__ import annotations

import importlib
import inspect
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import seeds
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.space import Categorical, Float, Hyperparameter, Params, SearchSpace
from engine.trials import History, State

# By name, because type checkers need not know a package that may be missing. Where it is, the registry says so.
optuna: Any = importlib.import_module("optuna")

_CONSTRAINTS = "constraints"  # the attribute under which Optuna's own samplers keep them
_STATES = {State.COMPLETE: "COMPLETE", State.PRUNED: "PRUNED", State.FAILED: "FAIL"}


@dataclass(frozen=True, slots=True)
class OptunaOptions:
    """Settings of :class:`OptunaSampler`."""

    sampler: str = option(
        "TPESampler",
        label="Sampler",
        choices=("TPESampler", "GPSampler", "CmaEsSampler", "NSGAIISampler", "NSGAIIISampler", "QMCSampler"),
        help="The class in optuna.samplers. Some of them want further packages.",
    )


@registry.register
class OptunaSampler(Sampler):
    """Builds Optuna's study anew for every suggestion, so that nothing but history and seed counts."""

    title = "Optuna"
    summary = "Delegates to one of Optuna's samplers, with their own defaults."
    options = OptunaOptions
    settings: OptunaOptions

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """What Optuna's sampler suggests after all finished trials; pending ones are told as running."""
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # experimental features and ranges that its steps do not divide
            known = {"constraints_func": _constraints_of} if history.constraint_names else {}
            kind = getattr(optuna.samplers, self.settings.sampler)
            known = {name: value for name, value in known.items() if name in inspect.signature(kind).parameters}
            sampler = kind(seed=seeds.integer(request.seed, request.number), **known)
            study = optuna.create_study(sampler=sampler, directions=list(history.directions))
            study.add_trials([self._optuna_trial(history, int(number)) for number in np.flatnonzero(~history.excluded)])
            params = _asked_params(history.space, study.ask())
        return Suggestion(params, {"phase": "optuna", "sampler": self.settings.sampler})

    @staticmethod
    def _optuna_trial(history: History, number: int) -> Any:
        known = history.space.to_params(history.numbers[number])
        state = _STATES.get(State(int(history.state[number])), "RUNNING")
        complete = state == "COMPLETE"
        scores = history.scores[number].tolist()
        if complete and any(score != score for score in scores):
            state, complete = "FAIL", False
        constraints = np.nan_to_num(history.constraints[number], nan=np.inf).tolist()
        return optuna.trial.create_trial(
            system_attrs={_CONSTRAINTS: constraints} if complete and constraints else {},
            state=optuna.trial.TrialState[state],
            values=scores if complete else None,
            params=known,
            distributions={name: _optuna_distribution(history.space, name) for name in known},
        )


def _constraints_of(trial: Any) -> Any:
    """What Optuna's samplers ask of every trial that ends; those of ours have told it already."""
    return trial.system_attrs[_CONSTRAINTS]


def _optuna_distribution(space: SearchSpace, name: str) -> Any:
    hyperparameter = space[name]
    if isinstance(hyperparameter, Categorical):
        return optuna.distributions.CategoricalDistribution(hyperparameter.choices)
    kinds = optuna.distributions
    kind = kinds.FloatDistribution if isinstance(hyperparameter, Float) else kinds.IntDistribution
    return kind(hyperparameter.low, hyperparameter.high, log=hyperparameter.log, step=hyperparameter.step)


def _suggested_value(hyperparameter: Hyperparameter, name: str, trial: Any) -> Any:
    if isinstance(hyperparameter, Categorical):
        return trial.suggest_categorical(name, hyperparameter.choices)
    ask = trial.suggest_float if isinstance(hyperparameter, Float) else trial.suggest_int
    return ask(name, hyperparameter.low, hyperparameter.high, log=hyperparameter.log, step=hyperparameter.step)


def _asked_params(space: SearchSpace, trial: object) -> Params:
    """A configuration drawn name by name, parents first, snapped to the nearest legal values."""
    row = [float("nan")] * len(space)
    values: dict[str, Any] = {}
    for column in space.order:
        name = space.names[column]
        needs = space[name].when or {}
        if all(parent in values and values[parent] in wanted for parent, wanted in needs.items()):
            value = _suggested_value(space[name], name, trial)
            row[column] = float(space.encode({name: value})[column])
            values[name] = value
    return space.decode(row)
