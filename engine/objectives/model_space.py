"""Whether the model that a study tunes knows the hyperparameters of its search space."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import UserFault
from engine.learners import families
from engine.objectives.description import AnyObjective, TableObjective
from engine.space import Parameter, Problem


def model_problems(objective: AnyObjective | None, rows: Mapping[str, Parameter]) -> tuple[Problem, ...]:
    """Rows that the model to be tuned could not use; none where there is no model."""
    return families.get(objective.family).problems(rows) if isinstance(objective, TableObjective) else ()


def require_known(objective: AnyObjective | None, rows: Mapping[str, Parameter]) -> None:
    """Raise :class:`UserFault` for the first row that the model to be tuned could not use."""
    for problem in model_problems(objective, rows):
        raise UserFault(f"{problem.name}: {problem.what}", problem.remedy)
