"""From an objective's description to something that can evaluate configurations."""

from __future__ import annotations

import engine.objectives.table as table_objective
from engine.objectives import functions
from engine.objectives.base import Evaluator
from engine.objectives.description import AnyObjective, FunctionObjective


def prepare(objective: AnyObjective, cache: str | None) -> Evaluator:
    """Load what the objective needs; ``cache`` is a folder in which processes may share encoded arrays.

    Raises :class:`engine.errors.UserFault` where the data cannot be used.
    """
    if isinstance(objective, FunctionObjective):
        return functions.get(objective.name)
    return table_objective.prepare(objective, cache)
