"""Bands between two lines."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from engine.arrays import Array


class Band(QGraphicsPathItem):
    """A filled shape with smooth edges, which views draw without by default."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        super().paint(painter, option, widget)


def outline(x: Array, low: Array, high: Array) -> QPolygonF:
    """The outline between two lines; a single step gets a little width."""
    if len(x) == 1:
        x, low, high = np.array([x[0] - 0.02, x[0] + 0.02]), np.repeat(low, 2), np.repeat(high, 2)
    points = [QPointF(*pair) for pair in zip(x.tolist(), low.tolist(), strict=True)]
    points += [QPointF(*pair) for pair in zip(x[::-1].tolist(), high[::-1].tolist(), strict=True)]
    return QPolygonF(points)
