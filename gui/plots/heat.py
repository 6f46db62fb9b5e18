"""Predicted scores over two hyperparameters as a picture: cividis, its bright end the better one, with isolines."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyqtgraph as pg
from contourpy import contour_generator
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from engine.arrays import Array
from gui.base.theme import tokens
from gui.plots.colours import pen

SHADES = 256  # one byte's worth: the eye tells fewer apart
LINES = 7  # isolines, evenly over the better half of the scores: as drawn


@cache
def _cividis() -> Array:
    return np.asarray(pg.colormap.get("cividis").getLookupTable(nPts=SHADES), dtype=np.uint8)


def draw_heat(painter: QPainter, box: QRectF, values: Array, *, minimize: bool, floor: float | None = None) -> None:
    """``values`` (n, m) at evenly spaced places, n across and m up; what is worse than ``floor`` is darkest."""
    turned = -values if minimize else values
    finite = turned[np.isfinite(turned)]
    if not len(finite):
        return
    worst = -np.inf if floor is None else -floor if minimize else floor
    low = max(float(finite.min()), worst)
    high = float(finite.max())
    share = np.clip((np.nan_to_num(turned, nan=low) - low) / ((high - low) or 1.0), 0.0, 1.0)
    colours = _cividis()[(share.T[::-1] * (SHADES - 1)).astype(int)]
    rows, columns = colours.shape[:2]
    flat = np.ascontiguousarray(colours[:, :, :3])
    image = QImage(flat.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    painter.save()
    painter.setClipRect(box)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    # The outer values stand on the border of the box, so their pixels reach half their size beyond it.
    across, down = box.width() / max(columns - 1, 1) / 2, box.height() / max(rows - 1, 1) / 2
    painter.drawImage(box.adjusted(-across, -down, across, down), image.copy())
    painter.setPen(pen(tokens().card, 1.0, 0.75))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in _isolines(share):
        points = [QPointF(box.left() + x * box.width(), box.bottom() - y * box.height()) for x, y in line.tolist()]
        painter.drawPolyline(QPolygonF(points))
    painter.restore()


def _isolines(share: Array) -> list[Array]:
    if min(share.shape) < 2:
        return []
    across, up = np.linspace(0, 1, share.shape[0]), np.linspace(0, 1, share.shape[1])
    maker = contour_generator(across, up, share.T)
    return [np.asarray(line) for level in np.linspace(0.35, 1.0, LINES + 2)[1:-1] for line in maker.lines(level)]


def shade_of(share: float) -> tuple[int, int, int]:
    """Cividis from 0 for the worst to 1 for the best, as red, green and blue."""
    red, green, blue = (int(part) for part in _cividis()[int(min(max(share, 0.0), 1.0) * (SHADES - 1))][:3])
    return red, green, blue
