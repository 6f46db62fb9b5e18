"""How much is borne of processes and computers that are lost."""

from __future__ import annotations

from engine.runner.archive import Archive

MOST_LOSSES = 3  # workers lost in a row before they had their data, until a run gives up


class Losses:
    """Those of one run, and of earlier runs of the same study as far as its file tells."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._moved: set[int] = set()  # trials whose computer was lost once in this run
        self._idle = 0

    def forget_idle(self) -> None:
        """Workers start well."""
        self._idle = 0

    def note_idle(self) -> bool:
        """A worker was lost that had no trial; whether there is no hope for the others."""
        self._idle += 1
        return self._idle >= MOST_LOSSES

    def may_move(self, number: int) -> bool:
        """A trial has lost its computer: whether it is the first time, and it may be tried elsewhere."""
        if number in self._moved or self._archive.was_moved(number):
            return False
        self._moved.add(number)
        return True
