"""The star: filled it marks the best trial, hollow the one that is expected to be best."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF


def star(at: QPointF, radius: float) -> QPolygonF:
    """Five points around a place, in pixels."""
    corners = []
    for index in range(10):
        length = radius if index % 2 == 0 else radius * 0.45
        angle = math.pi * (index / 5 - 0.5)
        corners.append(at + QPointF(length * math.cos(angle), length * math.sin(angle)))
    return QPolygonF(corners)
