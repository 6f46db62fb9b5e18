"""What Explore's views ask of the engine: snapshots of the study, and analyses of them beside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.analysis import Filter
from engine.analysis.snapshot import Snapshot
from engine.errors import UserFault
from gui.bridge.background import Background
from gui.session.document import Document

T = TypeVar("T")
PAUSE_MS = 2000  # between two snapshots while trials run (pages.md 0.8)


class Exploration(QObject):
    """Lives in the window's thread; follows one document while :attr:`is_watched`.

    ``snapshot`` is the study as views show it, *None* without a study; ``metric`` is what a score is called. Signal
    ``changed`` says that there is another one: every view asks anew what it shows. ``shows_poor_models`` is whether a
    person asked for models that are not to be trusted.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapshot: Snapshot | None = None
        self.metric = "score"
        self.shows_poor_models = False
        self._document = document
        self._filter = Filter()
        self._background = Background(self, is_brief=True)
        self._is_watched = False
        self._is_due = True
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._look)
        document.opened.connect(self._on_opened)
        document.setup_changed.connect(self._on_changed)
        document.trials_changed.connect(self._on_trials_changed)

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks."""
        return self._is_watched

    @property
    def is_busy(self) -> bool:
        """Whether an analysis or another snapshot is still to come."""
        return self._background.is_busy or (self._is_watched and self._pause.isActive())

    def watch(self, is_watched: bool) -> None:
        """Somebody looks, or nobody does."""
        self._is_watched = is_watched
        if is_watched and self._is_due:
            self._look()

    def put_filter(self, chosen: Filter) -> None:
        """Show the trials that another filter lets through."""
        if chosen.text != self._filter.text:
            self._filter = chosen
            self.look_soon()

    def show_poor_models(self, shows: bool = True) -> None:
        """Show what a model that is not to be trusted says, or no longer."""
        if shows != self.shows_poor_models:
            self.shows_poor_models = shows
            self.changed.emit()

    def look_soon(self) -> None:
        """Take another snapshot in the next turn of the event loop."""
        self._is_due = True
        if self._is_watched:
            self._pause.start(0)

    def ask(
        self,
        topic: str,
        work: Callable[[Snapshot], T],
        done: Callable[[T], None],
        failed: Callable[[UserFault], None],
    ) -> None:
        """Have ``work`` done on the present snapshot, beside the window; of a topic only the newest is answered.

        ``done`` or ``failed`` is called later, and neither where another snapshot has come meanwhile with the same
        question.
        """
        if self.snapshot is not None:
            self._background.call(topic, partial(work, self.snapshot), done, failed)

    def drop(self, topic: str) -> None:
        """Answer nothing more of a topic."""
        self._background.drop(topic)

    def cancel(self) -> None:
        """Look no more."""
        self._pause.stop()
        self._background.cancel_all()

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_opened(self) -> None:
        self._background.cancel_all()
        self._filter = Filter()
        self.shows_poor_models = False
        self.snapshot = None
        self.look_soon()

    @Slot()
    def _on_changed(self) -> None:
        self.look_soon()

    @Slot(object)
    def _on_trials_changed(self, _events: tuple[object, ...]) -> None:
        self._is_due = True
        if self._is_watched and not self._pause.isActive():
            self._pause.start(PAUSE_MS)

    @Slot()
    def _look(self) -> None:
        document = self._document
        if not self._is_watched:
            return
        self._is_due = False
        history, setup = document.history, document.setup
        if history is None or setup is None:
            self.snapshot = None
        else:
            self.snapshot = Snapshot(
                history.copy(), document.curves.copy(), self._filter, self.metric, setup.notes, setup.starred
            )
        self.changed.emit()
