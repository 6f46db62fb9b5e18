"""The best configuration as a Python script that runs by itself and reproduces the score."""

from __future__ import annotations

import ast
import math
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from engine.applying.verification import ROUNDING
from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import ENSEMBLE, Content, Format
from engine.exporting.code_script import CodeLike
from engine.exporting.python_script import ROUNDED
from engine.exporting.script_text import script_of
from engine.judging.ensemble_words import ensemble_caution

NEEDS_OURS = "needs Twinloop"
"""What a script says that trains a model of ours where there is none."""

LONGEST_RUN = 600.0
"""Seconds that a script may run to be checked; a guess: longer, and whoever exports would rather start it alone."""


@registry.register
class PythonFormat(Format):
    """A readable script; its last line of output is the score with all digits."""

    title = "Python script"
    summary = "Trains the model again and prints its score."
    parts = ("best", ENSEMBLE)

    def write(self, content: Content, path: Path) -> None:
        """Write the script; raises :class:`UserFault` for a study that nothing can be run for again."""
        path.write_text(script_of(content), encoding="utf-8")

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Run it; a sentence where it prints another score than the study's. Raises :class:`UserFault` where it ends.

        What it prints comes from this computer, now: with another version of a library the digits may differ. A script
        that calls code of a person's own is read and not run: that may take hours, and nobody agreed to it here.
        """
        if isinstance(content.setup.objective, CodeLike):
            ast.parse(path.read_text(encoding="utf-8"))
            return ()
        # Isolated from this process, and from whatever lies in the folder of the draft.
        known = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
        try:
            done = subprocess.run(
                [sys.executable, "-P", str(path)], capture_output=True, text=True, check=False, env=known,
                cwd=path.parent, encoding="utf-8", errors="replace", timeout=LONGEST_RUN,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            minutes = round(LONGEST_RUN / 60)
            return (f"{path.name} was run for {minutes} minutes and stopped: run it yourself to see its score.",)
        last = (done.stdout.splitlines() or [""])[-1]
        if done.returncode or not last.startswith("score: "):
            if NEEDS_OURS in done.stderr and find_spec("twinloop") is None:
                return (f"{path.name} was not run: Twinloop runs from its sources here, and is not installed.",)
            why = (done.stderr.strip().splitlines() or ["it printed no score"])[-1][:300]
            raise UserFault(f"{path.name} was run and ended: {why}", "Export the configuration as JSON.")
        printed = float(last.removeprefix("score: "))
        if content.what == ENSEMBLE:
            return tuple(filter(None, (ensemble_caution(content.ensemble), _printed_words(content, path, printed))))
        best = content.best
        if best.score is not None and not math.isclose(printed, best.score, rel_tol=ROUNDING):
            return (f"{path.name} prints {printed!r} here, the study's score is {best.score!r}: see twinloop verify.",)
        return ()


def _printed_words(content: Content, path: Path, printed: float) -> str:
    """What the script of an ensemble prints, where rounding of what the study keeps does not explain it."""
    said = content.ensemble.score
    if math.isclose(printed, said, rel_tol=ROUNDED):
        return ""
    return f"{path.name} prints {printed!r} here, the study's predictions give {said!r}: see twinloop verify."
