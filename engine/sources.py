"""Where a study's table is now: told when it is not there, and chosen again, which must be the same table."""

from __future__ import annotations

from pathlib import Path

from engine.catalogue import SetupProblem
from engine.data import samples
from engine.data.table import TableInfo, shortened
from engine.errors import UserFault
from engine.objectives.description import ScriptObjective, TableObjective
from engine.objectives.permissions import PermissionMissing, permit_table, require_permission
from engine.setup import StudySetup, replace

AGAIN = "Choose the file again."


def source_problem(setup: StudySetup) -> SetupProblem | None:
    """What is wrong with the place of a study's table; it is not read for that, nor looked for without permission."""
    objective = setup.objective
    if isinstance(objective, ScriptObjective) and not Path(objective.source).is_file():
        source = Path(objective.source)
        return SetupProblem("code", f"The script {source.name} is no longer in {source.parent}.", AGAIN)
    if not isinstance(objective, TableObjective) or samples.is_sample(objective.source):
        return None
    source = Path(objective.source)
    try:
        require_permission(objective.source)
        if source.is_file():
            return None
    except PermissionMissing:  # which Run asks about
        return None
    except (OSError, ValueError):  # a name that no file can have
        pass
    return SetupProblem("source", f"The table {source.name} is no longer in {source.parent}.", AGAIN)


def choose_again(setup: StudySetup, source: str | Path) -> StudySetup:
    """The definition with its table in another place, everything else as it is.

    Raises :class:`UserFault` where the file at ``source`` is another table, with what differs.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import table

    before = setup.objective
    if not isinstance(before, TableObjective):
        raise UserFault("The study has no table.", "Choose a table first.")
    permit_table(str(source))
    moved = replace(before, source=str(source))
    info = table.inspect(moved)
    names = {*before.found_kinds, *before.kinds}
    is_same = before.fingerprint == info.fingerprint if before.fingerprint else before.target in info.names
    if not is_same:
        raise UserFault(
            f"{Path(source).name} is another table: {_difference(names, info)}.",
            "Choose the file that this study was made with, or make a new study with this one.",
            "source",
        )
    found: StudySetup = replace(setup, objective=moved)
    return found


def _difference(names: set[str], info: TableInfo) -> str:
    """What tells a table from one with columns called ``names``, which are not known in older files."""
    lacks = tuple(name for name in sorted(names) if name not in info.names)
    more = tuple(name for name in info.names if name not in names)
    if not names or not (lacks or more):
        same = "the columns are the same, but" if names else "it has"
        return f"{same} other values, or rows in another order ({info.rows:,} rows)"
    said = [f"it has no {shortened(lacks, 3)}"] if lacks else []
    if more:
        said.append(f"{'but ' if lacks else 'it has '}{shortened(more, 3)}{'' if lacks else ' besides'}")
    return ", ".join(said)
