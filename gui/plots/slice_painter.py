"""Paints one slice of the model: mean and band, or a bar a choice, over the trials faded by their distance."""

from __future__ import annotations

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from engine.analysis.profile import Slice
from engine.arrays import Array
from gui.base.text import seen
from gui.base.theme import font_dim, space, tokens
from gui.plots.axes import tick_text, ticks
from gui.plots.colours import brush, colour, line_pen, pen
from gui.plots.discs import draw_discs
from gui.plots.range_ticks import RangeTick, thinned

LEAST_SHADE = 0.06  # of a trial that is farthest
FADED = 0.6  # of the full shade has a curve beside the main one: chosen by looking
STROKES: tuple[list[float], ...] = ([1.0, 3.0], [5.0, 3.0], [])  # dashes of such curves: dotted, dashed, thin


def paint_value_lines(painter: QPainter, box: QRectF, bounds: tuple[float, float]) -> None:
    """Hairlines at round scores."""
    low, high = bounds
    painter.setPen(pen(tokens().line))
    for value in ticks(low, high, 4)[1]:
        y = place_of(value, box, bounds)
        painter.drawLine(QLineF(box.left(), y, box.right(), y))


def paint_value_words(painter: QPainter, right: float, box: QRectF, bounds: tuple[float, float]) -> None:
    """The round scores, ending at ``right``."""
    step, values = ticks(*bounds, 4)
    metrics = QFontMetricsF(font_dim())
    painter.setFont(font_dim())
    painter.setPen(colour(tokens().dim))
    for value in values:
        y = place_of(value, box, bounds)
        words = QRectF(right - space(80), y - metrics.height() / 2, space(80), metrics.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick_text(value, step))


def value_words_width(bounds: tuple[float, float]) -> float:
    """The room that the scores beside an axis take."""
    step, values = ticks(*bounds, 4)
    metrics = QFontMetricsF(font_dim())
    return max((metrics.horizontalAdvance(tick_text(value, step)) for value in values), default=0.0)


def place_of(value: float, box: QRectF, bounds: tuple[float, float]) -> float:
    """The height of a score in a box."""
    return box.bottom() - (value - bounds[0]) / (bounds[1] - bounds[0]) * box.height()


def places_of(values: Array, box: QRectF, bounds: tuple[float, float]) -> Array:
    """The heights of scores in a box."""
    return np.asarray(box.bottom() - (values - bounds[0]) / (bounds[1] - bounds[0]) * box.height())


def paint_trials(
    painter: QPainter, box: QRectF, bounds: tuple[float, float], x: Array, scores: Array, near: Array
) -> None:
    """Discs at places ``x`` (from 0 to 1), the fainter the farther they are."""
    y = places_of(scores, box, bounds)
    seen_ones = np.isfinite(x) & np.isfinite(y) & (y >= box.top() - 1) & (y <= box.bottom() + 1)
    share = LEAST_SHADE + 0.55 * near[seen_ones]
    draw_discs(painter, box.left() + x[seen_ones] * box.width(), y[seen_ones], space(3), tokens().outer, share)


def paint_slice(painter: QPainter, box: QRectF, bounds: tuple[float, float], one: Slice) -> None:
    """Mean and band, cut at the edges of the box, never squeezed."""
    painter.save()
    painter.setClipRect(box.adjusted(-space(6), -1, space(6), 1))
    x = box.left() + one.units * box.width()
    mean, low, high = (places_of(v, box, bounds) for v in (one.band.mean, one.band.low, one.band.high))
    if one.is_choice:
        half = min(space(8), 0.35 * box.width() / max(len(x), 1))
        for at, middle, down, up in zip(x.tolist(), mean.tolist(), low.tolist(), high.tolist(), strict=True):
            painter.fillRect(QRectF(at - half / 3, up, 2 * half / 3, down - up), colour(tokens().outer, 0.22))
            painter.setPen(pen(tokens().outer, 2.0))
            painter.drawLine(QLineF(at - half, middle, at + half, middle))
    else:
        outline = arrayToQPolygonF(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tokens().outer, 0.15))
        painter.drawPolygon(outline)
        made = line_pen(tokens().outer, 1.0)
        made.setWidthF(2.0)
        painter.setPen(made)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(arrayToQPolygonF(x, mean))
    painter.restore()


def paint_curves(painter: QPainter, box: QRectF, bounds: tuple[float, float], units: Array, means: Array) -> None:
    """Further means (k, m) of a slice at places ``units`` (m,) of a range, faded; NaN is left out."""
    painter.save()
    painter.setClipRect(box.adjusted(-space(6), -1, space(6), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x = box.left() + units * box.width()
    for mean, dashes in zip(means, STROKES[-1:] if len(means) == 1 else STROKES, strict=False):
        made = line_pen(tokens().outer, 1.2, FADED)
        if dashes:
            made.setDashPattern(dashes)
        painter.setPen(made)
        if np.isfinite(mean).all():
            painter.drawPolyline(arrayToQPolygonF(x, places_of(mean, box, bounds)))
    painter.restore()


def paint_marks(painter: QPainter, box: QRectF, bounds: tuple[float, float], units: Array, means: Array) -> None:
    """Further means (k, m) of choices as short faded strokes beside the main one; NaN is left out."""
    painter.save()
    painter.setClipRect(box.adjusted(-space(6), -1, space(6), 1))
    half = min(space(8), 0.35 * box.width() / max(len(units), 1))
    for mean, dashes in zip(means, STROKES[-1:] if len(means) == 1 else STROKES, strict=False):
        made = pen(tokens().outer, 1.5, FADED)
        if dashes:
            made.setDashPattern([part / 2 for part in dashes])
        painter.setPen(made)
        for at, score in zip(units.tolist(), mean.tolist(), strict=True):
            if np.isfinite(score):
                x, y = box.left() + at * box.width(), place_of(score, box, bounds)
                painter.drawLine(QLineF(x - 1.6 * half, y, x + 1.6 * half, y))
    painter.restore()


def paint_range_words(painter: QPainter, box: QRectF, found: list[RangeTick], top: float) -> None:
    """The ticks of a hyperparameter under a box, as many as have room; those at the ends keep inside it."""
    metrics = QFontMetricsF(font_dim())
    painter.setFont(font_dim())
    painter.setPen(colour(tokens().dim))
    texts = [metrics.elidedText(seen(tick.words), Qt.TextElideMode.ElideMiddle, box.width()) for tick in found]
    widths = [metrics.horizontalAdvance(text) for text in texts]
    words = {tick: (text, width) for tick, text, width in zip(found, texts, widths, strict=True)}
    for tick in thinned(found, widths, box.width(), space(4)):
        text, width = words[tick]
        left = box.left() + tick.unit * box.width() - width / 2
        left = min(max(left, box.left() - space(8)), box.right() + space(8) - width)
        painter.drawText(QPointF(left, top + metrics.ascent()), text)
