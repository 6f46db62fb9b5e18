"""``plot_front``: objectives against each other, the trials that none beats, and what they have attained."""

from __future__ import annotations

import itertools
import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.front import Front
from engine.analysis.front_shape import FrontShape, attained_steps, front_title
from engine.arrays import Array
from gui.base.formats import score_text
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.discs import draw_discs
from gui.plots.frame import (
    CENTRE,
    LEFT,
    MIDDLE,
    Frame,
    draw_chosen,
    draw_words,
    nearest_point,
    row_of,
    step_through,
    value_range,
)
from gui.plots.painted import PaintedPlot

MOST_PAIRS = 3  # charts side by side: three objectives
WIDE = 30.0  # the factor between scores from which an axis is logarithmic; a guess
MOST_DISCS = 4000  # the newest of those off the front


class FrontPlot(PaintedPlot):
    """One chart for two objectives, one a pair for three. ``L`` turns the scales of the axes."""

    switches_axis = True

    def __init__(self, name: str = "plot_front", parent: QWidget | None = None) -> None:
        super().__init__(name, "Pareto front", parent)
        self._found: FrontShape | None = None
        self._names: tuple[str, ...] = ()

    def show_front(self, found: FrontShape, names: tuple[str, ...]) -> None:
        """Show another front; ``names`` are those of the objectives."""
        self._found, self._names = found, names
        title = front_title(found, names)
        self.explain("" if len(found.numbers) else "The front appears here once a trial has all its scores.")
        self.say(title)
        self.describe(f"{title.sentence}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials with their scores, and which are on the front."""
        found = self._found
        assert found is not None
        is_best = np.isin(found.numbers, found.front.numbers)
        return ("trial", *self._names, "on_front"), (found.numbers, *found.scores.T, is_best)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A chart a pair of objectives."""
        found = self._found
        if found is None or not len(found.numbers):
            return
        colours = tokens()
        is_best = np.isin(found.numbers, found.front.numbers)
        for (one, other), frame in self._frames(room):
            frame.draw_y(painter)
            frame.draw_x(painter, None, self._named(one))
            self._name_up(painter, frame, other)
            if found.scores.shape[1] == 2:
                for at, (count, front) in enumerate(found.stages):
                    self._draw_attained(painter, frame, front, 0.25 + 0.2 * at)
                    self._write_stage(painter, frame, front, f"after {count:,}")
                self._draw_attained(painter, frame, found.front, 1.0)
            x, y = frame.px(found.scores[:, one]), frame.py(found.scores[:, other])
            others = np.flatnonzero(~is_best)[-MOST_DISCS:]
            draw_discs(painter, x[others], y[others], float(space(3)), colours.outer, 0.3)
            draw_discs(painter, x[is_best], y[is_best], float(space(4.5)), colours.outer, 1.0)
            self._mark_knee(painter, frame, x, y)
            row = row_of(found.numbers, self._chosen)
            if row is not None and math.isfinite(x[row]):
                draw_chosen(painter, QPointF(float(x[row]), float(y[row])), float(space(7)))

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse; those of the front first."""
        found = self._found
        if found is None or not len(found.numbers):
            return None
        is_best = np.isin(found.numbers, found.front.numbers)
        for (one, other), frame in self._frames(QRectF(self.surface.rect())):
            x, y = frame.px(found.scores[:, one]), frame.py(found.scores[:, other])
            index = nearest_point(at, np.where(is_best, x, np.nan), np.where(is_best, y, np.nan))
            index = nearest_point(at, x, y) if index is None else index
            if index is not None:
                return int(found.numbers[index])
        return None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its scores."""
        found = self._found
        assert found is not None
        row = row_of(found.numbers, number)
        assert row is not None
        scores = [
            f"{seen(name)} {score_text(float(v))}" for name, v in zip(self._names, found.scores[row], strict=True)
        ]
        return (f"trial {number}", *scores[:2]) if len(scores) < 3 else (f"trial {number}", ", ".join(scores))

    def neighbour(self, step: int) -> int | None:
        """The next member of the front."""
        return None if self._found is None else step_through(self._found.front.numbers, self._chosen, step)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _named(self, objective: int) -> str:
        found = self._found
        assert found is not None
        return f"{self._names[objective]}, {'lower' if found.signs[objective] > 0 else 'higher'} is better"

    def _name_up(self, painter: QPainter, frame: Frame, objective: int) -> None:
        metrics = QFontMetricsF(font_dim())
        painter.save()
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().outer))
        painter.translate(frame.box.left() - self._label_width() - space(4), frame.box.center().y())
        painter.rotate(-90.0)
        side = QRectF(-frame.box.height() / 2, -metrics.height() / 2, frame.box.height(), metrics.height())
        painter.drawText(side, CENTRE | MIDDLE, seen(self._named(objective)))
        painter.restore()

    def _label_width(self) -> float:
        return QFontMetricsF(font_dim()).horizontalAdvance("000,000") + space(14)

    def _frames(self, room: QRectF) -> list[tuple[tuple[int, int], Frame]]:
        found = self._found
        assert found is not None
        pairs = list(itertools.combinations(range(found.scores.shape[1]), 2))[:MOST_PAIRS]
        logs = [self._is_log(column) for column in found.scores.T]
        ranges = [value_range(column, log=is_log) for column, is_log in zip(found.scores.T, logs, strict=True)]
        metrics, width = QFontMetricsF(font_dim()), room.width() / len(pairs)
        made = []
        for place, (one, other) in enumerate(pairs):
            left = place * width + self._label_width() + metrics.height()
            below = 2 * metrics.height() + space(12)
            box = QRectF(
                left, space(6), max((place + 1) * width - left - space(16), 10.0), max(room.height() - below, 10.0)
            )
            made.append(((one, other), Frame(box, ranges[one], ranges[other], logs[one], logs[other])))
        return made

    def _is_log(self, column: Array) -> bool:
        """Whether an axis is logarithmic: of itself where values differ by large factors, and turned round by ``L``."""
        low, high = float(column.min()), float(column.max())
        return low > 0.0 and (high > WIDE * low) != self.log

    def _draw_attained(self, painter: QPainter, frame: Frame, front: Front, share: float) -> None:
        found = self._found
        assert found is not None
        corners = attained_steps(front, found.signs)
        if not len(corners):
            return
        worst = [ends[1] if sign > 0 else ends[0] for ends, sign in zip((frame.x, frame.y), found.signs, strict=True)]
        x = np.concatenate([[corners[0, 0]], corners[:, 0], [worst[0]]])
        y = np.concatenate([[worst[1]], corners[:, 1], [corners[-1, 1]]])
        painter.save()
        painter.setClipRect(frame.box)
        painter.setPen(pen(tokens().outer, 1.6, share))
        frame.draw_line(painter, x, y)
        painter.restore()

    def _write_stage(self, painter: QPainter, frame: Frame, front: Front, words: str) -> None:
        if len(front.scores):
            at = frame.at(float(front.scores[-1, 0]), float(front.scores[-1, 1]))
            box = QRectF(at.x() + space(6), at.y() - space(16), space(90), space(16))
            draw_words(painter, box, words, tokens().dim, font_dim(), LEFT | MIDDLE)

    def _mark_knee(self, painter: QPainter, frame: Frame, x: Array, y: Array) -> None:
        found = self._found
        assert found is not None
        row = row_of(found.numbers, found.knee)
        if row is None:
            return
        at = QPointF(float(x[row]), float(y[row]))
        painter.setPen(pen(tokens().text, 1.6))
        painter.setBrush(brush(tokens().outer))
        painter.drawEllipse(at, space(6), space(6))
        words = f"knee: {found.knee}"
        width = QFontMetricsF(font_strong()).horizontalAdvance(words) + 4
        left = at.x() + space(10) if at.x() + space(10) + width < frame.box.right() else at.x() - space(10) - width
        box = QRectF(left, at.y() + space(4), width, QFontMetricsF(font_strong()).height())
        draw_words(painter, box, words, tokens().text, font_strong(), LEFT | MIDDLE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
