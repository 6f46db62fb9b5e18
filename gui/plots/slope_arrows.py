"""``plot_hypergradient``: trials over two hyperparameters, each with an arrow the way its validation loss falls."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.analysis.slopes import Slopes, slopes_title
from engine.analysis.title import name_words
from engine.space import SearchSpace
from gui.base.formats import number_text, score_text
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.colours import brush, colour, pen
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
from gui.plots.plot_base import Array
from gui.plots.range_ticks import range_ticks

SHORTEST, LONGEST = 10.0, 34.0  # pixels of the design
DECADES = 3.0  # of slopes between the shortest and the longest arrow
NAMED = 12  # trials up to which each has its number


class SlopeArrowsPlot(PaintedPlot):
    """Over the two hyperparameters of the steepest slopes; with one alone all lie on a line."""

    def __init__(self, name: str = "plot_hypergradient", parent: QWidget | None = None) -> None:
        super().__init__(name, "Which way the validation loss falls", parent)
        self.headline.most_lines = 2
        self._found: Slopes | None = None
        self._space = SearchSpace({})
        self._pair: tuple[int, int | None] = (0, None)

    def show_slopes(self, found: Slopes, space_: SearchSpace, empty: str = "") -> None:
        """Show other trials, or a sentence where none told slopes."""
        self._found, self._space = found, space_
        title = slopes_title(found)
        self.explain("" if len(found.numbers) else empty)
        self.say(title)
        if len(found.numbers):
            sizes = np.nan_to_num(np.nanmedian(np.abs(found.slopes), axis=0))
            order = np.argsort(-sizes, kind="stable")
            self._pair = (int(order[0]), int(order[1]) if len(order) > 1 else None)
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
        for row in range(len(x)):
            self._paint_arrow(painter, row, QPointF(float(x[row]), float(y[row])), frame)
        painter.setPen(Qt.PenStyle.NoPen)
        for row in range(len(x)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(colours.outer, 0.35 + 0.55 * float(found.rank_share[row])))
            centre = QPointF(float(x[row]), float(y[row]))
            painter.drawEllipse(centre, space(4), space(4))
            number = int(found.numbers[row])
            if number == self._chosen:
                draw_chosen(painter, centre, float(space(7)))
            if len(x) <= NAMED or number == self._chosen:
                words = f"{number} · {score_text(float(found.score[row]))}"
                font = font_strong() if number == self._chosen else font_dim()
                box = QRectF(centre.x() - space(50), centre.y() + space(6), space(100), QFontMetricsF(font).height())
                draw_words(
                    painter, box, words, colours.text if number == self._chosen else colours.dim, font, CENTRE | MIDDLE
                )

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

    def _paint_arrow(self, painter: QPainter, row: int, start: QPointF, frame: Frame) -> None:
        found = self._found
        assert found is not None
        across, up = self._pair
        dx = -float(np.nan_to_num(found.slopes[row, across])) * frame.box.width()
        dy = float(np.nan_to_num(found.slopes[row, up])) * frame.box.height() if up is not None else 0.0
        length = math.hypot(dx, dy)
        sizes = np.linalg.norm(np.nan_to_num(found.slopes[:, [across] if up is None else [across, up]]), axis=1)
        size, top = float(sizes[row]), float(sizes.max())
        if length == 0.0 or size == 0.0 or top == 0.0:
            return
        share = max(0.0, 1.0 + math.log10(size / top) / DECADES)
        long = space(SHORTEST) + (space(LONGEST) - space(SHORTEST)) * share
        ux, uy = dx / length, dy / length
        end = QPointF(start.x() + ux * long, start.y() + uy * long)
        painter.setPen(pen(tokens().inner, 1.8))
        painter.drawLine(QLineF(start, end))
        head = float(space(5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tokens().inner))
        back = QPointF(end.x() - ux * head, end.y() - uy * head)
        side = QPointF(-uy * head * 0.5, ux * head * 0.5)
        painter.drawPolygon(QPolygonF([end + QPointF(ux * 2, uy * 2), back + side, back - side]))
