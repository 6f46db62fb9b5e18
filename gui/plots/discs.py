"""Thousands of discs in one call: one is painted, and stamped wherever it stands."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap

from engine.arrays import Array
from gui.plots.colours import brush, pen

FEW = 12  # up to which each is painted by itself, to a fraction of a pixel
RIM = 0.8  # pixels of a rim


def draw_discs(
    painter: QPainter, x: Array, y: Array, size: float, shade: str, share: float | Array = 0.6, rim: str = ""
) -> None:
    """Discs of radius ``size`` at pixels ``x`` and ``y`` (n,); where one is not finite there is none.

    ``share`` is how opaque they are, all or each (n,); ``rim`` the colour of a thin line around. On a screen they stand
    at whole dots; a drawing that is saved holds each as a circle.
    """
    known = np.isfinite(x) & np.isfinite(y)
    x, y, shares = x[known], y[known], np.broadcast_to(share, known.shape)[known]
    if len(x) > FEW and painter.paintEngine().type() == QPaintEngine.Type.Raster:
        _stamp(painter, x, y, _disc(size, shade, rim, painter.device().devicePixelRatioF()), shares)
        return
    painter.setPen(pen(rim, RIM) if rim else Qt.PenStyle.NoPen)
    for across, down, opaque in zip(x.tolist(), y.tolist(), shares.tolist(), strict=True):
        painter.setBrush(brush(shade, opaque))
        painter.drawEllipse(QPointF(across, down), size, size)


def _stamp(painter: QPainter, x: Array, y: Array, disc: QPixmap, shares: Array) -> None:
    side, dots = disc.width(), disc.devicePixelRatioF()
    places = PrimitiveArray(QPainter.PixmapFragment, 10)
    places.resize(len(x))
    rows = places.ndarray()  # the middle, the part of the picture, its scales, its angle, how opaque it is
    rows[:] = (0.0, 0.0, 0.0, 0.0, side, side, 1.0 / dots, 1.0 / dots, 0.0, 1.0)
    rows[:, 0], rows[:, 1], rows[:, 9] = x, y, shares
    painter.drawPixmapFragments(*places.drawargs(), disc)  # type: ignore[call-arg]  # its stubs know lists alone


@lru_cache(maxsize=64)
def _disc(size: float, shade: str, rim: str, dots: float) -> QPixmap:
    """A disc in the middle of a square of whole dots."""
    side = 2 * math.ceil((size + 1.0) * dots)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(rim, RIM * dots) if rim else Qt.PenStyle.NoPen)
    painter.setBrush(brush(shade))
    painter.drawEllipse(QPointF(side / 2, side / 2), size * dots, size * dots)
    painter.end()
    made.setDevicePixelRatio(dots)
    return made
