"""The best configuration as a Python script that runs by itself and reproduces the score."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.code_script import CodeLike, code_script
from engine.exporting.python_script import script
from engine.objectives.description import TableObjective


@registry.register
class PythonFormat(Format):
    """A readable script; its last line of output is the score with all digits."""

    title = "Python script"

    def write(self, content: Content, path: Path) -> None:
        """Write the script; raises :class:`UserFault` for a study that nothing can be run for again."""
        objective = content.setup.objective
        if isinstance(objective, CodeLike):
            best = content.best
            assert best.score is not None
            seed = content.model_seed(best.number)
            path.write_text(code_script(objective, best.params, best.score, best.number, seed), encoding="utf-8")
            return
        if not isinstance(objective, TableObjective):
            raise UserFault("This study's objective cannot be run again by a script.", "Export .json instead.")
        best = content.best
        assert best.score is not None
        text = script(objective, best.params, best.score, content.model_seed(best.number))
        path.write_text(text, encoding="utf-8")
