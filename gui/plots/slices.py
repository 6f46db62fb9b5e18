"""``plot_slices``: the few hyperparameters that change the score most near the best trial, side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.profile import Slice
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.text import seen
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks
from gui.plots.slice_painter import (
    paint_range_words,
    paint_slice,
    paint_trials,
    paint_value_lines,
    paint_value_words,
    place_of,
    value_words_width,
)

GAP = 14  # pixels between two charts, as drawn


class SlicesPlot(PaintedPlot):
    """Signal ``chosen(str)`` carries the hyperparameter whose chart a person clicked, or the first at Space."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot_slices", "Slices through the best trial", parent)
        self._slices: tuple[Slice, ...] = ()
        self._space: SearchSpace | None = None
        self._bounds = (0.0, 1.0)
        self._units: Array = np.zeros((0, 0))
        self._scores: Array = np.zeros(0)
        self._near: tuple[Array, ...] = ()
        self._best: tuple[Array, float] | None = None

    def show_slices(
        self,
        slices: tuple[Slice, ...],
        search_space: SearchSpace,
        bounds: tuple[float, float],
        trials: tuple[Array, Array, tuple[Array, ...]],
        best: tuple[Array, float] | None,
    ) -> None:
        """Show slices; ``trials`` are places (n, d), scores (n,) and for each slice the nearness (n,).

        ``best`` is the place (d,) and the score of the best trial.
        """
        self._slices, self._space, self._bounds = slices, search_space, bounds
        self._units, self._scores, self._near = trials
        self._best = best
        self.describe(f"{self.headline.sentence}. {', '.join(name_words(one.name) for one in slices)}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every point of every slice."""
        names = np.repeat([one.name for one in self._slices], [len(one.units) for one in self._slices])
        parts = [np.concatenate([getattr(one.band, part) for one in self._slices]) for part in ("mean", "low", "high")]
        units = np.concatenate([one.units for one in self._slices])
        return ("hyperparameter", "place_in_range", "mean", "low", "high"), (names, units, *parts)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A chart beside the other, on one value axis."""
        if self._space is None:
            return
        metrics = QFontMetricsF(font_dim())
        for at, (one, box) in enumerate(zip(self._slices, self._boxes(room), strict=True)):
            paint_value_lines(painter, box, self._bounds)
            if not at:
                paint_value_words(painter, box.left() - space(6), box, self._bounds)
            paint_trials(painter, box, self._bounds, self._units[:, one.column], self._scores, self._near[at])
            paint_slice(painter, box, self._bounds, one)
            painter.setFont(font_dim())
            painter.setPen(colour(tokens().outer))
            words = metrics.elidedText(
                seen(name_words(one.name)), Qt.TextElideMode.ElideMiddle, box.width() + space(GAP)
            )
            left = box.center().x() - metrics.horizontalAdvance(words) / 2
            painter.drawText(QPointF(left, metrics.ascent()), words)
            wanted = max(2, int(box.width() // space(44)))
            paint_range_words(painter, box, range_ticks(self._space[one.name], wanted), box.bottom() + space(3))
            if self._best is not None and np.isfinite(self._best[0][one.column]):
                x = box.left() + float(self._best[0][one.column]) * box.width()
                y = place_of(self._best[1], box, self._bounds)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(brush(tokens().outer))
                painter.drawEllipse(QPointF(x, y), space(4.5), space(4.5))
                painter.setPen(pen(tokens().text, 1.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x, y), space(7), space(7))

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """A hand over every chart."""
        is_over = self._chart_at(at) is not None
        self.surface.setCursor(Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor)

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Open the profiler with this one first."""
        chart = self._chart_at(at)
        if chart is not None:
            self.chosen.emit(self._slices[chart].name)

    def _chart_at(self, at: QPointF) -> int | None:
        boxes = self._boxes(QRectF(self.surface.rect())) if self._slices else []
        return next((place for place, box in enumerate(boxes) if box.left() <= at.x() <= box.right()), None)

    def _boxes(self, room: QRectF) -> list[QRectF]:
        metrics = QFontMetricsF(font_dim())
        left, top = value_words_width(self._bounds) + space(10), metrics.height() + space(8)
        count = max(len(self._slices), 1)
        width = (room.width() - left - space(8) - space(GAP) * (count - 1)) / count
        height = max(room.height() - top - metrics.height() - space(8), 10.0)
        return [QRectF(left + at * (width + space(GAP)), top, width, height) for at in range(len(self._slices))]
