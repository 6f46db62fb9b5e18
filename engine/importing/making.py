"""A study file made of a study of another program."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine import store
from engine.errors import UserFault
from engine.events import AnyEvent, StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.importing.records import ForeignStudy, ForeignTrial
from engine.setup import Budget, Strategy, StudySetup
from engine.space import SearchSpace
from engine.texts import make_encodable

_STRATEGY = "tpe"  # Optuna's own default, and it takes what an objective names as it runs
_LARGEST_STEP = 2**63 - 1  # what a curve's column of steps holds


def setup_of(study: ForeignStudy) -> StudySetup:
    """The definition: without an objective, which no file of another program holds."""
    return StudySetup(
        title=study.name,
        objective=None,
        space=dict(study.space),
        direction=study.directions[0],
        strategy=Strategy(_STRATEGY),
        budget=Budget(trials=None, workers=1),
        constraints=study.constraint_names,
        discovered=tuple(study.space),
        user_attrs=dict(study.user_attrs),
        metric_names=study.metric_names,
        system_attrs=dict(study.system_attrs),
    )


def make_study(study: ForeignStudy, path: Path) -> None:
    """Write ``study`` to a new file; raises :class:`UserFault` where one is there or it cannot be written."""
    setup = StudySetup.from_json(msgspec.json.encode(make_encodable(msgspec.to_builtins(setup_of(study)))))
    events = _events_of(study)
    try:
        store.create(
            path, setup.to_json(), SearchSpace(setup.space), study.directions, setup.constraints, events=events
        ).close()
    except OverflowError as error:
        raise UserFault("A number in the trials is too large for any file.", "Import a copy without it.") from error


def _events_of(study: ForeignStudy) -> Iterator[AnyEvent]:
    now = time.time()
    for number, trial in enumerate(study.trials):
        params = make_encodable(dict(trial.params))
        if trial.state == "waiting":
            yield TrialQueued(number, params, now, why=_noted(trial))
            continue
        yield TrialStarted(number, params, trial.started)
        for step, value in trial.reported.items():
            if abs(step) <= _LARGEST_STEP:
                yield StepReported(number, step, {"value": value})
        details = {**trial.details, **_noted(trial)}
        ended, scores = trial.started + trial.seconds, _scores_of(trial, len(study.directions))
        constraints = {make_encodable(name): value for name, value in trial.constraints.items()}
        yield TrialEnded(number, trial.state, ended, trial.seconds, scores, trial.reason, details, constraints)


def _scores_of(trial: ForeignTrial, count: int) -> tuple[float, ...]:
    """One score a direction; none where a trial lacks all of them."""
    if len(trial.scores) != count or all(math.isnan(score) for score in trial.scores):
        return ()
    return trial.scores


def _noted(trial: ForeignTrial) -> dict[str, Any]:
    noted: dict[str, Any] = {}
    if trial.user_attrs:
        noted["user_attrs"] = dict(trial.user_attrs)
    if trial.system_attrs or (trial.state == "waiting" and trial.is_optuna):
        noted["system_attrs"] = dict(trial.system_attrs)
    if trial.ranges:
        noted["distributions"] = {name: msgspec.to_builtins(row) for name, row in trial.ranges.items()}
    return noted
