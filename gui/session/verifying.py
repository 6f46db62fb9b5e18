"""A trial trained again in a process of its own, so that neither the window nor who reads tables waits for it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.applying import Verification
from engine.errors import UserFault
from engine.study import TableProcess, verify_study
from gui.session.document import Document
from gui.session.study_background import StudyBackground

TOPIC = "verify"


class Verifier(QObject):
    """Lives in the window's thread. ``found`` is the last verification, ``fault`` why there is none.

    ``is_busy`` says that trial ``number`` is being trained. Signal ``changed``.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = StudyBackground(document, self)
        self._process = TableProcess()
        self.found: Verification | None = None
        self.fault: UserFault | None = None
        self.number: int | None = None
        self.is_busy = False
        document.left.connect(self._on_left)

    def verify(self, number: int) -> None:
        """Train a trial again."""
        path = self._document.path
        if path is None:
            return
        self._document.flush()
        self.number, self.found, self.fault, self.is_busy = number, None, None, True
        ask = partial(self._process.ask, verify_study, str(path), number)
        self._background.call_cancellable(
            TOPIC, lambda cancelled: ask(cancelled=cancelled), self._on_done, self._on_failed
        )
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Train no further."""
        self._background.drop(TOPIC)
        self.is_busy = False
        self.changed.emit()

    def shutdown(self) -> None:
        """End the process: for the very end."""
        self._background.cancel_all()
        self._background.shutdown()
        self._process.close()

    @Slot()
    def _on_left(self) -> None:
        self.found = self.fault = None
        self.stop()

    def _on_done(self, found: Verification) -> None:
        self.found = found
        self._end()

    def _on_failed(self, fault: UserFault) -> None:
        self.fault = fault
        self._end()

    def _end(self) -> None:
        self.is_busy = False
        self._background.call("close", self._process.close, self._ignore, self._ignore)  # its memory goes back
        self.changed.emit()

    def _ignore(self, _: object) -> None:
        """The process has ended."""
