"""All complete scores on one line, with the best, its standard error, the median and the first trial marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.analysis import robust_range
from engine.arrays import Array
from gui.base.theme import font_dim, space, tokens

Place = TypeVar("Place", float, Array)
BINS = 160  # dots of scores that share a bin are stacked


@dataclass(frozen=True, slots=True, eq=False)
class ScoreDistributionData:
    """``scores`` of complete trials; marked are ``best`` with ``error`` on both sides, ``median``, ``first``."""

    scores: Array = field(default_factory=lambda: np.zeros(0))
    best: float = 0.0
    error: float | None = None
    median: float = 0.0
    first: float = 0.0
    minimize: bool = False
    words: tuple[str, str, str] = ("best", "median", "first trial")


class ScoreDistribution(QWidget):
    """``view_scores``. Better is always at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("view_scores")
        self.setAccessibleName("Scores of all complete trials")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._picture = ScoreDistributionData()

    def show_picture(self, picture: ScoreDistributionData) -> None:
        """Show another set of scores."""
        self._picture = picture
        self.setAccessibleDescription(", ".join(picture.words))
        self.update()

    def sizeHint(self) -> QSize:
        """A few lines."""
        return QSize(space(400), space(64) + 2 * QFontMetrics(font_dim()).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw dots, band and marks."""
        picture = self._picture
        bounds = robust_range(picture.scores, picture.minimize) if len(picture.scores) else None
        if bounds is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font_dim())
        low, high = bounds
        line = QFontMetrics(font_dim()).height()
        base = self.height() - line - space(10)
        self._paint_band(painter, low, high, base)
        painter.setPen(QPen(QColor(tokens().line), 1))
        painter.drawLine(QPointF(0, base), QPointF(self.width(), base))
        self._paint_dots(painter, low, high, base)
        taken: list[QRectF] = []
        marks = [
            (self._x(value, low, high), words, is_above)
            for value, words, is_above in (
                (picture.best, picture.words[0], True),
                (picture.median, picture.words[1], False),
                (picture.first, picture.words[2], False),
            )
            if low <= value <= high and words
        ]
        for x, words, is_above in sorted(marks, key=lambda mark: -mark[0]):  # one in the way goes to the left
            self._paint_mark(painter, x, base, words, is_above, taken)

    def _x(self, value: Place, low: float, high: float) -> Place:
        share = (value - low) / (high - low) if high > low else 0.0 * value + 0.5
        share = 1.0 - share if self._picture.minimize else share
        margin = space(16)
        return margin + share * (self.width() - 2 * margin)

    def _paint_band(self, painter: QPainter, low: float, high: float, base: float) -> None:
        picture = self._picture
        if picture.error is None or high <= low:
            return
        ends = sorted(self._x(picture.best + sign * picture.error, low, high) for sign in (-1, 1))
        shade = QColor(tokens().outer)
        shade.setAlphaF(0.12)
        left, right = max(ends[0], 0.0), min(ends[1], float(self.width()))
        painter.fillRect(QRectF(left, base - space(44), right - left, space(44)), shade)

    def _paint_dots(self, painter: QPainter, low: float, high: float, base: float) -> None:
        shade = QColor(tokens().outer)
        shade.setAlphaF(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        radius, scores = space(3), self._picture.scores
        x = self._x(scores[(scores >= low) & (scores <= high)], low, high)
        heights = stacked(np.round(x / self.width() * BINS).astype(np.int64))
        shown = heights * 2 * radius < space(40)
        for place, height in zip(x[shown].tolist(), heights[shown].tolist(), strict=True):
            painter.drawEllipse(QPointF(place, base - radius - 1 - height * 2 * radius), radius, radius)

    def _paint_mark(
        self, painter: QPainter, x: float, base: float, words: str, is_above: bool, taken: list[QRectF]
    ) -> None:
        metrics = QFontMetrics(font_dim())
        width = metrics.horizontalAdvance(words) + space(4)
        left = min(max(x - width / 2, 0.0), self.width() - width)
        top = base - space(48) - metrics.height() if is_above else base + space(8)
        box = QRectF(left, top, width, metrics.height())
        for other in taken:
            if other.intersects(box):
                box.moveRight(other.left() - space(8))
        taken.append(box)
        painter.setPen(QPen(QColor(tokens().outer if is_above else tokens().dim), 1))
        end = base - space(48) if is_above else base + space(6)
        painter.drawLine(QPointF(x, base), QPointF(x, end))
        painter.setPen(QColor(tokens().text if is_above else tokens().dim))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def stacked(places: Array) -> Array:
    """How many equal ones come before each of ``places`` (n,), as integers (n,)."""
    order = np.argsort(places, kind="stable")
    sorted_places = places[order]
    first = np.searchsorted(sorted_places, sorted_places)
    heights = np.empty(len(places), dtype=np.int64)
    heights[order] = np.arange(len(places)) - first
    return heights
