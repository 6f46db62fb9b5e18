"""An interval as a line with a disc at its estimate, on one scale for all rows of a table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.base.theme import space


class IntervalDelegate(QStyledItemDelegate):
    """Reads (low, middle, high, least, most, colour) from ``role``; without it the cell's text is drawn."""

    def __init__(self, role: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground and text as usual, and the interval over them."""
        super().paint(painter, option, index)
        interval = index.data(self._role)
        if interval is None:
            return
        low, middle, high, least, most, shade = interval
        box = option.rect.adjusted(space(10), 0, -space(10), 0)
        scale = box.width() / (most - least) if most > least else 0.0
        x = [box.left() + (box.width() / 2 if not scale else (value - least) * scale) for value in (low, middle, high)]
        y, tick = box.center().y() + 0.5, space(4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shade), 1.5))
        painter.drawLine(QPointF(x[0], y), QPointF(x[2], y))
        for end in (x[0], x[2]):
            painter.drawLine(QPointF(end, y - tick), QPointF(end, y + tick))
        painter.setBrush(QColor(shade))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x[1], y), space(4), space(4))
        painter.restore()
