"""Rows of any storage of Optuna put together to a study."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import UserFault
from engine.importing.optuna_distributions import hyperparameter_of, joined, value_of
from engine.importing.records import ForeignStudy, ForeignTrial
from engine.space import Categorical, Hyperparameter
from engine.trials import Direction

CONSTRAINTS = "constraints"
_METRIC_NAMES = "study:metric_names"
_STATES: dict[str, Any] = {
    "COMPLETE": "complete",
    "PRUNED": "pruned",
    "FAIL": "failed",
    "RUNNING": "waiting",  # whoever ran it is not here: it waits to be run again
    "WAITING": "waiting",
}


@dataclass(slots=True)
class RawTrial:
    """What a storage holds of one trial: ``params`` are pairs of the stored number and the distribution's JSON."""

    number: int
    state: str
    started: float = math.nan
    ended: float = math.nan
    params: dict[str, tuple[float, str]] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    reported: dict[int, float] = field(default_factory=dict)
    user_attrs: dict[str, Any] = field(default_factory=dict)
    system_attrs: dict[str, Any] = field(default_factory=dict)


def build_study(
    name: str,
    directions: Iterable[str],
    trials: Iterable[RawTrial],
    user_attrs: Mapping[str, object],
    system_attrs: Mapping[str, object],
    said: Iterable[str] = (),
) -> ForeignStudy:
    """A study of Optuna's; raises :class:`UserFault` for what no Optuna has."""
    ordered = sorted(trials, key=lambda trial: trial.number)
    known = tuple(_direction_of(one) for one in directions)
    if not known:
        raise UserFault(f"The study {name!r} has no direction.", "Import a copy that Optuna itself opens.")
    rows = {key: list(dict.fromkeys(texts)) for key, texts in _texts_of(ordered).items()}
    space = {key: joined(key, map(hyperparameter_of, texts)) for key, texts in rows.items()}
    narrower = {key: {text for text in texts if hyperparameter_of(text) != space[key]} for key, texts in rows.items()}
    names = _constraint_names(ordered)
    remarks = list(said)
    running = sum(trial.state == "RUNNING" for trial in ordered)
    if running:
        which = "One trial was running; it waits" if running == 1 else f"{running:,} trials were running; they wait"
        remarks.append(f"{which} to be run again.")
    metric_names = system_attrs.get(_METRIC_NAMES)
    if not isinstance(metric_names, list) or not all(isinstance(one, str) for one in metric_names):
        metric_names = []
    return ForeignStudy(
        name=name,
        directions=known,
        space=space,
        trials=tuple(_trial_of(trial, len(known), space, narrower, names) for trial in ordered),
        constraint_names=names,
        metric_names=tuple(metric_names),
        user_attrs=dict(user_attrs),
        system_attrs={key: value for key, value in system_attrs.items() if key != _METRIC_NAMES},
        said=tuple(remarks),
    )


def _direction_of(said: str) -> Direction:
    if said == "MAXIMIZE":
        return "maximize"
    return "minimize"  # also where nobody has set one yet


def _texts_of(trials: Iterable[RawTrial]) -> dict[str, list[str]]:
    texts: dict[str, dict[str, None]] = {}
    for trial in trials:
        for name, (_, text) in trial.params.items():
            texts.setdefault(name, {})[text] = None
    return {name: list(found) for name, found in texts.items()}


def _constraint_names(trials: Iterable[RawTrial]) -> tuple[str, ...]:
    """Names of constraints: the newer storage names each, the older has a list of them, numbered by Optuna from 0."""
    found: dict[str, None] = {}
    for trial in trials:
        listed = trial.system_attrs.get(CONSTRAINTS)
        for place in range(len(listed) if isinstance(listed, list) else 0):
            found[str(place)] = None
        for key in trial.system_attrs:
            if key.startswith(f"{CONSTRAINTS}:"):
                found[key.removeprefix(f"{CONSTRAINTS}:")] = None
    return tuple(found)


def constraints_of(system_attrs: Mapping[str, object]) -> dict[str, float]:
    """The values of a trial's constraints by name, as Optuna reads them."""
    listed = system_attrs.get(CONSTRAINTS)
    found = dict(enumerate(listed)) if isinstance(listed, list) else {}
    named: dict[Any, Any] = {str(place): value for place, value in found.items()}
    prefix = f"{CONSTRAINTS}:"
    named |= {key.removeprefix(prefix): value for key, value in system_attrs.items() if key.startswith(prefix)}
    return {key: float(value) for key, value in named.items() if isinstance(value, int | float)}


def _trial_of(
    trial: RawTrial,
    objectives: int,
    space: Mapping[str, Hyperparameter],
    narrower: Mapping[str, set[str]],
    names: tuple[str, ...],
) -> ForeignTrial:
    params = {}
    ranges = {}
    for name, (internal, text) in trial.params.items():
        params[name] = value_of(text, internal)
        if text in narrower[name]:
            ranges[name] = hyperparameter_of(text)
    fixed = trial.system_attrs.get("fixed_params")
    if isinstance(fixed, dict) and trial.state in {"WAITING", "RUNNING"}:
        params = {**{name: held_value(value, space.get(name)) for name, value in fixed.items()}, **params}
    state = _STATES[trial.state]
    scores = tuple(trial.scores.get(place, math.nan) for place in range(objectives)) if trial.scores else ()
    reason = trial.system_attrs.get("fail_reason")
    return ForeignTrial(
        state=state,
        params=params,
        scores=scores,
        started=trial.started,
        seconds=trial.ended - trial.started,
        reported=trial.reported,
        constraints={name: value for name, value in constraints_of(trial.system_attrs).items() if name in names},
        user_attrs=trial.user_attrs,
        system_attrs=trial.system_attrs,
        ranges=ranges,
        is_optuna=True,
        reason=reason if isinstance(reason, str) and state == "failed" else "",
    )


def held_value(value: object, row: Hyperparameter | None) -> Any:
    """A queued value as a configuration holds it: plain, a choice that is a list by its text."""
    if isinstance(row, Categorical) and isinstance(value, list | dict):
        return repr(value)
    return value if value is None or isinstance(value, str | int | float | bool) else repr(value)
