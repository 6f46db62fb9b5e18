"""``plot_beeswarm``: every trial along each hyperparameter, stacked where they crowd, the better the stronger."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import ScoredPoints
from engine.analysis.title import Title, name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.theme import font_dim, font_text, space, tokens
from gui.plots.colours import pen
from gui.plots.discs import draw_crosses, draw_discs, most_each, words_of_newest
from gui.plots.frame import (
    MIDDLE,
    RIGHT,
    Frame,
    draw_chosen,
    draw_words,
    nearest_point,
    row_of,
)
from gui.plots.points_plot import PointsPlot
from gui.plots.range_ticks import range_ticks

STRENGTHS = (1.0, 0.5, 0.18)
"""Of the discs: the best tenth, the next two, the rest."""
MOST_CROSSES = 250  # of failed trials in a row, the newest
WIDEST_NAME = 0.22  # of the plot
TALLEST = 96  # pixels of a row, as drawn


class BeeswarmPlot(PointsPlot):
    """Rows from top to bottom in the order of the space; a hyperparameter that is not set leaves its trials out."""

    keeps_picture = True

    def __init__(self, name: str = "plot_beeswarm", parent: QWidget | None = None) -> None:
        super().__init__(name, "Every hyperparameter by quality", parent)
        self._laid: tuple[float, float, Array, Array] | None = None

    def show_points(self, found: ScoredPoints, space_: SearchSpace, title: Title) -> None:
        """Show other trials."""
        self._found, self._space, self._laid = found, space_, None
        self.explain("" if len(found.numbers) else "The trials appear here once one has a score.")
        more = words_of_newest(most_each(len(found.names)), len(found.numbers))
        if failed := words_of_newest(MOST_CROSSES, len(found.failed)):
            more += f"{failed} failed"
        self.say(title._replace(remark=f"{title.remark}{more}"))
        self.describe(
            f"{self.headline.sentence}. {len(found.numbers)} trials along {len(found.names)} hyperparameters."
        )
        self.refresh()

    def resized(self) -> None:
        """Discs are laid anew."""
        self._laid = None

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A row a hyperparameter."""
        found = self._found
        if found is None or not len(found.names) or not len(found.numbers):
            return
        left, height, x, y = self._lay(room)
        colours, metrics = tokens(), QFontMetricsF(font_dim())
        for row, name in enumerate(found.names):
            top = row * height
            frame = self._row(room, left, height, row)
            painter.setPen(pen(colours.line))
            painter.drawLine(QLineF(frame.box.left(), frame.box.bottom(), frame.box.right(), frame.box.bottom()))
            words = QRectF(0.0, top, left - space(12), height - metrics.height())
            draw_words(painter, words, name_words(name), colours.outer, font_text(), RIGHT | MIDDLE)
            frame.draw_x(painter, range_ticks(self._space[name], 6))
            failed = found.failed[-MOST_CROSSES:, row]
            middle = np.full(len(failed), float(frame.py(0.5)))
            draw_crosses(painter, frame.px(failed), middle, float(space(3)), colours.bad, 1.2)
        for quality in reversed(range(len(STRENGTHS))):
            rows = found.quality == quality
            draw_discs(painter, x[rows].ravel(), y[rows].ravel(), space(3), colours.outer, STRENGTHS[quality])

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """The selected trial in every row."""
        found = self._found
        chosen = None if found is None else row_of(found.numbers, self._chosen)
        if found is None or chosen is None or not len(found.names):
            return
        _, _, x, y = self._lay(room)
        for column in range(len(found.names)):
            if np.isfinite(x[chosen, column]):
                draw_chosen(painter, QPointF(float(x[chosen, column]), float(y[chosen, column])), float(space(5)))

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse."""
        found = self._found
        if found is None or not len(found.numbers) or not len(found.names):
            return None
        _, _, x, y = self._lay(QRectF(self.surface.rect()))
        index = nearest_point(at, x.ravel(), y.ravel())
        return None if index is None else int(found.numbers[index // x.shape[1]])

    # -- inside ------------------------------------------------------------------------------------------------------

    def _row(self, room: QRectF, left: float, height: float, row: int) -> Frame:
        below = QFontMetricsF(font_dim()).height() + space(6)
        box = QRectF(
            left, row * height + space(2), max(room.width() - left - space(14), 10.0), height - below - space(4)
        )
        return Frame(box, (0.0, 1.0), (0.0, 1.0))

    def _lay(self, room: QRectF) -> tuple[float, float, Array, Array]:
        """Where names end, how tall a row is, and where each disc lies (n, d): beside others that are in its way."""
        found = self._found
        assert found is not None
        if self._laid is not None:
            return self._laid
        metrics = QFontMetricsF(font_text())
        widest = max(metrics.horizontalAdvance(name_words(name)) for name in found.names) + space(16)
        left = min(widest, WIDEST_NAME * room.width())
        height = min(room.height() / len(found.names), float(space(TALLEST)))
        x = np.full(found.places.shape, np.nan)
        y = np.full(found.places.shape, np.nan)
        size = float(space(3))
        shown = np.zeros(len(found.numbers), dtype=bool)
        shown[-most_each(len(found.names)) :] = True
        for column in range(len(found.names)):
            frame = self._row(room, left, height, column)
            known = np.flatnonzero(np.isfinite(found.places[:, column]) & shown)
            known = known[np.argsort(found.rank[known], kind="stable")]  # the best lie on the line itself
            across = frame.px(found.places[known, column])
            x[known, column] = across
            y[known, column] = frame.box.center().y() + _swarm(across, size) * min(
                1.0, frame.box.height() / 2 / (size * 9)
            )
        self._laid = left, height, x, y
        return self._laid


def _swarm(across: Array, size: float) -> Array:
    """How far from the line each disc lies, in turn above and below those that came before within its width."""
    taken: dict[int, int] = {}
    offsets = np.zeros(len(across))
    for at, x in enumerate(across.tolist()):
        cell = int(x // (2.0 * size))
        level = taken.get(cell, 0)
        taken[cell] = level + 1
        offsets[at] = (1 if level % 2 else -1) * ((level + 1) // 2) * 1.7 * size
    return np.clip(offsets, -9 * size, 9 * size)
