"""One edit of a study's definition, undone and redone as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from engine.setup import StudySetup

MERGE_SECONDS = 2.0  # within which edits of one field are undone as one; a guess
MERGE_ID = 1  # of the only kind of command that merges


class EditSetup(QUndoCommand):
    """Puts another definition in place of the one before. ``put`` shows and sends it and must not fail.

    Edits with the same ``key`` that follow each other within two seconds (typing a number, say) undo as one.
    """

    def __init__(
        self, text: str, before: StudySetup, after: StudySetup, put: Callable[[StudySetup], None], key: str = ""
    ) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self.key = key
        self.time = time.monotonic()
        self._put = put

    def redo(self) -> None:
        """Do it, for the first time or again."""
        self._put(self.after)

    def undo(self) -> None:
        """Take it back."""
        self._put(self.before)

    def id(self) -> int:
        """Edits with a key may merge."""
        return MERGE_ID if self.key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a later edit of the same thing in; one that ends where this began removes the step."""
        if not isinstance(other, EditSetup) or other.key != self.key or other.time - self.time > MERGE_SECONDS:
            return False
        self.after = other.after
        self.time = other.time
        self.setObsolete(self.after == self.before)
        return True
