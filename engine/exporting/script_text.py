"""The text of the script that a study is exported as, whatever is tuned."""

from __future__ import annotations

from pathlib import Path

from engine.applying.final_model import require_table
from engine.errors import UserFault
from engine.exporting.base import ENSEMBLE, Content, read_content
from engine.exporting.code_script import CodeLike, code_script
from engine.exporting.python_script import ensemble_script, script
from engine.exporting.script_models import ScriptedTrial
from engine.objectives.description import TableObjective


def exported_script(path: str | Path) -> str:
    """The script of the study in a file; raises :class:`UserFault` where nothing can be run again."""
    return script_of(read_content(Path(path)))


def script_of(content: Content) -> str:
    """The script's text; raises :class:`UserFault` for a study that nothing can be run for again."""
    objective = content.setup.objective
    if not isinstance(objective, TableObjective | CodeLike):
        raise UserFault("This study's objective cannot be run again by a script.", "Export .json instead.")
    if content.what == ENSEMBLE:
        found = content.ensemble
        trials = tuple(
            ScriptedTrial(content.history.params(number), content.model_seed(number), number, weight)
            for number, weight in found.members
        )
        return ensemble_script(require_table(objective), trials, found.score)
    best = content.best
    assert best.score is not None
    seed = content.model_seed(best.number)
    if isinstance(objective, CodeLike):
        return code_script(objective, best.params, best.score, best.number, seed)
    return script(objective, best.params, best.score, seed)
