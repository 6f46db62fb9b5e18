"""Whether the model that a study tunes knows the hyperparameters of its search space."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engine.errors import UserFault
from engine.learners import families, preparing
from engine.objectives.description import AnyObjective, TableObjective
from engine.space import Hyperparameter, Problem


def model_of(objective: AnyObjective | None) -> families.Family | None:
    """The family that is tuned; none where there is no model, or one that is not known or not installed here."""
    try:
        return families.get(objective.family) if isinstance(objective, TableObjective) else None
    except UserFault:
        return None


def has_own_score(objective: AnyObjective | None) -> bool:
    """Whether the ``val_score`` of a trial's steps is the model's own score, such as R², and not the study's metric."""
    if not isinstance(objective, TableObjective) or families.is_class_name(objective.family):
        return False  # a class tells losses, and where it tells none the study's own score
    return _is_own(objective.family, objective.task, objective.metric)


@cache  # asked for every frame, and a model that is not installed is looked for each time
def _is_own(name: str, task: families.Task, metric: str) -> bool:
    try:
        family = families.get(name)
    except UserFault:
        return False
    return bool(family.step_name) and family.score_metrics.get(task) != metric


def model_problems(objective: AnyObjective | None, rows: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
    """Rows that the model to be tuned could not use, and a model that there is not; nothing where none is tuned."""
    if not isinstance(objective, TableObjective):
        return ()
    try:
        family = families.get(objective.family)
        return (*family.problems(preparing.own_params(rows)), *preparing.preparation_problems(rows))
    except UserFault as fault:
        return (Problem("", "model", fault.what, fault.remedy),)


def require_known(objective: AnyObjective | None, rows: Mapping[str, Hyperparameter]) -> None:
    """Raise :class:`UserFault` for the first thing that :func:`model_problems` finds."""
    for problem in model_problems(objective, rows):
        raise UserFault(f"{problem.name}: {problem.what}" if problem.name else problem.what, problem.remedy)
