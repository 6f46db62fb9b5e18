"""A ground whose panels are parted by hairlines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.base.theme import tokens


class HairlineGrid(QWidget):
    """Draws a line at the right of and under every panel that does not end at its own edge."""

    def __init__(self, panels: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = tuple(panels)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines."""
        painter = QPainter(self)
        line = QColor(tokens().line)
        for panel in self._panels:
            place: QRect = panel.geometry()
            if place.right() + 1 < self.width() - 1:
                painter.fillRect(place.right() + 1, place.top(), 1, place.height(), line)
            if place.bottom() + 1 < self.height() - 1:
                painter.fillRect(place.left(), place.bottom() + 1, place.width() + 1, 1, line)
