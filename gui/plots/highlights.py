"""The few marks that must not be missed: rings that fill while trials run, the best trial's mark, the selection.

Beside them, quieter, a hollow star around the trial that is expected to be best.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from gui.base.star import star
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import NO_PEN, brush, pen


@dataclass(frozen=True, slots=True)
class Ring:
    """A running trial at ``x``, ``y`` (axis positions), ``share`` of it done, NaN where that is not known."""

    x: float
    y: float
    share: float


@dataclass(frozen=True, slots=True)
class BestMark:
    """The best trial at ``x``, ``y`` with its words, which stand above the mark or below it."""

    x: float
    y: float
    words: str
    is_above: bool = True


class Highlights(pg.GraphicsObject):
    """Drawn in pixels, above everything else of a plot."""

    def __init__(self) -> None:
        super().__init__()
        self.rings: tuple[Ring, ...] = ()
        self.best_mark: BestMark | None = None
        self.selected: tuple[float, float] | None = None
        self.expected: tuple[float, float] | None = None
        self.setZValue(50)

    def show_marks(
        self,
        rings: Iterable[Ring],
        best_mark: BestMark | None,
        selected: tuple[float, float] | None,
        expected: tuple[float, float] | None = None,
    ) -> None:
        """Replace all marks."""
        new = (tuple(rings), best_mark, selected, expected)
        if new != (self.rings, self.best_mark, self.selected, self.expected):
            self.rings, self.best_mark, self.selected, self.expected = new
            self.update()

    def boundingRect(self) -> QRectF:
        """All of the visible range: marks are a few, and anywhere."""
        box = self.getViewBox()
        if box is None:
            return QRectF()
        # WORKAROUND pyqtgraph 0.14: viewRect() lags behind a change of range; drop when it does not.
        (left, right), (low, high) = box.viewRange()
        return QRectF(left, low, right - left, high - low)

    def viewTransformChanged(self) -> None:  # noqa: N802 - pyqtgraph's name
        """The visible range is another one."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Map the few positions and draw in pixels."""
        to_pixels = painter.worldTransform()
        room = to_pixels.mapRect(self.boundingRect())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for ring in self.rings:
            self._paint_ring(painter, to_pixels.map(QPointF(ring.x, ring.y)), ring.share)
        if self.best_mark is not None:
            self._paint_best_mark(
                painter, to_pixels.map(QPointF(self.best_mark.x, self.best_mark.y)), self.best_mark, room
            )
        if self.expected is not None:
            painter.setPen(pen(tokens().outer, 1.5))
            painter.setBrush(brush(tokens().window))
            painter.drawPolygon(star(to_pixels.map(QPointF(*self.expected)), space(7)))
        if self.selected is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(tokens().text, 2.0))
            painter.drawEllipse(to_pixels.map(QPointF(*self.selected)), space(8), space(8))

    def _paint_ring(self, painter: QPainter, at: QPointF, share: float) -> None:
        radius = space(5)
        box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(brush(tokens().window))
        painter.setPen(pen(tokens().outer, 2.0, 0.35))
        painter.drawEllipse(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(tokens().outer, 2.0))
        done = 0.25 if math.isnan(share) else min(max(share, 0.04), 1.0)
        painter.drawArc(box, 90 * 16, -round(done * 360 * 16))

    def _paint_best_mark(self, painter: QPainter, at: QPointF, best_mark: BestMark, room: QRectF) -> None:
        painter.setPen(NO_PEN)
        painter.setBrush(brush(tokens().outer, 0.22))
        painter.drawEllipse(at, space(9), space(9))
        painter.setBrush(brush(tokens().outer))
        painter.drawEllipse(at, space(4.5), space(4.5))
        font = font_dim()
        font.setBold(True)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        width, height = metrics.horizontalAdvance(best_mark.words) + space(8), metrics.height()
        left = min(max(at.x() - width / 2, room.left()), room.right() - width)
        top = at.y() - space(10) - height if best_mark.is_above else at.y() + space(10)
        box = QRectF(left, top, width, height)
        painter.setBrush(brush(tokens().window, 0.85))
        painter.drawRoundedRect(box, space(4), space(4))
        painter.setPen(pen(tokens().text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, best_mark.words)
