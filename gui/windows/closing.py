"""How a window closes: at once, or after a question when trials run; it never waits for anything."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.study import CloseStudy, Rejected
from gui.base.messages import Messages, Question
from gui.session.document import Document

PAUSE, STOP, CANCEL = "pause", "stop", "cancel"
QUESTION = Question(
    "Trials are running.",
    "Pause and quit keeps what they have not finished for the next opening. Stop and quit ends them.",
    ((PAUSE, "Pause and quit"), (STOP, "Stop and quit"), (CANCEL, "Cancel")),
    CANCEL,
)
STOPPING_MS = 2500  # until a study that does not say it stopped is closed all the same: its disk may be full


class Closing(QObject):
    """Decides for one window. :meth:`may_close` answers at once; where it says no, ``ready`` may follow later.

    Signal ``began`` says that the window should take no more input; ``ready`` that it can be closed again.
    """

    began = Signal()
    ready = Signal()

    def __init__(self, document: Document, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._messages = messages
        self._is_asking = False
        self._is_closing = False
        self._is_stopping = False
        self._is_done = False
        self._is_quiet = False
        self._rejection: Rejected | None = None
        document.rejected.connect(self._on_rejected)
        document.closed.connect(self._on_closed)
        document.run_state_changed.connect(self._on_run_state_changed)

    def may_close(self) -> bool:
        """Whether the window may go now; otherwise what is needed for it has been set in motion."""
        if self._is_done or self._document.is_empty:
            return True
        if self._is_closing or self._is_asking:
            return False
        if self._document.is_running and self._document.writable:  # a run elsewhere goes on
            self._is_asking = True
            self._messages.ask(QUESTION, self._on_answered)
        else:
            self._close()
        return False

    def _on_answered(self, answer: str) -> None:
        self._is_asking = False
        if answer == PAUSE:
            self._close()
        elif answer == STOP:
            self._is_stopping = True
            self.began.emit()
            if self._document.is_running:
                self._document.stop()
                QTimer.singleShot(STOPPING_MS, self, self._close)
            else:
                self._close()

    def close_without_asking(self) -> None:
        """Close the study without a question or a word; running trials wait for its next opening."""
        self._is_quiet = True
        self._close()

    @Slot()
    def _close(self) -> None:
        if self._is_closing:
            return
        self._is_closing = True
        self.began.emit()
        try:
            self._document.close()
        except BaseException:
            self._is_closing = False
            raise

    @Slot()
    def _on_run_state_changed(self) -> None:
        if self._is_stopping and not self._is_closing and not self._document.is_running:
            self._close()

    @Slot(object)
    def _on_rejected(self, rejection: Rejected) -> None:
        if rejection.intent is CloseStudy:
            self._rejection = rejection

    @Slot()
    def _on_closed(self) -> None:
        rejection = self._rejection
        if rejection is None or self._is_quiet:
            self._finish("")
        else:  # with the window the words would go
            answers = ((CANCEL, "Close"),)
            self._messages.ask(Question(rejection.what, rejection.remedy, answers, CANCEL), self._finish)

    def _finish(self, answer: str) -> None:
        self._is_done = True
        self.ready.emit()
