"""Thousands of discs or crosses in one call: one is painted, and stamped wherever it stands."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap

from engine.arrays import Array
from gui.plots.colours import brush, pen

FEW = 12  # up to which each is painted by itself, to a fraction of a pixel
MOST = 10_000  # that a plot paints in all, the newest: on a screen about 8 ms, and where more stand they are a blot
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


def most_each(groups: int) -> int:
    """How many discs each of so many hyperparameters has room for."""
    return max(1, MOST // max(1, groups))


def words_of_newest(most: int, count: int) -> str:
    """What is added to a remark where no more than the newest ``most`` are drawn."""
    return f" · the newest {most:,} of {count:,}" if count > most else ""


def draw_crosses(painter: QPainter, x: Array, y: Array, size: float, shade: str, width: float = 1.6) -> None:
    """Failed trials at pixels ``x`` and ``y`` (n,), as :func:`draw_discs` places them."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) > FEW and painter.paintEngine().type() == QPaintEngine.Type.Raster:
        dots = painter.device().devicePixelRatioF()
        _stamp(painter, x, y, _cross(size, shade, width, dots), np.ones(len(x)))
        return
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        draw_cross(painter, QPointF(across, down), size, shade, width)


def draw_cross(painter: QPainter, at: QPointF, size: float, shade: str, width: float = 1.6) -> None:
    """The mark of a failed trial."""
    painter.setPen(pen(shade, width))
    painter.drawLine(QLineF(at.x() - size, at.y() - size, at.x() + size, at.y() + size))
    painter.drawLine(QLineF(at.x() - size, at.y() + size, at.x() + size, at.y() - size))


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
    made, painter = _begin(size + 1.0, dots)
    painter.setPen(pen(rim, RIM * dots) if rim else Qt.PenStyle.NoPen)
    painter.setBrush(brush(shade))
    painter.drawEllipse(QPointF(made.width() / 2, made.height() / 2), size * dots, size * dots)
    return _end(made, painter, dots)


@lru_cache(maxsize=64)
def _cross(size: float, shade: str, width: float, dots: float) -> QPixmap:
    """A cross in the middle of a square of whole dots."""
    made, painter = _begin(size + width, dots)
    draw_cross(painter, QPointF(made.width() / 2, made.height() / 2), size * dots, shade, width * dots)
    return _end(made, painter, dots)


def _begin(reach: float, dots: float) -> tuple[QPixmap, QPainter]:
    side = 2 * math.ceil(reach * dots)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return made, painter


def _end(made: QPixmap, painter: QPainter, dots: float) -> QPixmap:
    painter.end()
    made.setDevicePixelRatio(dots)
    return made
