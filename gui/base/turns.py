"""Costly pieces of the window's work, one at a time: what people do goes in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot
from shiboken6 import isValid

GAP_MS = 1  # Qt paints what a piece of work left to be painted before a timer of so long ends


class Turns(QObject):
    """Runs methods of widgets in the order in which they were asked for, one in each round of the event loop.

    A frame of a running study draws several plots and a table. Drawn in one round, they are also painted in one, and
    the window hears nothing meanwhile for the sum of all.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[WeakMethod[Callable[[], Any]]] = deque()
        self._timer = QTimer(self, singleShot=True, interval=GAP_MS)
        self._timer.timeout.connect(self._on_timeout)

    def take(self, work: Callable[[], object]) -> None:
        """Run a bound method of a Qt object: at once where no other ran in this round, else when its turn comes."""
        if not self._timer.isActive():
            self._timer.start()
            work()
        elif all(one() != work for one in self._waiting):
            self._waiting.append(WeakMethod(work))

    @Slot()
    def _on_timeout(self) -> None:
        while self._waiting:
            work = self._waiting.popleft()()
            if work is not None and isValid(work.__self__):  # type: ignore[attr-defined]
                self._timer.start()
                work()
                return


def turns() -> Turns:
    """The application's own."""
    application = QCoreApplication.instance()
    assert application is not None
    found = application.findChild(Turns)
    return found if found is not None else Turns(application)
