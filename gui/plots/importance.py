"""``plot_importance``: a bar a hyperparameter, dark what it does alone, pale what it does with others."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.importance import Importance
from engine.analysis.importance_words import ACTS, importance_title, share_words
from engine.analysis.title import name_words
from engine.arrays import Array
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import PaintedPlot

TALLEST_ROW = 34  # pixels, as drawn
WIDEST_NAME = 0.4  # of the plot


class ImportancePlot(PaintedPlot):
    """Signal ``chosen(str)`` carries the hyperparameter whose bar a person chose by mouse, or by arrows and Space."""

    chosen = Signal(str)

    def __init__(self, name: str = "plot_importance", parent: QWidget | None = None) -> None:
        super().__init__(name, "Importance of the hyperparameters", parent)
        self._found: Importance | None = None
        self._order: list[int] = []
        self._current: int | None = None
        self._names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The hyperparameters from top to bottom."""
        return self._names

    def show_importance(self, found: Importance, *, keeps_order: bool = False) -> None:
        """Show other indices. While trials run the rows keep their order, so that nothing moves under the mouse."""
        if keeps_order and set(self._names) == set(found.names):
            self._order = [found.names.index(name) for name in self._names]
        else:
            self._order = list(range(len(found.names)))
            self._names = found.names
        self._found = found
        self.say(importance_title(found))
        rows = [f"{name_words(found.names[place])} {self._words(place)}" for place in self._order]
        self.describe(f"{self.headline.sentence}. {'; '.join(rows)}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The indices, from 0 to 1."""
        found = self._found
        assert found is not None
        names = ("hyperparameter", "first_order", "total", "low", "high")
        return names, (np.array(found.names), found.first, found.total, found.low, found.high)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The rows."""
        found = self._found
        if found is None:
            return
        height, left, right = self._measures(room)
        scale = right - left
        thick = min(0.5 * height, float(space(12)))
        for row, place in enumerate(self._order):
            y = (row + 0.5) * height
            first, total, low, high = (float(a[place]) for a in (found.first, found.total, found.low, found.high))
            acts = total >= ACTS
            if row == self._current and self.hasFocus():
                painter.setPen(pen(tokens().text))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(0.5, y - height / 2, room.width() - 1, height), space(4), space(4))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(tokens().outer, 0.28))
            painter.drawRect(QRectF(left, y - thick / 2, max(total * scale, 1.0), thick))
            painter.setBrush(brush(tokens().outer, 0.85))
            painter.drawRect(QRectF(left, y - thick / 2, max(min(first, total) * scale, 1.0 if acts else 0.0), thick))
            painter.setPen(pen(tokens().text))
            painter.drawLine(QLineF(left + low * scale, y, left + high * scale, y))
            for end in (low, high):
                x = left + end * scale
                painter.drawLine(QLineF(x, y - space(4), x, y + space(4)))
            font, shade = (font_strong(), tokens().text) if acts else (font_dim(), tokens().dim)
            painter.setFont(font)
            painter.setPen(colour(shade))
            box = QRectF(right + space(8), y - height / 2, room.width() - right - space(8), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._words(place))
            painter.setFont(font_text())
            painter.setPen(colour(tokens().outer))
            metrics = QFontMetricsF(font_text())
            words = seen(name_words(found.names[place]))
            fitting = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, left - space(10))
            name_box = QRectF(0, y - height / 2, left - space(10), height)
            painter.drawText(name_box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """A hand over every row, and its name in full."""
        row = self._row_at(at)
        if row is None or self._found is None:
            self._card.hide()
            self.surface.unsetCursor()
            return
        self.surface.setCursor(Qt.CursorShape.PointingHandCursor)
        place, found = self._order[row], self._found
        lines = (
            name_words(found.names[place]),
            f"alone {100 * found.first[place]:.1f} %, with others {100 * found.total[place]:.1f} %",
            f"90 % interval {100 * found.low[place]:.1f} to {100 * found.high[place]:.1f} %",
        )
        self._card.tell(lines, self.surface.mapTo(self, at.toPoint()))

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Choose a row."""
        row = self._row_at(at)
        if row is not None:
            self._current = row
            self.chosen.emit(self._names[row])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go from row to row, Space chooses."""
        count = len(self._names)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and count:
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            self._current = 0 if self._current is None else max(0, min(count - 1, self._current + step))
            self.refresh()
        elif event.key() == Qt.Key.Key_Space and self._current is not None and count:
            self.chosen.emit(self._names[min(self._current, count - 1)])
        else:
            super().keyPressEvent(event)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _words(self, place: int) -> str:
        assert self._found is not None
        return share_words(*(float(a[place]) for a in (self._found.total, self._found.low, self._found.high)))

    def _measures(self, room: QRectF) -> tuple[float, float, float]:
        """The height of a row, and where bars begin and end."""
        text, strong = QFontMetricsF(font_text()), QFontMetricsF(font_strong())
        names = max((text.horizontalAdvance(seen(name_words(name))) for name in self._names), default=0.0)
        words = max((strong.horizontalAdvance(self._words(place)) for place in self._order), default=0.0)
        left = min(names + space(12), WIDEST_NAME * room.width())
        right = max(left + space(40), room.width() - words - space(14))
        height = min(max(room.height() / max(len(self._order), 1), 8.0), float(space(TALLEST_ROW)))
        return height, left, right

    def _row_at(self, at: QPointF) -> int | None:
        height = self._measures(QRectF(self.surface.rect()))[0]
        row = int(at.y() // height)
        return row if 0 <= row < len(self._names) else None
