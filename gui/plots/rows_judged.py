"""The rows of the holdout one by one: a square each, red where wrong; a histogram of errors for numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.arrays import Array
from engine.judging.holdout import HoldoutLook
from gui.base.formats import number_text
from gui.base.text import seen
from gui.base.theme import blend, font_dim, space, tokens
from gui.plots.axes import tick_text, ticks
from gui.plots.colours import brush, colour, pen
from gui.plots.painted import PaintedPlot

MOST_SQUARES = 2000  # more rows are counted, not drawn
SIDE = 9.0  # of a square with its gap
TALL = 96  # of the histogram
BINS = 40  # of the histogram: a guess


class RowsJudgedPlot(PaintedPlot):
    """``plot_holdout``. Signal ``picked`` is of rows of the table here; a hover card tells of one."""

    def __init__(self, name: str = "plot_holdout", parent: QWidget | None = None) -> None:
        super().__init__(name, "Rows of the holdout, right and wrong", parent)
        self.headline.hide()
        self.rows.setContentsMargins(0, 0, 0, 0)
        # Not by height for width: a widget with a layout of its own is asked for that of the layout.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._look: HoldoutLook | None = None
        self._current: int | None = None
        self._wrong: Array = np.zeros(0, dtype=bool)

    def show_look(self, look: HoldoutLook) -> None:
        """Show the rows of an opening."""
        self._look, self._current = look, None
        self._wrong = look.truth != look.predicted
        if look.classes:
            places = look.rows[self._wrong][:20].tolist()
            told = f"Wrong rows: {', '.join(str(one + 1) for one in places)}" if places else "No row was wrong"
            self.describe(f"{told}.")
        else:
            errors = np.abs(look.predicted - look.truth)
            self.describe(f"The median error is {number_text(float(np.median(errors)), 3)}.")
        self.updateGeometry()
        self.refresh()

    @property
    def current(self) -> int | None:
        """The place of the row that is pointed out, among those of the holdout."""
        return self._current

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Rows of the table (from 1), what is true and what was predicted."""
        look = self._look
        assert look is not None
        if look.classes:
            names = np.array(look.classes, dtype=object)
            both: tuple[Array, ...] = names[look.truth.astype(int)], names[look.predicted.astype(int)]
        else:
            both = look.truth, look.predicted
        return ("row", "true", "predicted"), (look.rows + 1, *both)

    def _height_at(self, width: int) -> int:
        """As many lines of squares as are needed."""
        look = self._look
        if look is None or not self._has_squares:
            return space(TALL)
        side = SIDE * space(100) / 100.0
        return math.ceil(math.ceil(len(look.rows) / max(1, int(width // side))) * side) + 1

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(space(400), self._height_at(max(self.width(), space(200))))

    def minimumSizeHint(self) -> QSize:
        """All lines are seen."""
        return QSize(space(200), self._height_at(max(self.width(), space(200))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width takes another number of lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def lines_about_row(self, place: int) -> tuple[str, ...]:
        """The row of the table, what is true and what was predicted."""
        look = self._look
        assert look is not None
        true, said = (self._value(one[place]) for one in (look.truth, look.predicted))
        return f"row {int(look.rows[place]) + 1:,} of the table", f"true: {true}", f"predicted: {said}"

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """Tell of the row under the mouse."""
        place = self._place_at(at)
        if place is None:
            self._card.hide()
        else:
            self._card.tell(self.lines_about_row(place), self.surface.mapTo(self, at.toPoint()))

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Point a row out."""
        place = self._place_at(at)
        if place is not None:
            self.point_out(place)

    def neighbour(self, step: int) -> int | None:
        """Arrow keys go from wrong row to wrong row."""
        wrong = np.flatnonzero(self._wrong) if self._has_squares else np.zeros(0, dtype=int)
        if len(wrong):
            at = int(np.searchsorted(wrong, -1 if self._current is None else self._current))
            here = self._current is not None and at < len(wrong) and wrong[at] == self._current
            goal = at + step if here else (at if step > 0 else at - 1)
            self.point_out(int(wrong[max(0, min(goal, len(wrong) - 1))]))
        return None

    def point_out(self, place: int) -> None:
        """Frame one row, and tell of it."""
        self._current = place
        self.picked.emit(place)
        self.refresh()

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Squares, or the histogram."""
        if self._look is None:
            return
        if self._has_squares:
            self._paint_squares(painter, room)
        elif self._look.classes:
            self._paint_bar(painter, room)
        else:
            self._paint_errors(painter, room)

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _has_squares(self) -> bool:
        return self._look is not None and bool(self._look.classes) and len(self._look.rows) <= MOST_SQUARES

    def _value(self, value: Any) -> str:
        assert self._look is not None
        classes = self._look.classes
        place = int(value)
        if not classes:
            return number_text(float(value), 6)
        return seen(classes[place]) if 0 <= place < len(classes) else "?"

    def _per_line(self) -> tuple[int, float]:
        side = SIDE * space(100) / 100.0
        return max(1, int(self.surface.width() // side)), side

    def _place_at(self, at: QPointF) -> int | None:
        if not self._has_squares or self._look is None:
            return None
        count, side = self._per_line()
        column, line = int(at.x() // side), int(at.y() // side)
        place = line * count + column
        return place if 0 <= column < count and 0 <= place < len(self._look.rows) else None

    def _paint_squares(self, painter: QPainter, room: QRectF) -> None:
        count, side = self._per_line()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(Qt.PenStyle.NoPen)
        right, wrong = colour(blend(tokens().outer, tokens().card, 0.3)), colour(tokens().bad)
        for place, is_wrong in enumerate(self._wrong.tolist()):
            line, column = divmod(place, count)
            box = QRectF(column * side, line * side, side - space(2), side - space(2))
            painter.fillRect(box, wrong if is_wrong else right)
        if self._current is not None:
            line, column = divmod(self._current, count)
            painter.setPen(pen(tokens().text, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(column * side, line * side, side - space(2), side - space(2)))

    def _paint_bar(self, painter: QPainter, room: QRectF) -> None:
        share = float(self._wrong.mean())
        bar = QRectF(0, 0, room.width(), space(16))
        painter.fillRect(bar, colour(blend(tokens().outer, tokens().card, 0.3)))
        wide = share * bar.width()
        painter.fillRect(QRectF(bar.right() - wide, 0, wide, space(16)), colour(tokens().bad))

    def _paint_errors(self, painter: QPainter, room: QRectF) -> None:
        assert self._look is not None
        counts, far = self._look.error_counts(BINS)
        foot = space(18)
        tall = room.height() - foot
        width = room.width() / BINS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tokens().outer, 0.6))
        for place, count in enumerate(counts.tolist()):
            height = count / max(1, int(counts.max())) * tall
            painter.drawRect(QRectF(place * width, tall - height, width - 1, height))
        painter.setPen(pen(tokens().line))
        painter.drawLine(QPointF(0, tall), QPointF(room.width(), tall))
        painter.drawLine(QPointF(room.width() / 2, 0), QPointF(room.width() / 2, tall))
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().dim))
        step, places = ticks(-far, far, 6)
        for value in places:
            x = (value + far) / (2 * far) * room.width()
            box = QRectF(x - space(40), tall + space(2), space(80), foot)
            if box.left() >= 0 and box.right() <= room.width():
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, tick_text(value, step))
