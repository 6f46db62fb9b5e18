"""A frame for painted charts: values to pixels, hairlines and words along both axes, and marks of trials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPolygonF

from engine.arrays import Array
from engine.space import Hyperparameter
from gui.base.formats import value_text
from gui.base.text import seen
from gui.base.theme import font_dim, space, tokens
from gui.plots.axes import log_tick_text, log_ticks, nice_range, tick_text, ticks
from gui.plots.colours import brush, colour, pen

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
CENTRE, MIDDLE = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignVCenter
NEAR = 12.0  # pixels within which the mouse finds a trial
WIDEST_NAME = 96  # pixels of the design that a choice beside an axis takes

Tick = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """``box`` shows values from ``x`` and ``y`` (low, high); with ``log_x`` or ``log_y`` they are above 0."""

    box: QRectF
    x: tuple[float, float]
    y: tuple[float, float]
    log_x: bool = False
    log_y: bool = False

    def px(self, values: Array | float) -> Array:
        """Pixels across."""
        return np.asarray(self.box.left() + _share(values, self.x, self.log_x) * self.box.width())

    def py(self, values: Array | float) -> Array:
        """Pixels down."""
        return np.asarray(self.box.bottom() - _share(values, self.y, self.log_y) * self.box.height())

    def at(self, x: float, y: float) -> QPointF:
        """One point in pixels."""
        return QPointF(float(self.px(x)), float(self.py(y)))

    def y_ticks(self, wanted: int = 5) -> list[Tick]:
        """Round values and their words along the value axis."""
        return _ticks(self.y, wanted, self.log_y)

    def x_ticks(self, wanted: int = 5) -> list[Tick]:
        """Round values and their words along the other one."""
        return _ticks(self.x, wanted, self.log_x)

    def draw_y(self, painter: QPainter, found: Sequence[Tick] | None = None, shade: str = "") -> None:
        """A hairline across the box and words left of it for each tick."""
        painter.setFont(font_dim())
        height = QFontMetricsF(font_dim()).height()
        wanted = max(2, min(5, int(self.box.height() / (2.0 * height))))
        for value, words in self.y_ticks(wanted) if found is None else found:
            y = float(self.py(value))
            painter.setPen(pen(tokens().line))
            painter.drawLine(QLineF(self.box.left(), y, self.box.right(), y))
            painter.setPen(colour(shade or tokens().dim))
            box = QRectF(0.0, y - height / 2, self.box.left() - space(8), height)
            painter.drawText(box, RIGHT | MIDDLE, words)

    def draw_x(self, painter: QPainter, found: Sequence[Tick] | None = None, name: str = "", shade: str = "") -> None:
        """Words under the box, none over another, and the axis's name below them."""
        painter.setFont(font_dim())
        metrics = QFontMetricsF(font_dim())
        painter.setPen(colour(tokens().dim))
        free = -math.inf
        for value, words in self.x_ticks() if found is None else found:
            width = metrics.horizontalAdvance(words)
            left = float(self.px(value)) - width / 2
            left = min(max(left, self.box.left() - space(10)), self.box.right() + space(10) - width)
            if left < free:
                continue
            painter.drawText(QPointF(left, self.box.bottom() + metrics.ascent() + space(5)), words)
            free = left + width + space(6)
        if name:
            painter.setPen(colour(shade or tokens().outer))
            box = QRectF(
                self.box.left(), self.box.bottom() + metrics.height() + space(6), self.box.width(), metrics.height()
            )
            fitting = metrics.elidedText(seen(name), Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, CENTRE | MIDDLE, fitting)

    def draw_line(self, painter: QPainter, x: Array, y: Array) -> None:
        """A line through points, broken where one is not finite; the pen is set before."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points: list[QPointF] = []
        for across, down in zip(self.px(x).tolist(), self.py(y).tolist(), strict=True):
            if math.isfinite(across) and math.isfinite(down):
                points.append(QPointF(across, down))
            elif points:
                painter.drawPolyline(QPolygonF(points))
                points = []
        if points:
            painter.drawPolyline(QPolygonF(points))

    def draw_band(self, painter: QPainter, x: Array, low: Array, high: Array, shade: str, share: float = 0.15) -> None:
        """The area between two lines."""
        across = self.px(x).tolist()
        up = [QPointF(*pair) for pair in zip(across, self.py(high).tolist(), strict=True)]
        down = [QPointF(*pair) for pair in zip(across, self.py(low).tolist(), strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(shade, share))
        painter.drawPolygon(QPolygonF([*up, *reversed(down)]))


def value_frame(
    room: QRectF,
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    named: bool,
    log_x: bool = False,
    log_y: bool = False,
) -> Frame:
    """A frame in ``room`` with space for the words of both axes; ``named`` where the lower one has a name."""
    metrics = QFontMetricsF(font_dim())
    words = [tick for wanted in (2, 3, 4, 5) for tick in _ticks(y, wanted, log_y)]  # whichever the height allows
    left = max((metrics.horizontalAdvance(text) for _, text in words), default=0.0) + space(10)
    below = metrics.height() * (2 if named else 1) + space(10 if named else 7)
    box = QRectF(
        left, space(6), max(room.width() - left - space(14), 10.0), max(room.height() - below - space(6), 10.0)
    )
    return Frame(box, x, y, log_x, log_y)


def value_range(values: Array, log: bool = False) -> tuple[float, float]:
    """The range that shows all finite values, with a little room."""
    known = values[np.isfinite(values) & ((values > 0.0) if log else True)]
    if not len(known):
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    if not log:
        return nice_range(low, high)
    room = max((math.log(high) - math.log(low)) * 0.05, 0.05)
    return low * math.exp(-room), high * math.exp(room)


def unit_words(hyperparameter: Hyperparameter, unit: float) -> str:
    """The value at a place of the unit interval, as it is read."""
    return value_text(hyperparameter.to_value(hyperparameter.from_unit(float(unit))))


def draw_words(painter: QPainter, box: QRectF, words: str, shade: str, font: QFont, flags: Qt.AlignmentFlag) -> None:
    """Words that end in an ellipsis where they do not fit."""
    painter.setFont(font)
    painter.setPen(colour(shade))
    fitting = QFontMetricsF(font).elidedText(seen(words), Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, flags, fitting)


def draw_chosen(painter: QPainter, at: QPointF, size: float) -> None:
    """The ring of the selected trial."""
    painter.setPen(pen(tokens().text, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, size, size)


def nearest_point(at: QPointF, x: Array, y: Array, near: float = NEAR) -> int | None:
    """The index of the point nearest to ``at``, *None* where none is near."""
    if not len(x):
        return None
    apart = np.hypot(x - at.x(), y - at.y())
    apart = np.where(np.isfinite(apart), apart, np.inf)
    index = int(np.argmin(apart))
    return index if apart[index] <= near else None


def row_of(numbers: Array, number: int | None) -> int | None:
    """Where a trial stands among ``numbers``, *None* where it does not."""
    found = np.flatnonzero(numbers == number) if number is not None else np.zeros(0, dtype=int)
    return int(found[0]) if len(found) else None


def step_through(numbers: Array, number: int | None, step: int) -> int | None:
    """The trial before or after another one in the order of ``numbers``; the first one where none is selected."""
    if not len(numbers):
        return None
    row = row_of(numbers, number)
    return int(numbers[0 if row is None else min(max(row + step, 0), len(numbers) - 1)])


def _share(values: Array | float, ends: tuple[float, float], log: bool) -> Array:
    low, high = ends
    values = np.asarray(values, dtype=float)
    if log:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(values > 0.0, np.log(np.where(values > 0.0, values, 1.0)), np.nan)
        low, high = math.log(low), math.log(high)
    return np.asarray((values - low) / ((high - low) or 1.0))


def _ticks(ends: tuple[float, float], wanted: int, log: bool) -> list[Tick]:
    if log:
        return [(v, log_tick_text(v)) for v in log_ticks(math.log10(ends[0]), math.log10(ends[1]), wanted)]
    step, values = ticks(*ends, wanted)
    return [(value, tick_text(value, step)) for value in values]
