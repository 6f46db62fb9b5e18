"""The two loops in one figure: a ring of trials, and inside it the loss of the best one."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.analysis.loops import Loops
from gui.base.formats import count_text, number_text, score_text
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.colours import colour

INNER, OUTER = 0.58, 0.90  # radii of the ring, as shares of the room there is
LOWEST, HIGHEST = 0.18, 0.50  # radii of the lowest and of the first loss


class RingPlot(QWidget):
    """``plot_loops``: a bar a trial, clockwise from the top, longer is better; crosses failed; the best stands out.

    Inside, the loss of the best trial turns once around, towards the centre as it falls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plot_loops")
        self.setAccessibleName("Both loops in one figure")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._loops: Loops | None = None

    def show_loops(self, loops: Loops) -> None:
        """Show a study."""
        self._loops = loops
        best = "" if loops.best is None else f"; trial {loops.best} is best with {score_text(loops.best_score)}"
        self.setAccessibleDescription(f"{count_text(len(loops.ring.quality), 'bar')}{best}")
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(space(360), space(340))

    def minimumSizeHint(self) -> QSize:
        """Small enough for a low window."""
        return QSize(space(240), space(230))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ring, bars, crosses, line and labels."""
        loops = self._loops
        if loops is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = min(self.width(), self.height()) / 2 - space(14)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(QColor(tokens().line), 1))
        painter.drawEllipse(QPointF(0, 0), INNER * radius, INNER * radius)
        self._draw_bars(painter, loops, radius)
        self._draw_line(painter, loops, radius)
        painter.end()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _draw_bars(self, painter: QPainter, loops: Loops, radius: float) -> None:
        ring, colours = loops.ring, tokens()
        count = len(ring.quality)
        painter.setFont(font_dim())
        if not count:
            return
        best = None if ring.best is None or loops.best is None else self._best_box(loops, radius, ring.best / count)
        words = "trial 0" if ring.group == 1 else f"{ring.group} a bar"
        half = painter.fontMetrics().horizontalAdvance(words) / 2
        top = QRectF(-half, -radius - space(13), 2 * half, space(14))
        if best is None or not best.intersects(top):
            painter.setPen(QColor(colours.dim))
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, words)
        width = min(space(9), 0.7 * 2 * math.pi * INNER * radius / count)
        for place, (quality, failed) in enumerate(zip(ring.quality, ring.failed, strict=True)):
            painter.save()
            painter.rotate(360.0 * place / count)
            if failed:
                painter.setPen(QPen(QColor(colours.bad), 1.5))
                at, half = -(INNER + 0.05) * radius, space(3)
                painter.drawLine(QPointF(-half, at - half), QPointF(half, at + half))
                painter.drawLine(QPointF(-half, at + half), QPointF(half, at - half))
            elif np.isfinite(quality):
                is_best = place == ring.best
                share = 1.0 if is_best else 0.3 + 0.35 * float(quality)
                pen = QPen(colour(colours.outer, share), width)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                length = 0.015 + (OUTER - INNER) * float(quality)
                painter.drawLine(QPointF(0, -INNER * radius), QPointF(0, -(INNER + length) * radius))
            painter.restore()
        if best is not None:
            painter.setFont(font_strong())
            painter.fillRect(best, colour(tokens().window, 0.8))
            painter.setPen(QColor(tokens().text))
            painter.drawText(best, Qt.AlignmentFlag.AlignCenter, _best_words(loops))

    def _best_box(self, loops: Loops, radius: float, share: float) -> QRectF:
        """Where the words about the best trial stand, beside its bar at a ``share`` of the ring."""
        metrics, turn = QFontMetrics(font_strong()), 2 * math.pi * share
        wide, high = metrics.horizontalAdvance(_best_words(loops)) + space(8), metrics.height()
        across, down = math.sin(turn), -math.cos(turn)
        x, y = across * (OUTER + 0.05) * radius, down * (OUTER + 0.05) * radius
        left = x - (wide if across < -0.3 else 0 if across > 0.3 else wide / 2)
        top = y - (high if down < -0.3 else 0 if down > 0.3 else high / 2)
        wanted, left = left, min(max(left, -self.width() / 2), self.width() / 2 - wide)
        if left != wanted:  # beside the bar there is no room: above or below it there is
            top = y - high - space(5) if down <= 0 else y + space(5)
        top = min(max(top, -self.height() / 2), self.height() / 2 - high)
        return QRectF(left, top, wide, high)

    def _draw_line(self, painter: QPainter, loops: Loops, radius: float) -> None:
        values, steps = loops.line.values, loops.line.steps
        known = np.isfinite(values)
        values, steps = values[known], steps[known]
        if len(values) < 2:
            return
        levels = np.log(values) if values.min() > 0.0 else values
        low, high = float(levels.min()), float(levels.max())
        shares = (levels - low) / (high - low or 1.0)
        radii = (LOWEST + (HIGHEST - LOWEST) * shares) * radius
        turns = 2 * math.pi * (steps - steps[0]) / (steps[-1] - steps[0] + 1)
        points = [QPointF(r * math.sin(t), -r * math.cos(t)) for r, t in zip(radii, turns, strict=True)]
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        blue = QColor(tokens().inner)
        painter.setPen(QPen(blue, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(QColor(tokens().window))
        painter.drawEllipse(points[0], space(3.5), space(3.5))
        painter.setBrush(blue)
        painter.drawEllipse(points[-1], space(3.5), space(3.5))
        painter.setPen(blue)
        painter.setFont(font_dim())
        painter.drawText(points[0] + QPointF(space(8), space(4)), number_text(float(values[0]), 3))
        epochs = count_text(int(steps[-1]), loops.step_name or "step")
        self._draw_over_line(painter, -space(18), font_strong(), epochs)
        self._draw_over_line(painter, -space(2), font_dim(), f"loss {number_text(float(values[-1]), 3)}")

    @staticmethod
    def _draw_over_line(painter: QPainter, top: float, font: QFont, words: str) -> None:
        """Words in the middle, on a patch that keeps the line from running through them."""
        painter.setFont(font)
        width = QFontMetrics(font).horizontalAdvance(words) + space(4)
        box = QRectF(-width / 2, top, width, space(18))
        painter.fillRect(box, colour(tokens().window, 0.8))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _best_words(loops: Loops) -> str:
    return f"{loops.best} · {score_text(loops.best_score)}"
