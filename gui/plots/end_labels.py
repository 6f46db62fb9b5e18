"""Words at the right end of lines, in the lines' colours, moved apart where they would touch."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from gui.base.theme import font_dim, space
from gui.plots.colours import colour


@dataclass(frozen=True, slots=True)
class EndLabel:
    """``words`` beside the value ``y`` (an axis position), in a token's colour; ``strong`` is heavier."""

    y: float
    words: str
    shade: str
    strong: bool = False


class EndLabels(pg.AxisItem):
    """An axis at the right of a plot that shows labels instead of ticks."""

    def __init__(self) -> None:
        super().__init__("right")
        self._labels: tuple[EndLabel, ...] = ()
        self.setWidth(0)

    def show_labels(self, labels: tuple[EndLabel, ...]) -> None:
        """Replace the labels; the plot gives way for the longest."""
        if labels == self._labels:
            return
        self._labels = labels
        widest = max((self._metrics(label).horizontalAdvance(label.words) for label in labels), default=0.0)
        wanted = widest + space(12) if labels else 0.0
        if not labels or wanted > self.width() or wanted < self.width() - space(40):
            self.setWidth(wanted)  # a number that grows by a digit must not shake the plot
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the labels from top to bottom."""
        view = self.linkedView()
        if view is None or not self._labels:
            return
        rect = self.mapRectFromParent(self.geometry())
        placed = []
        for label in self._labels:
            at = self.mapFromItem(view, view.mapFromView(QPointF(0.0, label.y)))
            placed.append([min(max(at.y(), rect.top()), rect.bottom()), label])
        placed.sort(key=lambda item: item[0])
        heights = [self._metrics(label).height() for _, label in placed]
        for index in range(1, len(placed)):
            least = placed[index - 1][0] + heights[index]
            placed[index][0] = max(placed[index][0], least)
        lowest = rect.bottom()
        for item, height in zip(reversed(placed), reversed(heights), strict=True):
            item[0] = min(item[0], lowest)  # only those that are in each other's way give way
            lowest = item[0] - height
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for (y, label), height in zip(placed, heights, strict=True):
            painter.setFont(self._font(label))
            painter.setPen(colour(label.shade))
            box = QRectF(rect.left() + space(8), y - height / 2, rect.width(), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label.words)

    def _font(self, label: EndLabel) -> QFont:
        font = font_dim()
        font.setBold(label.strong)
        return font

    def _metrics(self, label: EndLabel) -> QFontMetricsF:
        return QFontMetricsF(self._font(label))
