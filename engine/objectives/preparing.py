"""From an objective's description to something that can evaluate configurations."""

from __future__ import annotations

import engine.objectives.table as table_objective
from engine.objectives import functions
from engine.objectives.base import AskingEvaluator, Evaluator
from engine.objectives.command import CommandEvaluator
from engine.objectives.description import (
    AnyObjective,
    CommandObjective,
    FormulaObjective,
    FunctionObjective,
    ScriptObjective,
)
from engine.objectives.formula import FormulaEvaluator
from engine.objectives.script import ScriptEvaluator


def prepare(objective: AnyObjective, cache: str | None) -> Evaluator | AskingEvaluator:
    """Load what the objective needs; ``cache`` is a folder in which processes may share encoded arrays.

    Raises :class:`engine.errors.UserFault` where the data cannot be used.
    """
    if isinstance(objective, FunctionObjective):
        return functions.get(objective.name)
    if isinstance(objective, FormulaObjective):
        return FormulaEvaluator(objective)
    if isinstance(objective, ScriptObjective):
        return ScriptEvaluator(objective)
    if isinstance(objective, CommandObjective):
        return CommandEvaluator(objective)
    return table_objective.prepare(objective, cache)
