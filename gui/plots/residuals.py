"""``plot_residuals``: how far each prediction of a number was off, by what was predicted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.residuals import Residuals
from engine.arrays import Array
from gui.base.formats import number_text
from gui.base.theme import space, tokens
from gui.plots.colours import brush, pen
from gui.plots.discs import draw_discs
from gui.plots.frame import Frame, nearest_point, value_frame, value_range
from gui.plots.painted import PaintedPlot

MOST_POINTS = 3000  # evenly taken from more: they hide each other, and a frame has to be short


class ResidualsPlot(PaintedPlot):
    """A disc a prediction, a line at no error, a band that nine of ten errors lie in."""

    def __init__(self, name: str = "plot_residuals", parent: QWidget | None = None) -> None:
        super().__init__(name, "Errors by prediction", parent)
        self.headline.hide()
        self._found: Residuals | None = None
        self._drawn = np.zeros(0, dtype=np.int64)  # where the rows stand that have a disc
        self._ranges = ((0.0, 1.0), (0.0, 1.0))

    def show_residuals(self, found: Residuals) -> None:
        """Show other errors."""
        self._found = found
        self._drawn = np.arange(0, len(found), -(-max(len(found), 1) // MOST_POINTS))
        self._ranges = value_range(found.predicted), value_range(found.residual)
        low, high = number_text(found.low, 3), number_text(found.high, 3)
        self.describe(f"{len(found):,} errors, nine of ten from {low} to {high}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every prediction, with its row of the table, from 0."""
        found = self._found
        assert found is not None
        return ("row", "predicted", "residual"), (found.rows, found.predicted, found.residual)

    def sizeHint(self) -> QSize:
        """As high as a plot of the page."""
        return QSize(space(360), space(240))

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The band, the line, the discs."""
        found = self._found
        if found is None:
            return
        frame, colours = self._frame(room), tokens()
        frame.draw_y(painter)
        frame.draw_x(painter, None, "prediction; upward: truth minus prediction", colours.dim)
        top, bottom = float(frame.py(found.high)), float(frame.py(found.low))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(colours.outer, 0.10))
        painter.drawRect(QRectF(frame.box.left(), top, frame.box.width(), bottom - top))
        x, y = found.predicted[self._drawn], found.residual[self._drawn]
        size = 3.0 if len(x) < 500 else 2.0
        draw_discs(painter, frame.px(x), frame.py(y), size, colours.outer, 0.45)
        painter.setPen(pen(colours.text, 1.2))
        zero = float(frame.py(0.0))
        painter.drawLine(QLineF(frame.box.left(), zero, frame.box.right(), zero))

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """The row of the disc under the mouse."""
        found = self._found
        if found is None:
            return
        frame = self._frame(QRectF(self.surface.rect()))
        disc = nearest_point(at, frame.px(found.predicted[self._drawn]), frame.py(found.residual[self._drawn]))
        if disc is None:
            self._card.hide()
            return
        place = int(self._drawn[disc])
        said, off = float(found.predicted[place]), float(found.residual[place])
        lines = (
            f"row {int(found.rows[place]) + 1:,}",
            f"predicted {number_text(said)}",
            f"truth {number_text(said + off)}",
        )
        self._card.tell(lines, self.surface.mapTo(self, at.toPoint()))

    def _frame(self, room: QRectF) -> Frame:
        return value_frame(room, *self._ranges, named=True)
