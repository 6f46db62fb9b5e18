"""Scores with their intervals, one row each: a disc on a line, what is said of it, and columns of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.arrays import Array
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, font_text, hover_colour, space, tokens
from gui.plots.axes import tick_text, ticks
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import PaintedPlot

ROW, HEAD, FOOT = 22, 24, 24  # heights in pixels of the design
WIDEST_NAME = 0.3  # of the plot
FARTHEST = 1.5  # times the width of all intervals that matter: what lies farther off is told at the edge
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A ``score`` between ``low`` and ``high``; ``mark`` is an upright line, such as what was reported before.

    ``note`` stands small beside the ``name``, ``said`` at the right of the lines, ``columns`` at the very right in the
    colour of the inner loop. A row that ``counts`` widens the axis; others are told at its edge where they lie far off.
    """

    name: str
    score: float
    low: float
    high: float
    note: str = ""
    number: int | None = None
    mark: float | None = None
    said: tuple[str, str] = ("", "")
    columns: tuple[str, ...] = ()
    is_grey: bool = False
    is_suggested: bool = False
    is_faded: bool = False
    is_strong: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True)
class IntervalRows:
    """``heads`` are those of names, axis, sayings and columns; ``shaded`` is a stretch of the axis."""

    rows: tuple[IntervalRow, ...] = ()
    heads: tuple[str, ...] = ("", "", "")
    shaded: tuple[float, float] | None = None


class IntervalsPlot(PaintedPlot):
    """A click on a row picks its trial."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, parent)
        self.headline.hide()
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown = IntervalRows()

    def show_rows(self, shown: IntervalRows) -> None:
        """Show other rows."""
        grown = len(shown.rows) != len(self._shown.rows)
        self._shown = shown
        told = [
            f"{row.name}: {row.score:.6g}, {row.low:.6g} to {row.high:.6g} {' '.join(row.said)}".strip()
            for row in shown.rows
        ]
        self.describe("; ".join(told))
        if grown:
            self.updateGeometry()
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The rows."""
        rows = self._shown.rows
        names = ("name", "score", "low", "high")
        return names, (
            np.array([row.name for row in rows]),
            *(np.array([getattr(row, name) for row in rows]) for name in names[1:]),
        )

    def sizeHint(self) -> QSize:
        """A line for each row, the heads above and the axis below."""
        return QSize(space(600), space(HEAD + FOOT + ROW * len(self._shown.rows)))

    def minimumSizeHint(self) -> QSize:
        """As high as the whole."""
        return QSize(space(200), self.sizeHint().height())

    def neighbour(self, step: int) -> int | None:
        """The trial of the next row."""
        numbers = [row.number for row in self._shown.rows if row.number is not None]
        if not numbers:
            return None
        at = numbers.index(self._chosen) + step if self._chosen in numbers else 0
        return numbers[max(0, min(at, len(numbers) - 1))]

    def trial_at(self, at: QPointF) -> int | None:
        """The trial of the row under the mouse."""
        place = math.floor((at.y() - space(HEAD)) / space(ROW))
        return self._shown.rows[place].number if 0 <= place < len(self._shown.rows) else None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its score in full."""
        row = next(one for one in self._shown.rows if one.number == number)
        return row.name, f"score {row.score!r}", f"{row.low:.6g} to {row.high:.6g}"

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Everything."""
        rows = self._shown.rows
        bounds = self._bounds()
        if not rows or bounds is None:
            return
        columns = self._column_widths()
        saying = self._saying_widths()
        names = self._name_width(room)
        right = room.width() - sum(columns) - sum(saying) - space(16)
        axis = QRectF(names, space(HEAD), max(right - names, space(60)), float(space(ROW) * len(rows)))
        self._paint_axis(painter, axis, bounds)
        self._paint_heads(painter, axis, room, columns)
        for place, row in enumerate(rows):
            band = QRectF(0, axis.top() + place * space(ROW), room.width(), space(ROW))
            if row.is_suggested:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(hover_colour(), 0.6))
                painter.drawRoundedRect(band, space(4), space(4))
        for place, row in enumerate(rows):
            band = QRectF(0, axis.top() + place * space(ROW), room.width(), space(ROW))
            self._paint_row(painter, row, band, axis, bounds, (saying, columns))

    def _bounds(self) -> tuple[float, float] | None:
        """Ends of the axis: of the rows that count, and of others not too far off."""
        every = [
            (value, row.counts)
            for row in self._shown.rows
            for value in (row.low, row.high, row.score, row.mark)
            if value is not None and math.isfinite(value)
        ]
        needed = [value for value, counts in every if counts] or [value for value, _ in every]
        if not needed:
            return None
        low, high = min(needed), max(needed)
        far = FARTHEST * (high - low)
        near = [value for value, _ in every if low - far <= value <= high + far]
        low, high = min(near), max(near)
        edge = 0.04 * (high - low) or max(abs(high), 1.0) * 0.01
        return low - edge, high + edge

    def _paint_axis(self, painter: QPainter, axis: QRectF, bounds: tuple[float, float]) -> None:
        shaded = self._shown.shaded
        if shaded is not None:
            left, right = (self._x(value, axis, bounds) for value in shaded)
            left, right = max(min(left, right), axis.left()), min(max(left, right), axis.right())
            stretch = QRectF(left, axis.top(), max(0.0, right - left), axis.height())
            painter.fillRect(stretch, brush(tokens().outer, 0.1))
        step, places = ticks(*bounds, max(2, int(axis.width() / space(80))))
        painter.setFont(font_dim())
        for value in places:
            x = self._x(value, axis, bounds)
            if axis.left() <= x <= axis.right():
                painter.setPen(pen(tokens().line))
                painter.drawLine(QLineF(x, axis.top(), x, axis.bottom()))
                painter.setPen(colour(tokens().dim))
                box = QRectF(x - space(40), axis.bottom() + space(2), space(80), space(FOOT - 4))
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, tick_text(value, step))

    def _paint_heads(self, painter: QPainter, axis: QRectF, room: QRectF, columns: list[float]) -> None:
        heads = self._shown.heads
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().dim))
        line = QRectF(0, 0, axis.left() - space(8), space(HEAD - 4))
        painter.drawText(line, LEFT, heads[0])
        metrics = QFontMetricsF(font_dim())
        fits = metrics.elidedText(heads[1], Qt.TextElideMode.ElideRight, axis.width())
        painter.drawText(QRectF(axis.left(), 0, axis.width(), space(HEAD - 4)), LEFT, fits)
        painter.drawText(QRectF(axis.right() + space(16), 0, room.width(), space(HEAD - 4)), LEFT, heads[2])
        painter.setPen(colour(tokens().inner))
        end = room.width()
        for head, width in zip(reversed(heads[3:]), reversed(columns), strict=False):
            painter.drawText(QRectF(end - width, 0, width, space(HEAD - 4)), RIGHT, head)
            end -= width

    def _paint_row(
        self,
        painter: QPainter,
        row: IntervalRow,
        band: QRectF,
        axis: QRectF,
        bounds: tuple[float, float],
        widths: tuple[list[float], list[float]],
    ) -> None:
        saying, columns = widths
        share = 0.45 if row.is_faded else 1.0
        shade = tokens().dim if row.is_grey else tokens().outer
        if row.number is not None and row.number == self._chosen:
            painter.setPen(pen(tokens().text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(band.adjusted(0.5, 0.5, -0.5, -0.5), space(4), space(4))
        self._paint_name(painter, row, band, axis, share)
        y = band.center().y()
        self._paint_interval(painter, row, y, axis, bounds, shade, share)
        painter.setFont(font_strong() if row.is_strong else font_text())
        left = axis.right() + space(16)
        for words, width, shade in zip(row.said, saying, (tokens().text, tokens().dim), strict=True):
            painter.setPen(colour(shade, share))
            wide = width if row.said[1] else sum(saying)
            painter.drawText(QRectF(left, band.top(), wide, band.height()), LEFT, words)
            left += width
            painter.setFont(font_text())
        end = band.width()
        painter.setPen(colour(tokens().text, share))
        for words, width in zip(reversed(row.columns), reversed(columns), strict=False):
            painter.drawText(QRectF(end - width, band.top(), width, band.height()), RIGHT, words)
            end -= width

    def _paint_name(self, painter: QPainter, row: IntervalRow, band: QRectF, axis: QRectF, share: float) -> None:
        painter.setFont(font_strong() if row.is_strong or row.is_suggested else font_text())
        painter.setPen(colour(tokens().text, share))
        metrics = QFontMetricsF(painter.font())
        room = axis.left() - space(12)
        name = metrics.elidedText(seen(row.name), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(0, band.top(), room, band.height()), LEFT, name)
        used = metrics.horizontalAdvance(name) + space(6)
        if row.note and used + QFontMetricsF(font_dim()).horizontalAdvance(row.note) <= room:
            painter.setFont(font_dim())
            painter.setPen(colour(tokens().dim, share))
            painter.drawText(QRectF(used, band.top(), room - used, band.height()), LEFT, row.note)

    def _paint_interval(
        self,
        painter: QPainter,
        row: IntervalRow,
        y: float,
        axis: QRectF,
        bounds: tuple[float, float],
        shade: str,
        share: float,
    ) -> None:
        if not math.isfinite(row.score):
            return
        x = self._x(row.score, axis, bounds)
        if not axis.left() <= x <= axis.right():
            painter.setFont(font_dim())
            painter.setPen(colour(tokens().dim, share))
            is_left = x < axis.left()
            words = f"◂ {row.score:.3g}" if is_left else f"{row.score:.3g} ▸"
            box = QRectF(axis.left(), y - space(9), axis.width(), space(18))
            painter.drawText(box, LEFT if is_left else RIGHT, words)
            return
        ends = [min(max(self._x(value, axis, bounds), axis.left()), axis.right()) for value in (row.low, row.high)]
        painter.setPen(pen(shade, 2.0, share))
        painter.drawLine(QLineF(ends[0], y, ends[1], y))
        if row.mark is not None:
            at = self._x(row.mark, axis, bounds)
            if axis.left() <= at <= axis.right():
                painter.setPen(pen(tokens().text, 1.5, share))
                painter.drawLine(QLineF(at, y - space(6), at, y + space(6)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(shade, share))
        painter.drawEllipse(QPointF(x, y), space(4), space(4))

    # -- measures ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _x(value: float, axis: QRectF, bounds: tuple[float, float]) -> float:
        low, high = bounds
        return axis.left() + (value - low) / (high - low) * axis.width()

    def _name_width(self, room: QRectF) -> float:
        strong, dim = QFontMetricsF(font_strong()), QFontMetricsF(font_dim())
        widest = max(
            strong.horizontalAdvance(seen(row.name)) + (dim.horizontalAdvance(row.note) + space(6) if row.note else 0)
            for row in self._shown.rows
        )
        return min(widest + space(16), WIDEST_NAME * room.width())

    def _saying_widths(self) -> list[float]:
        """Of both parts of what is said; words that stand alone may reach into the second part."""
        rows, metrics, gap = self._shown.rows, QFontMetricsF(font_strong()), space(12)

        def widest(texts: list[str]) -> float:
            return max((metrics.horizontalAdvance(text) + gap for text in texts if text), default=0.0)

        first = widest([row.said[0] for row in rows if row.said[1]])
        second = widest([row.said[1] for row in rows])
        alone = widest([row.said[0] for row in rows if not row.said[1]])
        head = QFontMetricsF(font_dim()).horizontalAdvance(self._shown.heads[2]) + gap
        whole = max(first + second, alone, head if first or alone else 0.0)
        return [first, whole - first]

    def _column_widths(self) -> list[float]:
        metrics = QFontMetricsF(font_text())
        count = max((len(row.columns) for row in self._shown.rows), default=0)
        widths = []
        for place in range(count):
            texts = [row.columns[place] for row in self._shown.rows if len(row.columns) > place]
            head = self._shown.heads[3 + place] if len(self._shown.heads) > 3 + place else ""
            widest = max(metrics.horizontalAdvance(one) for one in [*texts, head])
            widths.append(widest + space(16))
        return widths
