"""``plot_replay_slices`` and ``plot_replay_map``: what the search believed before one trial, and what it chose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis import robust_range
from engine.analysis.belief import Belief, BeliefSlice
from engine.analysis.title import Title, name_words
from engine.arrays import Array
from engine.replaying import Moment
from engine.space import Categorical
from engine.trials import History, State
from gui.base.formats import score_text
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.plots.axes import tick_text, ticks
from gui.plots.colours import brush, colour, pen
from gui.plots.discs import draw_cross, draw_crosses, draw_discs
from gui.plots.frame import (
    CENTRE,
    LEFT,
    MIDDLE,
    Frame,
    draw_words,
    nearest_point,
    value_range,
)
from gui.plots.heat import draw_heat
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks

MOST_SLICES = 4  # pages.md 1.6
PROMISE = 0.22  # of the height: where an improvement was expected
MOST_DISCS, MOST_CROSSES = 600, 150  # known trials that are drawn, the last ones: more cover each other; guesses
NOTHING = "What the search believed appears here once two trials have a score."


@dataclass(frozen=True, eq=False)
class ReplayData:
    """One moment, with the whole study's ``history`` and what is said of it."""

    moment: Moment
    history: History
    title: Title


class ReplaySlicesPlot(PaintedPlot):
    """The model along the hyperparameters that matter, below each its promise; the upright line is what was chosen."""

    def __init__(self, name: str = "plot_replay_slices", parent: QWidget | None = None) -> None:
        super().__init__(name, "What the search believed", parent)
        self.headline.most_lines = 2
        self._data: ReplayData | None = None
        self._range = (0.0, 1.0)

    def show_moment(self, data: ReplayData) -> None:
        """Show another moment; the value axis stays as long as the study does."""
        self._data = data
        known = robust_range(data.history.score, data.history.directions[0] == "minimize")
        self._range = value_range(np.array(known if known is not None else (0.0, 1.0)))
        self.explain("" if data.moment.belief is not None else NOTHING)
        self.say(data.title)
        self.describe(f"{data.title.sentence}. {data.title.remark}")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every slice: value, mean, standard deviation, promise."""
        slices = self._slices()
        names = np.array([one.name for one in slices for _ in one.values], dtype=object)
        values = np.array([value for one in slices for value in one.values], dtype=object)
        columns = [np.concatenate([getattr(one, field) for one in slices]) for field in ("mean", "std", "promise")]
        return ("hyperparameter", "value", "mean", "std", "promise"), (names, values, *columns)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A chart beside the other."""
        data = self._data
        if data is None or data.moment.belief is None:
            return
        low, high = self._range
        step, values = ticks(low, high, 4)
        for at, (one, (upper, lower)) in enumerate(zip(self._slices(), self._frames(room), strict=True)):
            words = [(value, tick_text(value, step) if at == 0 else "") for value in values]
            upper.draw_y(painter, words)
            self._paint_slice(painter, one, upper, lower, data)
            if at == 0:
                height = QFontMetricsF(font_dim()).height()
                for line, text in enumerate(("promise", "of a trial")):
                    place = QRectF(0.0, lower.box.top() + line * height, lower.box.left() - space(6), height)
                    draw_words(painter, place, text, tokens().dim, font_dim(), LEFT | MIDDLE)

    def trial_at(self, at: QPointF) -> int | None:
        """The known trial under the mouse."""
        data = self._data
        if data is None or data.moment.belief is None:
            return None
        for one, (upper, _) in zip(self._slices(), self._frames(QRectF(self.surface.rect())), strict=True):
            if upper.box.adjusted(-8, -8, 8, 8).contains(at):
                numbers, x, y = self._known(one, upper, data)
                index = nearest_point(at, x, y)
                return None if index is None else int(numbers[index])
        return None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its number and its score."""
        assert self._data is not None
        return (f"trial {number}: {score_text(float(self._data.history.score[number]))}",)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _slices(self) -> tuple[BeliefSlice, ...]:
        belief = self._data.moment.belief if self._data is not None else None
        return () if belief is None else belief.slices[:MOST_SLICES]

    def _frames(self, room: QRectF) -> list[tuple[Frame, Frame]]:
        metrics = QFontMetricsF(font_dim())
        count = max(len(self._slices()), 1)
        low, high = self._range
        step, values = ticks(low, high, 4)
        left = max(metrics.horizontalAdvance(tick_text(value, step)) for value in values) + space(10)
        left = max(left, metrics.horizontalAdvance("of a trial") + space(8))
        gap, top = float(space(20)), QFontMetricsF(font_text()).height() + space(8)
        width = (room.width() - left - gap * (count - 1) - space(4)) / count
        height = room.height() - top - metrics.height() - space(8)
        promise = PROMISE * height
        made = []
        for at in range(count):
            box = QRectF(left + at * (width + gap), top, max(width, 10.0), max(height - promise - space(8), 10.0))
            below = QRectF(box.left(), box.bottom() + space(8), box.width(), max(promise, 4.0))
            made.append((Frame(box, (0.0, 1.0), self._range), Frame(below, (0.0, 1.0), (0.0, 1.05))))
        return made

    def _known(self, one: BeliefSlice, upper: Frame, data: ReplayData) -> tuple[Array, Array, Array]:
        past = data.moment.history
        numbers = past.where(State.COMPLETE)[-MOST_DISCS:]
        column = past.space.names.index(one.name)
        x = upper.px(past.unit[numbers, column])
        return numbers, x, np.clip(upper.py(past.score[numbers]), upper.box.top(), upper.box.bottom())

    def _paint_slice(self, painter: QPainter, one: BeliefSlice, upper: Frame, lower: Frame, data: ReplayData) -> None:
        colours, belief = tokens(), data.moment.belief
        assert belief is not None
        hyperparameter = data.moment.history.space[one.name]
        height = QFontMetricsF(font_text()).height()
        head = QRectF(upper.box.left(), 0.0, upper.box.width(), height)
        draw_words(painter, head, name_words(one.name), colours.outer, font_text(), CENTRE | MIDDLE)
        lower.draw_x(painter, range_ticks(hyperparameter, 3))
        painter.save()
        painter.setClipRect(upper.box)
        if isinstance(hyperparameter, Categorical):
            self._paint_choices(painter, one, upper)
        else:
            upper.draw_band(painter, one.places, one.mean - one.std, one.mean + one.std, colours.outer)
            painter.setPen(pen(colours.outer, 2.0))
            upper.draw_line(painter, one.places, one.mean)
        painter.restore()
        _, x, y = self._known(one, upper, data)
        draw_discs(painter, x, y, float(space(3)), colours.outer, 0.45)
        self._paint_promise(painter, one, lower, is_choice=isinstance(hyperparameter, Categorical))
        value = belief.at.get(one.name)
        place = float(hyperparameter.to_unit(np.array([hyperparameter.to_number(value)], dtype=float))[0])
        across = float(upper.px(place))
        painter.setPen(pen(colours.text, 1.4))
        painter.drawLine(QLineF(across, upper.box.top(), across, lower.box.bottom()))
        self._paint_outcome(painter, upper, across, data, is_first=one is self._slices()[0])

    def _paint_choices(self, painter: QPainter, one: BeliefSlice, upper: Frame) -> None:
        """A bar of one standard deviation either side with a tick at the mean."""
        for place, mean, std in zip(one.places.tolist(), one.mean.tolist(), one.std.tolist(), strict=True):
            top, bottom = upper.at(place, mean + std), upper.at(place, mean - std)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(tokens().outer, 0.2))
            painter.drawRect(QRectF(top.x() - space(3), top.y(), space(6), bottom.y() - top.y()))
            painter.setPen(pen(tokens().outer, 2.0))
            y = float(upper.py(mean))
            painter.drawLine(QLineF(top.x() - space(8), y, top.x() + space(8), y))

    def _paint_promise(self, painter: QPainter, one: BeliefSlice, lower: Frame, *, is_choice: bool) -> None:
        colours = tokens()
        if is_choice:
            for place, promise in zip(one.places.tolist(), one.promise.tolist(), strict=True):
                top = lower.at(place, promise)
                painter.setPen(pen(colours.dim))
                painter.setBrush(brush(colours.dim, 0.2))
                painter.drawRect(QRectF(top.x() - space(6), top.y(), space(12), lower.box.bottom() - top.y()))
            return
        lower.draw_band(painter, one.places, np.zeros(len(one.places)), one.promise, colours.dim, 0.2)
        painter.setPen(pen(colours.dim, 1.4))
        lower.draw_line(painter, one.places, one.promise)

    def _paint_outcome(
        self, painter: QPainter, upper: Frame, across: float, data: ReplayData, *, is_first: bool
    ) -> None:
        """An open disc where the trial scored."""
        number, history = data.moment.number, data.history
        if number >= len(history):
            return
        if history.state[number] == State.FAILED:
            draw_cross(painter, QPointF(across, upper.box.bottom() - space(8)), float(space(5)), tokens().bad)
            return
        score = float(history.score[number])
        if not math.isfinite(score):
            return
        y = min(max(float(upper.py(score)), upper.box.top()), upper.box.bottom())
        painter.setPen(pen(tokens().outer, 2.2))
        painter.setBrush(brush(tokens().card))
        painter.drawEllipse(QPointF(across, y), space(5), space(5))
        if is_first:
            words = f"{number} scored {score_text(score)}"
            metrics = QFontMetricsF(font_strong())
            width = metrics.horizontalAdvance(words)
            right = across + space(10) + width <= upper.box.right() + space(16)
            left = across + space(10) if right else max(across - space(10) - width, upper.box.left())
            box = QRectF(left, y + space(4), width + 2, metrics.height())
            painter.fillRect(box, brush(tokens().window, 0.75))
            draw_words(painter, box, words, tokens().text, font_strong(), LEFT | MIDDLE)


class ReplayMapPlot(PaintedPlot):
    """The mean over the two numbers that matter most, the known trials on it, and the choice."""

    def __init__(self, name: str = "plot_replay_map", parent: QWidget | None = None) -> None:
        super().__init__(name, "Where it looked", parent)
        self._data: ReplayData | None = None
        self._floor: float | None = None

    def show_moment(self, data: ReplayData, metric: str) -> None:
        """Show another moment."""
        self._data = data
        belief = data.moment.belief
        has_map = belief is not None and belief.map is not None
        known = robust_range(data.history.score, data.history.directions[0] == "minimize")
        minimize = data.history.directions[0] == "minimize"
        self._floor = None if known is None else max(known) if minimize else min(known)
        self.explain("" if has_map else "A map takes two numbers that vary.")
        after = "next" if data.moment.number >= len(data.history) else f"for trial {data.moment.number}"
        remark = f"colour: predicted {metric}; pale lines: equal {metric}"
        if len(data.moment.history) > MOST_DISCS:
            remark = f"the last {MOST_DISCS} trials; {remark}"
        if belief is not None and has_map and belief.spans_little:
            remark = f"the model expects nearly the same {metric} everywhere here"
        self.say(Title("Where it looked", after, remark))
        self.describe(f"{self.headline.sentence}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The mean at each place of the map."""
        belief = self._belief()
        assert belief is not None
        assert belief.map is not None
        one, other = belief.map.values
        names = (*belief.map.names, "mean")
        return names, (
            np.repeat(np.array(one), len(other)),
            np.tile(np.array(other), len(one)),
            belief.map.mean.ravel(),
        )

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The picture, trials in white and failed ones as crosses."""
        data, belief = self._data, self._belief()
        if data is None or belief is None or belief.map is None:
            return
        frame, past = self._frame(room), data.moment.history
        across, up = belief.map.names
        minimize = belief.is_minimized
        draw_heat(painter, frame.box, belief.map.mean, minimize=minimize, floor=self._floor)
        metrics = QFontMetricsF(font_dim())
        for place, words in range_ticks(past.space[up], 3):
            y = float(frame.py(place))
            box = QRectF(0.0, y - metrics.height() / 2, frame.box.left() - space(6), metrics.height())
            draw_words(painter, box, words, tokens().dim, font_dim(), Qt.AlignmentFlag.AlignRight | MIDDLE)
        frame.draw_x(painter, range_ticks(past.space[across], 4), name_words(across))
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().outer))
        painter.save()
        painter.translate(metrics.ascent(), frame.box.center().y())
        painter.rotate(-90.0)
        side = QRectF(-frame.box.height() / 2, -metrics.ascent(), frame.box.height(), metrics.height())
        painter.drawText(side, CENTRE | MIDDLE, name_words(up))
        painter.restore()
        across_all, up_all = self._pixels(frame, past)
        complete, failed = _drawn(past)
        draw_discs(painter, across_all[complete], up_all[complete], space(2.5), "#FFFFFF", 0.9, rim="#1E2227")
        draw_crosses(painter, across_all[failed], up_all[failed], float(space(3)), "#FFFFFF", 1.4)
        chosen = [
            past.space[name].to_unit(np.array([past.space[name].to_number(belief.at[name])]))[0]
            for name in (across, up)
        ]
        at_choice = frame.at(float(chosen[0]), float(chosen[1]))
        painter.setPen(pen("#FFFFFF", 1.6))
        painter.setBrush(brush(tokens().outer))
        painter.drawEllipse(at_choice, space(6), space(6))

    def trial_at(self, at: QPointF) -> int | None:
        """The trial under the mouse."""
        data, belief = self._data, self._belief()
        if data is None or belief is None or belief.map is None:
            return None
        past = data.moment.history
        x, y = self._pixels(self._frame(QRectF(self.surface.rect())), past)
        numbers = np.concatenate(_drawn(past))
        found = nearest_point(at, x[numbers], y[numbers])
        return None if found is None else int(numbers[found])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its number and its score."""
        assert self._data is not None
        score = float(self._data.history.score[number])
        return (f"trial {number}: {score_text(score) if math.isfinite(score) else 'failed'}",)

    def _belief(self) -> Belief | None:
        return None if self._data is None else self._data.moment.belief

    def _frame(self, room: QRectF) -> Frame:
        metrics = QFontMetricsF(font_dim())
        left = metrics.horizontalAdvance("0.0001") + metrics.height() + space(10)
        below = 2 * metrics.height() + space(10)
        box = QRectF(
            left, space(4), max(room.width() - left - space(10), 10.0), max(room.height() - below - space(4), 10.0)
        )
        return Frame(box, (0.0, 1.0), (0.0, 1.0))

    def _pixels(self, frame: Frame, past: History) -> tuple[Array, Array]:
        belief = self._belief()
        assert belief is not None
        assert belief.map is not None
        columns = [past.space.names.index(name) for name in belief.map.names]
        return frame.px(past.unit[:, columns[0]]), frame.py(past.unit[:, columns[1]])


def _drawn(past: History) -> tuple[Array, Array]:
    """The complete and the failed trials that the map draws."""
    return past.where(State.COMPLETE)[-MOST_DISCS:], past.where(State.FAILED)[-MOST_CROSSES:]
