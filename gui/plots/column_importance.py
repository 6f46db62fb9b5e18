"""``plot_columns``: a bar a column of the table, with its interval."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.applying.column_importance import ColumnImportance
from engine.arrays import Array
from gui.base.formats import number_text
from gui.base.theme import font_dim, font_text, space, tokens
from gui.plots.colours import brush, pen
from gui.plots.frame import draw_words
from gui.plots.painted import PaintedPlot

MOST_ROWS = 15  # columns of the table that are drawn; the data that is copied holds all
NAME_SHARE, NUMBER_WIDTH = 0.3, 150  # of the plot, and pixels; as drawn


class ColumnImportancePlot(PaintedPlot):
    """The most important column at the top."""

    def __init__(self, name: str = "plot_columns", parent: QWidget | None = None) -> None:
        super().__init__(name, "Importance of the table's columns", parent)
        self.headline.hide()
        self._found: ColumnImportance | None = None

    def show_importance(self, found: ColumnImportance) -> None:
        """Show other columns."""
        self._found = found
        self.describe("; ".join(f"{name} {self._words(place)}" for place, name in enumerate(found.names[:MOST_ROWS])))
        self.updateGeometry()
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every column of the table."""
        found = self._found
        assert found is not None
        names = ("column", "loss", "low", "high")
        return names, (np.array(found.names, dtype=object), *map(np.array, (found.loss, found.low, found.high)))

    def sizeHint(self) -> QSize:
        """A line a column."""
        count = min(len(self._found.names), MOST_ROWS) if self._found is not None else 1
        return QSize(space(400), count * self._row + space(20))

    def minimumSizeHint(self) -> QSize:
        """No row is cut."""
        return QSize(space(280), self.sizeHint().height())

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Names at the left, numbers at the right, bars between from zero on."""
        found = self._found
        if found is None:
            return
        colours, count = tokens(), min(len(found.names), MOST_ROWS)
        left, right = room.width() * NAME_SHARE, room.width() - space(NUMBER_WIDTH)
        ends = [one for one in (*found.high[:count], *found.low[:count], *found.loss[:count]) if math.isfinite(one)]
        low, high = min(0.0, *ends), max(0.0, *ends)
        span = (high - low) or 1.0

        def across(value: float) -> float:
            return left + (value - low) / span * (right - left)

        middle = Qt.AlignmentFlag.AlignVCenter
        for place in range(count):
            y = (place + 0.5) * self._row
            box = QRectF(0, y - self._row / 2, left - space(10), self._row)
            draw_words(painter, box, found.names[place], colours.inner, font_text(), middle)
            thick = 0.45 * self._row
            start, end = across(0.0), across(found.loss[place])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(colours.inner, 0.8 if found.matters(place) else 0.3))
            painter.drawRect(QRectF(min(start, end), y - thick / 2, max(abs(end - start), 1.0), thick))
            if math.isfinite(found.low[place]):
                painter.setPen(pen(colours.text))
                painter.drawLine(QLineF(across(found.low[place]), y, across(found.high[place]), y))
            words = QRectF(right + space(8), y - self._row / 2, room.width() - right - space(8), self._row)
            right_middle = Qt.AlignmentFlag.AlignRight | middle
            draw_words(painter, words, self._words(place), colours.text if found.matters(place) else colours.dim,
                       font_dim(), right_middle)  # fmt: skip
        painter.setPen(pen(colours.dim))
        painter.drawLine(QLineF(across(0.0), 0.0, across(0.0), count * self._row))
        if len(found.names) > count:
            rest = QRectF(0, count * self._row, room.width(), space(18))
            draw_words(painter, rest, f"and {len(found.names) - count:,} more, in the data that is copied", colours.dim,
                       font_dim(), middle)  # fmt: skip

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """The row under the mouse in full."""
        found = self._found
        place = int(at.y() / self._row)
        if found is None or not 0 <= place < min(len(found.names), MOST_ROWS):
            self._card.hide()
            return
        self._card.tell((found.names[place], self._words(place)), self.surface.mapTo(self, at.toPoint()))

    @property
    def _row(self) -> int:
        return round(QFontMetricsF(font_text()).height()) + space(8)

    def _words(self, place: int) -> str:
        found = self._found
        assert found is not None
        said = number_text(found.loss[place], 2)
        if not math.isfinite(found.low[place]):
            return said
        return f"{said} ({number_text(found.low[place], 2)} to {number_text(found.high[place], 2)})"
