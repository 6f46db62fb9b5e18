"""``plot_correlations``: how the settings of the good trials go together, a cell a pair."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import Correlations, correlations_title
from engine.analysis.title import name_words
from engine.arrays import Array
from gui.base.formats import number_text
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.frame import CENTRE, LEFT, MIDDLE, RIGHT, draw_words
from gui.plots.painted import PaintedPlot

WIDEST_NAME = 0.24  # of the plot
LARGEST_CELL = 84  # pixels, as drawn


class CorrelationsPlot(PaintedPlot):
    """The lower triangle; larger squares are stronger correlations, hollow ones negative. No trial is picked here."""

    def __init__(self, name: str = "plot_correlations", parent: QWidget | None = None) -> None:
        super().__init__(name, "Correlations among the good trials", parent)
        self._found: Correlations | None = None

    def show_correlations(self, found: Correlations) -> None:
        """Show other ones."""
        self._found = found
        title = correlations_title(found)
        self.explain("" if found.strongest is not None else title.remark)
        self.say(title)
        self.describe(f"{title.sentence}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The matrix."""
        found = self._found
        assert found is not None
        return ("hyperparameter", *found.names), (np.array(found.names), *found.values)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Names at the left and above the diagonal, a square a pair."""
        found = self._found
        if found is None or found.strongest is None:
            return
        left, cell = self._measures(room)
        colours, metrics = tokens(), QFontMetricsF(font_dim())
        for row, name in enumerate(found.names):
            box = QRectF(0.0, row * cell, left - space(10), cell)
            draw_words(painter, box, name_words(name), colours.outer, font_text(), RIGHT | MIDDLE)
            for column in range(row):
                value = float(found.values[row, column])
                place = QRectF(left + column * cell, row * cell, cell, cell)
                painter.setPen(pen(colours.line))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(place)
                if not np.isfinite(value):
                    continue
                size = (cell - space(8)) * np.sqrt(abs(value))
                square = QRectF(place.center().x() - size / 2, place.center().y() - size / 2, size, size)
                painter.setPen(pen(colours.outer, 1.5) if value < 0 else Qt.PenStyle.NoPen)
                painter.setBrush(brush(colours.outer, 0.35) if value > 0 else Qt.BrushStyle.NoBrush)
                painter.drawRect(square)
                is_strongest = {row, column} == set(found.strongest)
                if cell > metrics.horizontalAdvance("−0.00") + space(2):
                    painter.setFont(font_strong() if is_strongest else font_dim())
                    painter.setPen(colour(colours.text))
                    painter.drawText(place, CENTRE | MIDDLE, number_text(round(value, 2)))
            box = QRectF(left + row * cell + space(6), row * cell, room.width() - left - row * cell - space(6), cell)
            draw_words(painter, box, name_words(name), colours.dim, font_dim(), LEFT | MIDDLE)

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """Which pair it is, and how strong."""
        found = self._found
        if found is None or found.strongest is None:
            return
        left, cell = self._measures(QRectF(self.surface.rect()))
        row, column = int(at.y() // cell), int((at.x() - left) // cell)
        if 0 <= column < row < len(found.names) and np.isfinite(found.values[row, column]):
            both = f"{name_words(found.names[column])} and {name_words(found.names[row])}"
            lines = (both, f"ρ {number_text(round(float(found.values[row, column]), 3))}")
            self._card.tell(lines, self.surface.mapTo(self, at.toPoint()))
        else:
            self._card.hide()

    def _measures(self, room: QRectF) -> tuple[float, float]:
        found = self._found
        assert found is not None
        metrics = QFontMetricsF(font_text())
        widest = max(metrics.horizontalAdvance(name_words(name)) for name in found.names) + space(14)
        left = min(widest, WIDEST_NAME * room.width())
        cell = min(
            (room.width() - left - widest) / len(found.names),
            room.height() / len(found.names),
            float(space(LARGEST_CELL)),
        )
        return left, max(cell, 8.0)
