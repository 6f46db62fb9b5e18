"""Whether the open study is worth going on with, kept up to date beside the window while it runs."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject

from engine.analysis.pace import seconds_per_trial
from engine.analysis.worth import Worth, finished_trials, worth_going_on
from engine.errors import UserFault
from engine.study import strategy_learns
from engine.trials import History
from gui.session.document import Document
from gui.session.paced_look import PacedLook


class WorthGoingOn(PacedLook):
    """A :class:`PacedLook`; ``found`` is the last answer and how many trials had ended, *None* where there is none.

    A study with several objectives has no better score, and no answer.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.found: tuple[Worth, int] | None = None

    def opened(self) -> None:
        """Nothing is known of another study."""
        self.found = None
        self.changed.emit()
        self.look_soon()

    def look(self) -> None:
        """Have it worked out."""
        history, setup = self._document.history, self._document.setup
        if history is None or setup is None or not len(history) or len(history.directions) > 1:
            self._on_found(None)
            return
        work = partial(_look_ahead, history.copy(), setup.budget.trials, strategy_learns(setup.strategy.sampler))
        self._background.call("worth", work, self._on_found, self._on_fault)

    def _on_found(self, found: tuple[Worth, int] | None) -> None:
        self.found = found
        self.changed.emit()

    def _on_fault(self, _fault: UserFault) -> None:
        self._on_found(None)


def _look_ahead(history: History, budget: int | None, learns: bool) -> tuple[Worth, int]:
    finished = finished_trials(history)
    left = None if budget is None else max(0, budget - finished)
    return worth_going_on(history, left, seconds_per_trial(history, time.time()), learns=learns), finished
