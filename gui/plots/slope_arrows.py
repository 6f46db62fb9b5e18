"""``plot_hypergradient``: trials over two hyperparameters, each with an arrow the way its validation loss falls."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.analysis.slopes import Slopes, slopes_title, steepest_of
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.formats import number_text, score_text
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.discs import draw_discs
from gui.plots.frame import (
    CENTRE,
    MIDDLE,
    WIDEST_NAME,
    Frame,
    draw_chosen,
    draw_words,
    nearest_point,
    step_through,
)
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks

SHORTEST, LONGEST = 10.0, 34.0  # pixels of the design
DECADES = 3.0  # of slopes between the shortest and the longest arrow
SHADES = 8  # of discs between the worst and the best score
NAMED = 12  # trials up to which each has its number


class SlopeArrowsPlot(PaintedPlot):
    """Over the two hyperparameters of the steepest slopes; with one alone all lie on a line."""

    keeps_picture = True

    def __init__(self, name: str = "plot_hypergradient", parent: QWidget | None = None) -> None:
        super().__init__(name, "Which way the validation loss falls", parent)
        self.headline.most_lines = 2
        self._found: Slopes | None = None
        self._space = SearchSpace({})
        self._pair: tuple[int, int | None] = (0, None)
        self._steepness = np.zeros(0)  # of each trial, as a share of the steepest one's

    def show_slopes(self, found: Slopes, space_: SearchSpace, empty: str = "") -> None:
        """Show other trials, or a sentence where none told slopes."""
        self._found, self._space = found, space_
        title = slopes_title(found)
        self.explain("" if len(found.numbers) else empty)
        self.say(title)
        if len(found.numbers):
            columns, self._steepness = steepest_of(found)
            self._pair = (columns[0], columns[1] if len(columns) > 1 else None)
        self.describe(f"{title.sentence}. {len(found.numbers)} trials told slopes.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials with their derivatives as told."""
        found = self._found
        assert found is not None
        return ("trial", "score", *(f"d_loss/d_{name}" for name in found.names)), (
            found.numbers,
            found.score,
            *found.told.T,
        )

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Arrows under discs."""
        found = self._found
        if found is None or not len(found.numbers):
            return
        frame, colours = self._frame(room), tokens()
        across, up = self._pair
        if up is not None:
            frame.draw_y(painter, range_ticks(self._space[found.names[up]], 4))
            metrics = QFontMetricsF(font_dim())
            painter.save()
            painter.setFont(font_dim())
            painter.setPen(colour(colours.outer))
            painter.translate(metrics.height() / 2, frame.box.center().y())
            painter.rotate(-90.0)
            side = QRectF(-frame.box.height() / 2, -metrics.height() / 2, frame.box.height(), metrics.height())
            painter.drawText(side, CENTRE | MIDDLE, name_words(found.names[up]))
            painter.restore()
        frame.draw_x(painter, range_ticks(self._space[found.names[across]], 5), name_words(found.names[across]))
        x, y = self._pixels(frame)
        self._paint_arrows(painter, x, y, frame)
        shades = np.round(SHADES * found.rank_share)
        for shade in range(SHADES + 1):
            rows = shades == shade
            draw_discs(painter, x[rows], y[rows], space(4), colours.outer, 0.35 + 0.55 * shade / SHADES)
        if len(x) <= NAMED:
            for row in range(len(x)):
                self._paint_name(painter, row, QPointF(float(x[row]), float(y[row])), font_dim(), colours.dim)

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """The selected trial, named."""
        row = None if self._found is None else self._found.row(self._chosen)
        if row is not None:
            x, y = self._pixels(self._frame(room))
            at = QPointF(float(x[row]), float(y[row]))
            draw_chosen(painter, at, float(space(7)))
            self._paint_name(painter, row, at, font_strong(), tokens().text)

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse."""
        found = self._found
        if found is None or not len(found.numbers):
            return None
        index = nearest_point(at, *self._pixels(self._frame(QRectF(self.surface.rect()))))
        return None if index is None else int(found.numbers[index])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its score and its slopes."""
        found = self._found
        assert found is not None
        row = found.row(number)
        assert row is not None
        told = [
            f"{name_words(name)} {number_text(float(v), 2)}"
            for name, v in zip(found.names, found.told[row], strict=True)
        ]
        return (
            f"trial {number}: {score_text(float(found.score[row]))}",
            "slopes of the validation loss by",
            ", ".join(told),
        )

    def neighbour(self, step: int) -> int | None:
        """The next trial that told slopes."""
        return None if self._found is None else step_through(self._found.numbers, self._chosen, step)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _frame(self, room: QRectF) -> Frame:
        found = self._found
        assert found is not None
        metrics = QFontMetricsF(font_dim())
        left = float(space(10))
        if self._pair[1] is not None:
            words = [text for _, text in range_ticks(self._space[found.names[self._pair[1]]], 4)]
            widest = max((metrics.horizontalAdvance(text) for text in words), default=0.0)
            left = metrics.height() + min(widest, space(WIDEST_NAME)) + space(14)
        below = 2 * metrics.height() + space(12)
        box = QRectF(
            left, space(6), max(room.width() - left - space(20), 10.0), max(room.height() - below - space(6), 10.0)
        )
        return Frame(box, (-0.03, 1.03), (-0.05, 1.05))

    def _pixels(self, frame: Frame) -> tuple[Array, Array]:
        found = self._found
        assert found is not None
        across, up = self._pair
        y = found.places[:, up] if up is not None else np.full(len(found.numbers), 0.5)
        return frame.px(found.places[:, across]), frame.py(y)

    def _paint_name(self, painter: QPainter, row: int, at: QPointF, font: QFont, shade: str) -> None:
        found = self._found
        assert found is not None
        words = f"{int(found.numbers[row])} · {score_text(float(found.score[row]))}"
        box = QRectF(at.x() - space(50), at.y() + space(6), space(100), QFontMetricsF(font).height())
        draw_words(painter, box, words, shade, font, CENTRE | MIDDLE)

    def _paint_arrows(self, painter: QPainter, x: Array, y: Array, frame: Frame) -> None:
        """One arrow a trial, all in one stroke and their heads in one fill."""
        found = self._found
        assert found is not None
        across, up = self._pair
        dx = -np.nan_to_num(found.slopes[:, across]) * frame.box.width()
        dy = np.zeros(len(x)) if up is None else np.nan_to_num(found.slopes[:, up]) * frame.box.height()
        length = np.hypot(dx, dy)
        shown = (length > 0.0) & (self._steepness > 0.0) & np.isfinite(x) & np.isfinite(y)
        x, y, ux, uy = x[shown], y[shown], dx[shown] / length[shown], dy[shown] / length[shown]
        share = np.maximum(0.0, 1.0 + np.log10(self._steepness[shown]) / DECADES)
        long = space(SHORTEST) + (space(LONGEST) - space(SHORTEST)) * share
        ends = np.column_stack([x + ux * long, y + uy * long])
        lines = np.column_stack([x, y, ends]).tolist()
        painter.setPen(pen(tokens().inner, 1.8))
        painter.drawLines([QLineF(*line) for line in lines])
        head, heads = float(space(5)), QPainterPath()
        heads.setFillRule(Qt.FillRule.WindingFill)
        for (_, _, right, down), across_by, up_by in zip(lines, ux.tolist(), uy.tolist(), strict=True):
            back, side = QPointF(right - across_by * head, down - up_by * head), QPointF(-up_by, across_by) * head * 0.5
            tip = QPointF(right + across_by * 2, down + up_by * 2)
            heads.addPolygon(QPolygonF([tip, back + side, back - side]))
            heads.closeSubpath()
        painter.fillPath(heads, brush(tokens().inner))
