"""A trial's loss as a line the size of a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionViewItem

from engine.analysis import Line, envelope
from gui.base.theme import space, tokens
from gui.delegates.trial_mark import MOST_TEXTS, FlatDelegate, colour

if TYPE_CHECKING:
    from gui.item_models.trials import TrialsModel

COLUMNS = 24  # of a histogram as wide as a cell: a guess
FLOOR = 1e-12  # losses at or below zero have no logarithm


class SparklineDelegate(FlatDelegate):
    """The loss from the first step to the last on a logarithmic scale of its own, in the inner loop's colour."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawn: dict[int, tuple[Line, float, float, QPolygonF]] = {}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the line."""
        self.paint_ground(painter, option)
        line = cast("TrialsModel", index.model()).line(index)
        if not len(line):
            return
        rect = option.rect
        width, height = min(rect.width() - space(16), space(64)), rect.height() * 0.44
        points = self._points(index.row(), line, width, height)
        painter.save()
        painter.translate(rect.right() - space(8) - width, rect.center().y() - height / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if points.size() == 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tokens().inner))
            painter.drawEllipse(points.at(0), space(2), space(2))
        else:
            painter.setPen(QPen(colour(tokens().inner), 1.2))
            painter.drawPolyline(points)
        painter.restore()

    def _points(self, row: int, line: Line, width: float, height: float) -> QPolygonF:
        kept = self._drawn.get(row)
        if kept is None or kept[0] is not line or kept[1:3] != (width, height):
            if len(self._drawn) > MOST_TEXTS:
                self._drawn.clear()
            kept = self._drawn[row] = (line, width, height, QPolygonF(corners(line, QRectF(0, 0, width, height))))
        return kept[3]


def corners(line: Line, box: QRectF) -> list[QPointF]:
    """Where the line goes inside ``box``: from its left edge to its right one, lowest value at the bottom.

    A single value stands at the right edge, where the others end.
    """
    finite = np.isfinite(line.values)
    steps, values = line.steps[finite], line.values[finite]
    if len(values) < 2:
        return [QPointF(box.right(), box.center().y())] * len(values)
    kept = envelope(steps, values, COLUMNS)
    heights = np.log(np.maximum(values[kept], FLOOR)) if values.min() > 0 else values[kept]
    low, span = float(heights.min()), float(np.ptp(heights)) or 1.0
    reach = float(steps[-1] - steps[0]) or 1.0
    x = box.left() + (steps[kept] - steps[0]) / reach * box.width()
    y = box.bottom() - (heights - low) / span * box.height()
    return [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
