"""``plot_acquisition``: along one hyperparameter, where a better score than the best is expected."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.analysis.profile import Slice
from engine.analysis.title import Title, name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.formats import value_text
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks
from gui.plots.slice_painter import paint_range_words


class PromisePlot(PaintedPlot):
    """The expected improvement along a slice, as a share of its largest value there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot_acquisition", "Expected improvement", parent)
        self._slice: Slice | None = None
        self._space: SearchSpace | None = None

    def show_slice(self, one: Slice, search_space: SearchSpace) -> None:
        """Show another slice."""
        self._slice, self._space = one, search_space
        rule = search_space[one.name]
        at = float(one.units[int(np.argmax(one.promise))])
        self._best, self._words = at, value_text(_rounded(rule.to_value(rule.from_unit(at))))
        title = Title(
            f"{name_words(one.name)[:1].upper()}{name_words(one.name)[1:]}:",
            f"improvement is expected most at {self._words}",
            "expected improvement on the best score, the rest as at this point",
        )
        self.say(title)
        self.describe(f"{title.sentence}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Places in the range and shares."""
        assert self._slice is not None
        return (f"{self._slice.name}_place_in_range", "expected_improvement"), (self._slice.units, self._slice.promise)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A hill, and a line at its top."""
        one = self._slice
        if one is None or self._space is None:
            return
        metrics = QFontMetricsF(font_dim())
        box = room.adjusted(space(8), space(16), -space(8), -2 * metrics.height() - space(6))
        x = box.left() + one.units * box.width()
        y = box.bottom() - one.promise * box.height()
        if one.is_choice:
            half = min(space(10), 0.3 * box.width() / len(x))
            for at, height in zip(x.tolist(), y.tolist(), strict=True):
                painter.fillRect(
                    QRectF(at - half, height, 2 * half, box.bottom() - height), colour(tokens().outer, 0.35)
                )
        else:
            points = [QPointF(*pair) for pair in zip(x.tolist(), y.tolist(), strict=True)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(tokens().outer, 0.13))
            painter.drawPolygon(QPolygonF([QPointF(x[0], box.bottom()), *points, QPointF(x[-1], box.bottom())]))
            painter.setPen(pen(tokens().outer, 1.6))
            painter.drawPolyline(QPolygonF(points))
        painter.setPen(pen(tokens().line))
        painter.drawLine(QLineF(box.left(), box.bottom(), box.right(), box.bottom()))
        at = box.left() + self._best * box.width()
        painter.setPen(pen(tokens().text, 1.2))
        painter.drawLine(QLineF(at, box.top() - space(6), at, box.bottom()))
        strong = QFontMetricsF(font_strong())
        painter.setFont(font_strong())
        right = at + space(6) + strong.horizontalAdvance(self._words) < room.right()
        left = at + space(6) if right else at - space(6) - strong.horizontalAdvance(self._words)
        painter.drawText(QPointF(left, box.top() + space(2)), self._words)
        rule = self._space[one.name]
        paint_range_words(
            painter, box, range_ticks(rule, max(2, int(box.width() // space(70)))), box.bottom() + space(4)
        )
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().outer))
        below = QRectF(box.left(), room.bottom() - metrics.height() - 1, box.width(), metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, seen(name_words(one.name)))


def _rounded(value: object) -> object:
    """Three digits of a number."""
    return float(f"{value:.3g}") if isinstance(value, float) else value
