"""``plot_failures``: where trials failed, over the two hyperparameters of the rule, with what the rule encloses."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.failure_rule import Condition
from engine.analysis.failure_words import condition_words, failed_words
from engine.analysis.failures import Failures
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import Categorical, SearchSpace
from engine.trials import History, State
from gui.base.text import seen
from gui.base.theme import font_dim, font_text, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.discs import draw_crosses, draw_discs
from gui.plots.frame import (
    MIDDLE,
    RIGHT,
    WIDEST_NAME,
    Frame,
    draw_chosen,
    draw_words,
    nearest_point,
    row_of,
    step_through,
    unit_words,
)
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks

MOST_DISCS = 4000  # the newest of more
MOST_NAMED = 24  # failed trials up to which each has its number
JITTER = 0.3  # of a row, by which trials of one choice lie apart


class FailuresPlot(PaintedPlot):
    """A cross failed, a ring is useless, a disc is neither."""

    keeps_picture = True

    def __init__(self, name: str = "plot_failures", parent: QWidget | None = None) -> None:
        super().__init__(name, "Where trials failed", parent)
        self.headline.hide()
        self.has_legend = True
        self._found: Failures | None = None
        self._space = SearchSpace({})
        self._axes: tuple[str, str] = ("", "")
        self._numbers: Array = np.zeros(0, dtype=int)
        self._places: Array = np.zeros((0, 2))
        self._kind: Array = np.zeros(0, dtype=int)  # 0 a disc, 1 useless, 2 failed

    @property
    def axes(self) -> tuple[str, str]:
        """The hyperparameters across and up."""
        return self._axes

    def show_failures(self, found: Failures, history: History) -> None:
        """Show other trials; ``history`` is that of the same moment."""
        self._found, self._space = found, history.space
        self._axes = _axes_of(found, history.space)
        numbers = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
        others = numbers[history.state[numbers] != State.FAILED][-MOST_DISCS:]
        self._numbers = np.concatenate([others, history.where(State.FAILED)[-MOST_DISCS:]])
        columns = [history.space.names.index(name) if name else -1 for name in self._axes]
        units = history.unit[self._numbers]
        self._places = np.column_stack(
            [units[:, column] if column >= 0 else np.full(len(units), 0.5) for column in columns]
        )
        self._kind = np.zeros(len(self._numbers), dtype=int)
        self._kind[np.isin(self._numbers, found.useless)] = 1
        self._kind[history.state[self._numbers] == State.FAILED] = 2
        self.describe(f"{int((self._kind == 2).sum())} failed and {int((self._kind == 1).sum())} useless trials.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials, places from 0 to 1 along both ranges, and what became of them."""
        words = np.array(["", "useless", "failed"], dtype=object)[self._kind]
        return ("trial", *self._axes, "outcome"), (self._numbers, *self._places.T, words)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The enclosed area first, then trials, failed ones last with their numbers."""
        found = self._found
        if found is None or not self._axes[0]:
            return
        frame, colours, metrics = self._frame(room), tokens(), QFontMetricsF(font_dim())
        across, up = (self._space[name] if name else None for name in self._axes)
        ticks = range_ticks(up, 5) if up is not None else []
        for place, words in ticks:
            y = float(frame.py(place))
            painter.setPen(pen(colours.line))
            painter.drawLine(QPointF(frame.box.left(), y), QPointF(frame.box.right(), y))
            box = QRectF(0.0, y - metrics.height(), frame.box.left() - space(10), 2 * metrics.height())
            is_choice = isinstance(up, Categorical)
            shade, font = (colours.outer, font_text()) if is_choice else (colours.dim, font_dim())
            draw_words(painter, box, words, shade, font, RIGHT | MIDDLE)
        self._paint_rule(painter, frame, found)
        assert across is not None
        frame.draw_x(painter, range_ticks(across, 6), name_words(self._axes[0]))
        marks_x, marks_y = self._pixels(frame)
        size, hollow, failed = float(space(3.5)), self._kind == 1, self._kind == 2
        draw_discs(painter, marks_x[self._kind == 0], marks_y[self._kind == 0], size, colours.outer, 0.5)
        draw_discs(painter, marks_x[hollow], marks_y[hollow], size, colours.window, 1.0, rim=colours.bad)
        draw_crosses(painter, marks_x[failed], marks_y[failed], float(space(4)), colours.bad)
        if failed.sum() <= MOST_NAMED:
            painter.setFont(font_dim())
            painter.setPen(colour(colours.text))
            for at in np.flatnonzero(failed & np.isfinite(marks_x) & np.isfinite(marks_y)).tolist():
                painter.drawText(QPointF(marks_x[at] + space(7), marks_y[at] + space(4)), str(int(self._numbers[at])))
        if self.has_legend:
            painter.setFont(font_dim())
            painter.setPen(colour(colours.dim))
            painter.drawText(QPointF(frame.box.left(), metrics.ascent() + space(2)), self.legend)

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """The selected trial."""
        row = row_of(self._numbers, self._chosen)
        if row is None or self._found is None or not self._axes[0]:
            return
        x, y = self._pixels(self._frame(room))
        if math.isfinite(x[row]) and math.isfinite(y[row]):
            draw_chosen(painter, QPointF(float(x[row]), float(y[row])), float(space(8)))

    @property
    def legend(self) -> str:
        """What the marks are."""
        return "cross: failed · " + ("ring: useless · " if (self._kind == 1).any() else "") + "disc: the rest"

    def trial_at(self, at: QPointF) -> int | None:
        """The mark under the mouse; failed ones first."""
        if self._found is None or not self._axes[0] or not len(self._numbers):
            return None
        x, y = self._pixels(self._frame(QRectF(self.surface.rect())))
        failed = self._kind == 2
        index = nearest_point(at, np.where(failed, x, np.nan), np.where(failed, y, np.nan))
        index = nearest_point(at, x, y) if index is None else index
        return None if index is None else int(self._numbers[index])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Where it lies, and how it failed."""
        row = row_of(self._numbers, number)
        found = self._found
        if row is None or found is None:
            return ()
        where = ", ".join(
            f"{name_words(name)} {unit_words(self._space[name], self._places[row, at])}"
            for at, name in enumerate(self._axes)
            if name and math.isfinite(self._places[row, at])
        )
        failed = next((one for one in found.trials if one.number == number), None)
        return (f"trial {number}", where, failed_words(failed) if failed is not None else "")

    def neighbour(self, step: int) -> int | None:
        """The next failed trial."""
        return step_through(np.sort(self._numbers[self._kind == 2]), self._chosen, step)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _frame(self, room: QRectF) -> Frame:
        up = self._space[self._axes[1]] if self._axes[1] else None
        is_choice = isinstance(up, Categorical)
        metrics = QFontMetricsF(font_text() if is_choice else font_dim())
        words = [text for _, text in range_ticks(up, 5)] if up is not None else [""]
        widest = max((metrics.horizontalAdvance(seen(text)) for text in words), default=0.0)
        left = min(widest, space(WIDEST_NAME)) + space(14)
        dim = QFontMetricsF(font_dim())
        top = dim.height() + space(12)
        below = 2 * dim.height() + space(12)
        box = QRectF(left, top, max(room.width() - left - space(18), 10.0), max(room.height() - top - below, 10.0))
        return Frame(box, (0.0, 1.0), (1.0, 0.0) if is_choice else (0.0, 1.0))

    def _pixels(self, frame: Frame) -> tuple[Array, Array]:
        """Where marks lie; those of one choice a little apart, by their numbers, so that they stay where they are."""
        x, y = frame.px(self._places[:, 0]), frame.py(self._places[:, 1])
        for column, pixels, size in ((0, x, frame.box.width()), (1, y, frame.box.height())):
            one = self._space[self._axes[column]] if self._axes[column] else None
            if isinstance(one, Categorical):
                apart = (self._numbers * 0.6180339887) % 1.0 - 0.5  # golden ratio: even for any run of numbers
                pixels += apart * JITTER * size / one.levels
        return x, y

    def _paint_rule(self, painter: QPainter, frame: Frame, found: Failures) -> None:
        """The places that meet the conditions on both axes."""
        if found.rule is None:
            return
        spans = [
            _spans([one for one in found.rule.conditions if one.name == name], self._space, name) for name in self._axes
        ]
        shade = tokens().bad
        for left, right in spans[0]:
            for low, high in spans[1]:
                area = QRectF(frame.at(left, low), frame.at(right, high)).normalized()
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(brush(shade, 0.1))
                painter.drawRect(area)
                painter.setPen(pen(shade, 1.4))
                if 0.0 < left < 1.0:
                    painter.drawLine(area.topLeft(), area.bottomLeft())
                if 0.0 < right < 1.0:
                    painter.drawLine(area.topRight(), area.bottomRight())
        first = next((one for one in found.rule.conditions if one.name == self._axes[0] and not one.choices), None)
        if first is not None:
            metrics = QFontMetricsF(font_dim())
            words = condition_words(first, self._space)
            x = float(frame.px(spans[0][0][0] if first.low is not None else spans[0][0][1]))
            width = metrics.horizontalAdvance(words)
            left = min(max(x - (0.0 if first.low is not None else width), frame.box.left()), frame.box.right() - width)
            painter.setFont(font_dim())
            painter.setPen(colour(shade))
            painter.drawText(QPointF(left, frame.box.top() - space(4)), words)


def _axes_of(found: Failures, space_: SearchSpace) -> tuple[str, str]:
    """What the rule is about: a number across where there is one, a choice up; without a rule the first of each."""
    named = [one.name for one in found.rule.conditions] if found.rule is not None else []
    varying = [name for name, one in space_.items() if one.levels != 1]
    wanted = [*dict.fromkeys(named), *(name for name in varying if name not in named)]
    if not wanted:
        return "", ""
    numbers = [name for name in wanted if not isinstance(space_[name], Categorical)]
    choices = [name for name in wanted if isinstance(space_[name], Categorical)]
    if not numbers:
        return choices[0], choices[1] if len(choices) > 1 else ""
    others = [name for name in wanted if name != numbers[0]]
    second = next((name for name in others if name in named), None)
    return numbers[0], second or (choices[0] if choices else others[0] if others else "")


def _spans(conditions: list[Condition], space_: SearchSpace, name: str) -> list[tuple[float, float]]:
    """The parts of the unit interval that meet all conditions about one hyperparameter; all of it without any."""
    spans = [(0.0, 1.0)]
    for one in conditions:
        hyperparameter = space_[name]
        if isinstance(hyperparameter, Categorical):
            wanted = {hyperparameter.to_number(choice) for choice in one.choices}
            levels = hyperparameter.levels
            return [(at / levels, (at + 1) / levels) for at in range(levels) if float(at) in wanted]
        ends = [0.0, 1.0]
        for place, bound in enumerate((one.low, one.high)):
            if bound is not None:
                ends[place] = float(hyperparameter.to_unit(np.array([float(bound)]))[0])
        spans = [(max(low, ends[0]), min(high, ends[1])) for low, high in spans]
    return spans
