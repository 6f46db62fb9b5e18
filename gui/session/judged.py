"""The predictions that the open study keeps, read beside the window for whatever judges them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from engine.errors import UserFault
from engine.judging.stored import JudgedTrials, Stored, judged_trials
from engine.store import Reader
from engine.trials import History
from gui.session.document import Document
from gui.session.paced_look import PacedLook

RUNNING_PAUSE_MS = 10_000  # all predictions are read at each look: as long as for the expected best


@dataclass(frozen=True, eq=False)
class Judged:
    """``stored`` predictions by trial, ``trials`` those of the same rows; *None*, with ``refusal``, where none are."""

    stored: Stored
    trials: JudgedTrials | None
    objective: Any
    history: History
    refusal: str = ""


class JudgedLook(PacedLook):
    """A :class:`PacedLook`; ``found`` is what was read last, *None* before that."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.found: Judged | None = None
        self._slow = QTimer(self, singleShot=True, interval=RUNNING_PAUSE_MS)
        self._slow.timeout.connect(self.look_soon)

    def opened(self) -> None:
        """Nothing is known of another study."""
        self.found = None
        self.changed.emit()
        super().opened()

    def look_later(self) -> None:
        """While trials run, less often than other looks."""
        if not self._document.is_running:
            super().look_later()
        elif not self._slow.isActive():
            self._slow.start()

    def look(self) -> None:
        """Have the predictions read."""
        path, history, setup = self._document.path, self._document.history, self._document.setup
        if path is None or history is None or setup is None:
            return
        work = partial(_read, path, history.copy(), setup.objective)
        self._background.call("judged", work, self._on_read, self._on_refused)

    def shutdown(self) -> None:
        """Wait for the thread: for the very end."""
        self._slow.stop()
        self._background.shutdown()

    def _on_read(self, found: Judged) -> None:
        self.found = found
        self.changed.emit()

    def _on_refused(self, fault: UserFault) -> None:
        history = self._document.history
        if history is not None:
            self._on_read(Judged({}, None, None, history.copy(), str(fault)))


def _read(path: Path, history: History, objective: object) -> Judged:
    """What is in the file; a study without predictions is no fault."""
    with Reader(path) as reader:
        stored = reader.predictions()
    try:
        return Judged(stored, judged_trials(stored, objective, history), objective, history)
    except UserFault as fault:
        return Judged(stored, None, objective, history, str(fault))
