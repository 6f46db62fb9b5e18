"""Panels of a page that hairlines part: no boxes, no cards."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from gui.base.theme import tokens


class Hairline(QWidget):
    """A line of one pixel between two panels."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        super().__init__(parent)
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(*((fixed, free) if upright else (free, fixed)))
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().line))
        painter.end()


def columns_of(parent: QWidget, *parts: QWidget | QLayout, shares: tuple[int, ...] = (), minimum: int = 0) -> QWidget:
    """Panels side by side, parted by hairlines; ``shares`` says how they divide the width."""
    whole = QWidget(parent)
    whole.setMinimumHeight(minimum)
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for place, part in enumerate(parts):
        if place:
            row.addWidget(Hairline(whole, upright=True))
        share = shares[place] if shares else 1
        if isinstance(part, QWidget):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, part.sizePolicy().verticalPolicy())
            row.addWidget(part, share)
        else:
            holder = QWidget(whole)
            holder.setLayout(part)
            holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            row.addWidget(holder, share)
    return whole
