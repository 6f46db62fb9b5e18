"""``plot_scores_*``: the scores themselves, a small chart a hyperparameter, where there is no model to draw."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis import robust_range
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import name_words
from engine.arrays import Array
from gui.base.text import seen
from gui.base.theme import font_dim, space, tokens
from gui.plots.axes import nice_range, tick_text, ticks
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import PaintedPlot

MOST_CHARTS = 5  # side by side
MOST_DOTS = 3000  # of one chart


class RawScoresPlot(PaintedPlot):
    """Hands over nothing: no trial is picked here, it is looked at until there is a model."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, "Scores by hyperparameter", parent)
        self.headline.hide()
        self._names: tuple[str, ...] = ()
        self._units: Array = np.zeros((0, 0))
        self._scores: Array = np.zeros(0)
        self._minimize = False

    def show_scores(self, snapshot: Snapshot) -> None:
        """Show the scored trials of a snapshot, at most the newest 3,000, over its first hyperparameters."""
        numbers = snapshot.scored[-MOST_DOTS:]
        history, self._minimize = snapshot.history, snapshot.minimize
        varying = [at for at, one in enumerate(history.space.values()) if one.levels != 1][:MOST_CHARTS]
        self._names = tuple(history.space.names[at] for at in varying)
        self._units = history.unit[numbers][:, varying]
        self._scores = history.score[numbers]
        self.describe(f"{len(numbers)} scores over {len(varying)} hyperparameters.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Places in the ranges, from 0 to 1, and scores."""
        return (*self._names, "score"), (*self._units.T, self._scores)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A chart beside the other, on one value axis."""
        if not len(self._scores):
            return
        metrics = QFontMetricsF(font_dim())
        bounds = robust_range(self._scores, self._minimize) or (0.0, 1.0)
        low, high = nice_range(*bounds)
        step, values = ticks(low, high, 4)
        left = max(metrics.horizontalAdvance(tick_text(value, step)) for value in values) + space(10)
        top = metrics.height() + space(8)
        gap = float(space(12))
        width = (room.width() - left - gap * (len(self._names) - 1)) / len(self._names)
        body = QRectF(left, top, width, max(room.height() - top - space(8), 1.0))
        painter.setFont(font_dim())
        place = body.bottom() - (self._scores - low) / (high - low) * body.height()
        for at, name in enumerate(self._names):
            box = body.translated(at * (width + gap), 0.0)
            painter.setPen(pen(tokens().line))
            for value in values:
                y = box.bottom() - (value - low) / (high - low) * box.height()
                painter.drawLine(QLineF(box.left(), y, box.right(), y))
            painter.setPen(colour(tokens().outer))
            title = metrics.elidedText(seen(name_words(name)), Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(box.left(), 0.0, width, top), Qt.AlignmentFlag.AlignHCenter, title)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(tokens().outer, 0.6))
            for x, y in zip(self._units[:, at].tolist(), place.tolist(), strict=True):
                if np.isfinite(x) and box.top() - 4 <= y <= box.bottom() + 4:
                    painter.drawEllipse(QPointF(box.left() + x * box.width(), y), space(4), space(4))
        painter.setPen(colour(tokens().dim))
        for value in values:
            y = body.bottom() - (value - low) / (high - low) * body.height()
            words = QRectF(0.0, y - metrics.height() / 2, left - space(10), metrics.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick_text(value, step))
