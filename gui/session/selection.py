"""The one shared selection: which trial every table, plot and panel of a window looks at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot


class Selection(QObject):
    """Which trial is selected; lives in the GUI thread, one for each document.

    Beside it, ``brushed`` holds the trials that a brush over a plot takes in, and ``filter_text`` the filter that every
    table and view shows trials by. Signals come only when something is another than before: ``changed`` carries the new
    number (``int`` or *None*), ``brushed_changed`` the numbers (a tuple), ``filter_changed`` the text.
    """

    changed = Signal(object)
    brushed_changed = Signal(object)
    filter_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number: int | None = None
        self._brushed: tuple[int, ...] = ()
        self._filter_text = ""

    @property
    def brushed(self) -> tuple[int, ...]:
        """The trials that are brushed, ascending; empty where there is no brush."""
        return self._brushed

    @property
    def filter_text(self) -> str:
        """The filter that trials are shown by, as it was written."""
        return self._filter_text

    @Slot(object)
    def brush(self, numbers: tuple[int, ...]) -> None:
        """Brush these trials and no others."""
        if numbers != self._brushed:
            self._brushed = numbers
            self.brushed_changed.emit(numbers)

    @Slot(str)
    def filter_by(self, text: str) -> None:
        """Show trials by another filter, which was understood."""
        if text != self._filter_text:
            self._filter_text = text
            self.filter_changed.emit(text)

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
