"""A study as one of Optuna's own, where Optuna is installed: for its plots, importances and whatever else reads one."""

from __future__ import annotations

import importlib
import math
import warnings
from typing import Any

from engine.errors import UserFault
from engine.space import Categorical, Float, Hyperparameter, Int
from engine.studies.reading import Reading
from engine.trials import FrozenTrial, State

_STATES = {State.COMPLETE: "COMPLETE", State.PRUNED: "PRUNED", State.FAILED: "FAIL"}


def as_optuna(study: Reading) -> Any:
    """Its finished trials in a study of Optuna's, in memory; raises :class:`UserFault` where that is not installed."""
    optuna = import_optuna()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ranges that their steps do not divide, choices of any kind
        verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        try:
            directions = [direction.name.lower() for direction in study.directions]
            theirs = optuna.create_study(study_name=study.study_name, directions=directions)
            theirs.add_trials([_optuna_trial(optuna, one) for one in study.trials if one.state.is_finished()])
            if study.metric_names is not None:
                theirs.set_metric_names(study.metric_names)
        finally:
            optuna.logging.set_verbosity(verbosity)
    return theirs


def called(place: str, name: str, *arguments: object, **named: object) -> Any:
    """What a function of Optuna's gives for studies of ours among its arguments."""
    function = getattr(import_optuna(place), name)
    given = [as_optuna(one) if isinstance(one, Reading) else one for one in arguments]
    return function(*given, **{key: as_optuna(one) if isinstance(one, Reading) else one for key, one in named.items()})


def import_optuna(place: str = "") -> Any:
    """The package itself, or one of its modules; raises :class:`UserFault` where it is not installed."""
    try:
        return importlib.import_module(f"optuna.{place}" if place else "optuna")
    except ImportError:
        raise UserFault("Optuna, whose function this is, is not installed.", "pip install optuna.") from None


def _optuna_trial(optuna: Any, trial: FrozenTrial) -> Any:
    complete = trial.state is State.COMPLETE
    rows = trial.distributions
    return optuna.trial.create_trial(
        state=optuna.trial.TrialState[_STATES[trial.state]],
        values=trial.values if complete else None,
        params={name: value for name, value in trial.params.items() if name in rows},
        distributions={name: distribution_of(optuna, row) for name, row in rows.items()},
        user_attrs=trial.user_attrs,
        system_attrs={"constraints": list(trial.constraints.values())} if trial.constraints else {},
        intermediate_values={step: one for step, one in trial.intermediate_values.items() if math.isfinite(one)},
    )


def distribution_of(optuna: Any, hyperparameter: Hyperparameter) -> Any:
    """A hyperparameter as one of Optuna's distributions."""
    if isinstance(hyperparameter, Categorical):
        return optuna.distributions.CategoricalDistribution(
            [hyperparameter.to_object(one) for one in hyperparameter.choices]
        )
    kinds: dict[type, Any] = {
        Float: optuna.distributions.FloatDistribution,
        Int: optuna.distributions.IntDistribution,
    }
    return kinds[type(hyperparameter)](
        hyperparameter.low, hyperparameter.high, log=hyperparameter.log, step=hyperparameter.step
    )
