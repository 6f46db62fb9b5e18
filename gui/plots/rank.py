"""``plot_rank``: trials over two hyperparameters, the shade says how good each is among all."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.scored_points import ScoredPoints
from engine.analysis.title import Title, name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.formats import score_text
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import colour
from gui.plots.discs import draw_crosses, draw_discs
from gui.plots.frame import (
    CENTRE,
    MIDDLE,
    WIDEST_NAME,
    Frame,
    draw_chosen,
    nearest_point,
    row_of,
)
from gui.plots.heat import shade_of
from gui.plots.points_plot import PointsPlot
from gui.plots.range_ticks import range_ticks

MOST_DISCS = 5000  # the newest of more
SHADES = 24  # from the worst to the best


class RankPlot(PointsPlot):
    """Bright is good, in cividis; crosses failed."""

    keeps_picture = True

    def __init__(self, name: str = "plot_rank", parent: QWidget | None = None) -> None:
        super().__init__(name, "Rank over two hyperparameters", parent)
        self._pair = (0, 0)

    def show_points(self, found: ScoredPoints, space_: SearchSpace, pair: tuple[int, int], title: Title) -> None:
        """Show the trials over two of the hyperparameters of ``found``, by their places there."""
        self._found, self._space, self._pair = found, space_, pair
        self.explain("" if len(found.numbers) and len(found.names) > 1 else "It takes two hyperparameters that vary.")
        more = f" · the newest {MOST_DISCS:,} of {len(found.numbers):,}" if len(found.numbers) > MOST_DISCS else ""
        self.say(title._replace(remark=f"{title.remark}{more}"))
        self.describe(f"{title.sentence}. {len(found.numbers)} trials.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials, both places from 0 to 1, and the rank from 0 for the best."""
        found = self._found
        assert found is not None
        names = ("trial", *(found.names[at] for at in self._pair), "rank")
        return names, (found.numbers, *(found.places[:, at] for at in self._pair), found.rank)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Poor ones first, so that good ones lie on top."""
        found = self._found
        if found is None or not len(found.numbers) or len(found.names) < 2:
            return
        frame, (across, up) = self._frame(room), (found.names[at] for at in self._pair)
        frame.draw_y(painter, range_ticks(self._space[up], 5))
        frame.draw_x(painter, range_ticks(self._space[across], 6), name_words(across))
        metrics = QFontMetricsF(font_dim())
        painter.save()
        painter.setPen(colour(tokens().outer))
        painter.translate(metrics.ascent(), frame.box.center().y())
        painter.rotate(-90.0)
        side = QRectF(-frame.box.height() / 2, -metrics.ascent(), frame.box.height(), metrics.height())
        painter.drawText(side, CENTRE | MIDDLE, name_words(up))
        painter.restore()
        failed = found.failed[-MOST_DISCS:, list(self._pair)]
        draw_crosses(painter, frame.px(failed[:, 0]), frame.py(failed[:, 1]), float(space(3)), tokens().bad, 1.2)
        x, y = self._pixels(frame)
        shown = np.flatnonzero(np.arange(len(x)) >= len(x) - MOST_DISCS)
        shades = np.round(SHADES * (1.0 - found.rank[shown]))
        for shade in range(SHADES + 1):  # the best last, above all
            rows, filled = shown[shades == shade], QColor(*shade_of(shade / SHADES)).name()
            draw_discs(painter, x[rows], y[rows], space(5), filled, 1.0, rim=tokens().text)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """The selected trial."""
        found = self._found
        row = None if found is None else row_of(found.numbers, self._chosen)
        if found is None or row is None or len(found.names) < 2:
            return
        x, y = self._pixels(self._frame(room))
        if math.isfinite(x[row]) and math.isfinite(y[row]):
            draw_chosen(painter, QPointF(float(x[row]), float(y[row])), float(space(8)))

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse."""
        found = self._found
        if found is None or not len(found.numbers) or len(found.names) < 2:
            return None
        index = nearest_point(at, *self._pixels(self._frame(QRectF(self.surface.rect()))))
        return None if index is None else int(found.numbers[index])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its score and both values."""
        found = self._found
        assert found is not None
        row = row_of(found.numbers, number)
        assert row is not None
        place = f"{1 + int(found.rank[row] * len(found.numbers))} of {len(found.numbers):,}"
        return f"trial {number}: {score_text(float(found.score[row]))}, {place}", self._values_of(row, self._pair)

    def _frame(self, room: QRectF) -> Frame:
        metrics = QFontMetricsF(font_dim())
        found = self._found
        assert found is not None
        words = [text for _, text in range_ticks(self._space[found.names[self._pair[1]]], 5)]
        widest = max((metrics.horizontalAdvance(text) for text in words), default=0.0)
        left = metrics.height() + min(widest, space(WIDEST_NAME)) + space(18)
        below = 2 * metrics.height() + space(12)
        box = QRectF(
            left, space(8), max(room.width() - left - space(14), 10.0), max(room.height() - below - space(8), 10.0)
        )
        return Frame(box, (-0.02, 1.02), (-0.02, 1.02))

    def _pixels(self, frame: Frame) -> tuple[Array, Array]:
        found = self._found
        assert found is not None
        return frame.px(found.places[:, self._pair[0]]), frame.py(found.places[:, self._pair[1]])
