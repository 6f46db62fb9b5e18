"""Plain surfaces of the theme: a card-coloured strip with hairlines, and a card with round corners."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.base.theme import space, tokens


class Toolbar(QWidget):
    """A card-coloured surface with a hairline on some of its ``edges``."""

    def __init__(self, edges: Qt.Edge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges = edges

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill and draw the lines."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().card))
        line, box = QColor(tokens().line), self.rect()
        if self._edges & Qt.Edge.BottomEdge:
            painter.fillRect(box.left(), box.bottom(), box.width(), 1, line)
        if self._edges & Qt.Edge.TopEdge:
            painter.fillRect(box.left(), box.top(), box.width(), 1, line)
        if self._edges & Qt.Edge.RightEdge:
            painter.fillRect(box.right(), box.top(), 1, box.height(), line)
        painter.end()


class RoundCard(QWidget):
    """A card: its surface, a hairline around it, round corners."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill and outline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens().card))
        painter.setPen(QPen(QColor(self._outline()), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), space(6), space(6))
        painter.end()

    def _outline(self) -> str:
        return tokens().line
