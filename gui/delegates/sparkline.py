"""A trial's loss as a line the size of a word."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionViewItem

from engine.analysis import Line, envelope
from gui.base.theme import space, tokens
from gui.delegates.trial_mark import FlatDelegate
from gui.item_models.trials import Role

COLUMNS = 24
FLOOR = 1e-12  # losses at or below zero have no logarithm


class SparklineDelegate(FlatDelegate):
    """The loss from the first step to the last on a logarithmic scale of its own, in the inner loop's colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the line."""
        painter.save()
        self.paint_ground(painter, option)
        line = index.data(Role.LINE)
        if isinstance(line, Line) and len(line):
            width = min(option.rect.width() - space(16), space(64))
            right = option.rect.right() - space(8)
            height = option.rect.height() * 0.44
            top = option.rect.center().y() - height / 2
            points = corners(line, QRectF(right - width, top, width, height))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if len(points) == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens().inner))
                painter.drawEllipse(points[0], space(2), space(2))
            else:
                painter.setPen(QPen(QColor(tokens().inner), 1.2))
                painter.drawPolyline(QPolygonF(points))
        painter.restore()


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
