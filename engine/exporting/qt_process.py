"""Qt in a process of its own, without a screen: the command line never loads it, and what breaks there breaks alone."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from engine.errors import UserFault

_SECONDS = 120  # whatever takes longer hangs; a guess


def lacks_qt(what: str, instead: str) -> str:
    """A sentence where Qt is not installed; empty where it is."""
    return "" if find_spec("PySide6") else f"{what} needs PySide6-Essentials, which is not installed; export {instead}."


def draw_with_qt(module: str, path: Path, content: bytes, remedy: str) -> None:
    """Have ``python -m module`` write ``path`` from ``content``; raises :class:`UserFault` where it does not."""
    known = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-m", module, str(path)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, check=False, env=known, timeout=_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UserFault(f"{path.name} was not drawn within two minutes.", remedy) from error
    if done.returncode or not path.exists():
        why = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"])[-1][:300]
        raise UserFault(f"{path.name} could not be drawn: {why}", remedy)
