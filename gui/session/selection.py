"""The one shared selection: which trial every table, plot and panel of a window looks at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot


class Selection(QObject):
    """Which trial is selected; lives in the GUI thread, one for each document.

    Signal ``changed`` carries the new number (``int`` or *None*) and comes only when it is another one than before.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number: int | None = None

    @property
    def number(self) -> int | None:
        """The selected trial, or *None*."""
        return self._number

    @Slot(object)
    def select(self, number: int | None) -> None:
        """Select a trial, or none."""
        if number != self._number:
            self._number = number
            self.changed.emit(number)
