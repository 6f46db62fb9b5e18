"""What Explore's views ask of the engine: snapshots of the study, and analyses of them beside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject

from engine.analysis import Filter
from engine.analysis.snapshot import Snapshot
from engine.errors import UserFault
from gui.session.document import Document
from gui.session.paced_look import PacedLook

T = TypeVar("T")


class Exploration(PacedLook):
    """A :class:`PacedLook` that takes snapshots.

    ``snapshot`` is the study as views show it, *None* without a study; ``metric`` is what a score is called. Signal
    ``changed`` says that there is another one: every view asks anew what it shows. ``shows_poor_models`` is whether a
    person asked for models that are not to be trusted.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.snapshot: Snapshot | None = None
        self.metric = "score"
        self.shows_poor_models = False
        self._filter = Filter()

    @property
    def is_busy(self) -> bool:
        """Whether an analysis or another snapshot is still to come."""
        return self._background.is_busy or (self._is_watched and self._pause.isActive())

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

    def opened(self) -> None:
        """Another study: nothing of the last one stays."""
        self._filter = Filter()
        self.shows_poor_models = False
        self.snapshot = None
        self.look_soon()

    def look(self) -> None:
        """Take a snapshot."""
        document = self._document
        history, setup = document.history, document.setup
        if history is None or setup is None:
            self.snapshot = None
        else:
            self.snapshot = Snapshot(
                history.copy(), document.curves.copy(), self._filter, self.metric, setup.notes, setup.starred
            )
        self.changed.emit()
