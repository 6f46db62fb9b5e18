"""What looks at a study beside the window: at once after an edit, at most every two seconds while it runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.session.document import Document
from gui.session.study_background import StudyBackground

PAUSE_MS = 2000  # between two looks while trials run (pages.md 0.8)


class PacedLook(QObject):
    """Base; lives in the window's thread and follows one document while :attr:`is_watched`.

    A subclass overrides :meth:`look`, which is called only while somebody watches, and :meth:`opened` for another
    study. Signal ``changed`` says that there is something else to show.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = StudyBackground(document, self)
        self._is_watched = False
        self._is_due = True
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._on_time)
        document.opened.connect(self._on_opened)
        document.setup_changed.connect(self._on_setup_changed)
        document.trials_changed.connect(self._on_trials_changed)

    def look(self) -> None:
        """Take what is to be shown."""
        raise NotImplementedError

    def opened(self) -> None:
        """Another study is open."""
        self.look_soon()

    def grown(self) -> None:
        """There is more of the study than before."""

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks."""
        return self._is_watched

    def watch(self, is_watched: bool) -> None:
        """Somebody looks, or nobody does."""
        self._is_watched = is_watched
        if is_watched and self._is_due:
            self.look_now()

    def look_soon(self) -> None:
        """Look in the next turn of the event loop, or when somebody watches."""
        self._is_due = True
        if self._is_watched:
            self._pause.start(0)

    def look_later(self) -> None:
        """Look when the pause is over."""
        self._is_due = True
        if self._is_watched and not self._pause.isActive():
            self._pause.start(PAUSE_MS)

    def look_now(self) -> None:
        """Look, where somebody watches."""
        if self._is_watched:
            self._is_due = False
            self.look()

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_time(self) -> None:
        self.look_now()

    @Slot()
    def _on_opened(self) -> None:
        self.opened()

    @Slot()
    def _on_setup_changed(self) -> None:
        self.grown()
        self.look_soon()

    @Slot(object)
    def _on_trials_changed(self, _events: tuple[object, ...]) -> None:
        self.grown()
        self.look_later()
