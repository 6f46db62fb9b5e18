"""Rows that the checks of a definition have encoded, handed to the workers of its run: a table is read once.

Loads nothing, so that a run that was never checked in its process pays nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.objectives.description import AnyObjective

Write = Callable[[AnyObjective, str], bool]
"""Writes the rows into a folder if they are those of an objective, and says whether they were."""
_LOCK = threading.Lock()
_kept: list[Write] = []


def keep(write: Write) -> None:
    """Keep the rows that were encoded last, in place of those before."""
    with _LOCK:
        _kept[:] = [write]


def write_kept(objective: AnyObjective, cache: str) -> bool:
    """Write what is kept into ``cache`` if it is the objective's, and keep it no longer; whether it was."""
    with _LOCK:
        known = list(_kept)
    for write in known:
        if write(objective, cache):
            with _LOCK:
                if write in _kept:
                    _kept.remove(write)
            return True
    return False
