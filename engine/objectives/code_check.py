"""What keeps a script, a program or a formula from being run, told without running it."""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import UserFault
from engine.objectives.description import AnyObjective, CommandObjective, FormulaObjective, ScriptObjective


def code_fault(objective: AnyObjective | None, names: Collection[str]) -> UserFault | None:
    """The first thing that is wrong with an objective whose hyperparameters have these ``names``; *None* for nothing.

    Files are read for it. Objectives of other kinds have nothing wrong here.
    """
    # In here because a study on a table does without them.
    from engine.objectives.code_files import with_present_version
    from engine.objectives.command_line import require_places
    from engine.objectives.formula import Formula
    from engine.objectives.output_reading import OutputReader

    try:
        if isinstance(objective, ScriptObjective | CommandObjective):
            with_present_version(objective)
        if isinstance(objective, CommandObjective):
            require_places(objective.command, names, bool(objective.handover))
            OutputReader(objective)
        if isinstance(objective, FormulaObjective):
            Formula(objective.text).require_names(names)
    except UserFault as fault:
        return fault
    return None
