"""``plot_score_slices``: the score over each hyperparameter, a small chart each, on one value axis."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis import robust_range
from engine.analysis.scored_points import ScoredPoints
from engine.analysis.title import Title, name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.theme import font_dim, font_text, space, tokens
from gui.plots.axes import tick_text, ticks
from gui.plots.discs import draw_discs, most_each, words_of_newest
from gui.plots.frame import (
    CENTRE,
    MIDDLE,
    Frame,
    draw_chosen,
    draw_words,
    nearest_point,
    row_of,
    value_range,
)
from gui.plots.points_plot import PointsPlot
from gui.plots.range_ticks import range_ticks

NARROWEST = 210  # pixels of the design that a chart has at least; more of them wrap
PALEST = 0.16  # of the first trial; the last one is at full strength


class ScoreSlicesPlot(PointsPlot):
    """Later trials are stronger; ``L`` shows the bad scores that the axis leaves out."""

    switches_axis = True
    keeps_picture = True

    def __init__(self, name: str = "plot_score_slices", parent: QWidget | None = None) -> None:
        super().__init__(name, "Score over each hyperparameter", parent)
        self._bounds = ((0.0, 1.0), (0.0, 1.0))

    def show_points(self, found: ScoredPoints, space_: SearchSpace, title: Title, *, minimize: bool) -> None:
        """Show other trials."""
        self._found, self._space = found, space_
        known = robust_range(found.score, minimize)
        every = value_range(found.score)
        self._bounds = (every if known is None else value_range(np.array(known)), every)
        self.explain("" if len(found.numbers) and found.names else "The scores appear here once a trial has one.")
        more = words_of_newest(most_each(len(found.names)), len(found.numbers))
        self.say(title._replace(remark=f"{title.remark}{more}"))
        self.describe(f"{self.headline.sentence}. {len(found.numbers)} trials over {len(found.names)} hyperparameters.")
        self.refresh()

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A chart beside and below the other."""
        found = self._found
        if found is None or not len(found.numbers) or not found.names:
            return
        strength = np.linspace(PALEST, 0.8, len(found.numbers))
        newest = slice(-most_each(len(found.names)), None)
        for column, frame in enumerate(self._frames(room)):
            name = found.names[column]
            is_first = frame.box.left() <= self._left() + 1.0
            height = QFontMetricsF(font_text()).height()
            words = QRectF(frame.box.left(), frame.box.top() - height - space(4), frame.box.width(), height)
            draw_words(painter, words, name_words(name), tokens().outer, font_text(), CENTRE | MIDDLE)
            frame.draw_y(painter, [(v, words if is_first else "") for v, words in self._value_ticks(frame)])
            frame.draw_x(painter, range_ticks(self._space[name], 3))
            x, y = frame.px(found.places[newest, column]), self._down(frame)[newest]
            draw_discs(painter, x, y, space(3), tokens().outer, strength[newest])

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """The selected trial in every chart."""
        found = self._found
        row = None if found is None else row_of(found.numbers, self._chosen)
        if found is None or row is None or not found.names:
            return
        for column, frame in enumerate(self._frames(room)):
            x, y = float(frame.px(found.places[row, column])), float(self._down(frame)[row])
            if math.isfinite(x):
                draw_chosen(painter, QPointF(x, y), float(space(5)))

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse."""
        found = self._found
        if found is None or not len(found.numbers) or not found.names:
            return None
        for column, frame in enumerate(self._frames(QRectF(self.surface.rect()))):
            if frame.box.adjusted(-8, -8, 8, 8).contains(at):
                index = nearest_point(at, frame.px(found.places[:, column]), self._down(frame))
                return None if index is None else int(found.numbers[index])
        return None

    # -- inside ------------------------------------------------------------------------------------------------------

    def _range(self) -> tuple[float, float]:
        return self._bounds[self.log]

    def _value_ticks(self, frame: Frame) -> list[tuple[float, str]]:
        step, values = ticks(*frame.y, 4)
        return [(value, tick_text(value, step)) for value in values]

    def _down(self, frame: Frame) -> Array:
        found = self._found
        assert found is not None
        return np.clip(frame.py(found.score), frame.box.top(), frame.box.bottom())

    def _left(self) -> float:
        metrics, (low, high) = QFontMetricsF(font_dim()), self._range()
        step, values = ticks(low, high, 4)
        return max((metrics.horizontalAdvance(tick_text(value, step)) for value in values), default=0.0) + space(10)

    def _frames(self, room: QRectF) -> list[Frame]:
        found = self._found
        assert found is not None
        left, gap = self._left(), float(space(16))
        width = room.width() - left - space(10)
        across = max(1, min(len(found.names), int((width + gap) // (space(NARROWEST) + gap))))
        down = -(-len(found.names) // across)
        across = -(-len(found.names) // down)
        above = QFontMetricsF(font_text()).height() + space(6)
        below = QFontMetricsF(font_dim()).height() + space(14)
        each = QRectF(0.0, 0.0, (width - gap * (across - 1)) / across, room.height() / down - above - below)
        y = self._range()
        return [
            Frame(
                QRectF(
                    left + (at % across) * (each.width() + gap),
                    (at // across) * room.height() / down + above,
                    max(each.width(), 10.0),
                    max(each.height(), 10.0),
                ),
                (0.0, 1.0),
                y,
            )
            for at in range(len(found.names))
        ]
