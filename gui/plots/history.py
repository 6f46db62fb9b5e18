"""The outer loop: score against trial, each trial marked by its state, and the best-so-far line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, Slot
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QPushButton, QWidget

from engine.analysis import Expected, Progress, robust_range, step_line
from engine.arrays import Array
from engine.trials import State
from gui.base.formats import count_text, score_text
from gui.base.text import plain
from gui.base.theme import space, tokens
from gui.plots.axes import nice_range, nice_step
from gui.plots.canvas import Canvas, Range
from gui.plots.cloud import Cloud, sampled
from gui.plots.colours import NO_PEN, brush, line_pen
from gui.plots.curve import Curve
from gui.plots.highlights import BestMark, Highlights, Ring
from gui.session.expected_best import expected_words, winner_curse_text


def _cross() -> QPainterPath:
    """Two thin strokes, in the unit square that marks are made in."""
    path = QPainterPath()
    for x in (-0.5, 0.5):
        path.moveTo(x, -0.5)
        path.lineTo(-x, 0.5)
    return path


SIZES = {State.WAITING: 3, State.PRUNED: 8, State.COMPLETE: 8, State.FAILED: 7}
CROWDED = 1000  # more marks are drawn half as large
MOST_POINTS = 3000  # of more than these a sample is drawn


class TrialDescriber(Protocol):
    """Says what a hover card tells of a trial."""

    def lines(self, number: int) -> tuple[str, ...]:
        """At most three lines."""


@dataclass(frozen=True, slots=True)
class Running:
    """A running trial: the share of its training that is done and its score so far, NaN where not known."""

    share: float = math.nan
    score: float = math.nan


@dataclass(frozen=True, slots=True)
class HistoryData:
    """All that the plot shows. ``score_name`` is the axis's name, ``budget`` the planned number of trials.

    ``reached`` are the scores that pruned trials had when they were ended. ``broken`` are the complete trials that
    break a constraint. ``expected`` is the expected best trial where that may be another one than the best.
    """

    progress: Progress
    minimize: bool
    score_name: str
    strategy: str = ""
    budget: int | None = None
    standard_error: float | None = None
    running: dict[int, Running] = field(default_factory=dict)
    reached: dict[int, float] = field(default_factory=dict)
    broken: frozenset[int] = frozenset()
    expected: Expected | None = None
    is_running: bool = False
    is_paused: bool = False


class HistoryPlot(Canvas):
    """``plot_history``. Takes pictures by :meth:`show_picture`, the selection by :meth:`select`."""

    help_topic = "window:best_so_far"

    def __init__(self, describes: TrialDescriber, parent: QWidget | None = None) -> None:
        super().__init__("plot_history", "Score of every trial", x_whole=True, parent=parent)
        self._describes = describes
        self._picture: HistoryData | None = None
        self._selected: int | None = None
        self._x: Array = np.zeros(0)
        self._y: Array = np.zeros(0)
        self._off_axis: Array = np.zeros(0, dtype=bool)
        self._drawn: Array = np.zeros(0, dtype=np.int64)
        self._best_line = Curve()
        self._clouds: dict[State, Cloud] = {}
        symbols = {State.WAITING: "o", State.PRUNED: "d", State.COMPLETE: "o", State.FAILED: _cross()}
        for state, symbol in symbols.items():
            cloud = Cloud(symbol, space(SIZES[state]))
            self._clouds[state] = cloud
            self.plot.addItem(cloud, ignoreBounds=True)
        self._broken = Cloud("o", space(7))
        self.plot.addItem(self._broken, ignoreBounds=True)
        self._pinned = Cloud("t", space(8))
        self.plot.addItem(self._pinned, ignoreBounds=True)
        self.plot.addItem(self._best_line, ignoreBounds=True)
        self.plot.layout.setContentsMargins(0, 0, space(12), 0)  # else the last tick's number is cut in half
        self._highlights = Highlights()
        self.plot.addItem(self._highlights, ignoreBounds=True)
        self._expected = QPushButton(self)
        self._expected.setObjectName("button_expected")
        self._expected.setAccessibleName(self.tr("The trial with the best expected score"))
        self._expected.setProperty("shape", "aside")
        self._expected.setAutoDefault(False)
        self._expected.hide()
        self._expected.clicked.connect(self._on_expected_clicked)
        self.headline.aside.addWidget(self._expected)
        self.x_axis.name(self.tr("trial"))
        self.recolour()
        self.explain(self.tr("Scores appear here as trials finish. Press Run to start."))

    def show_picture(self, picture: HistoryData) -> None:
        """Show another picture."""
        self._picture = picture
        self.refresh()

    def select(self, number: int | None) -> None:
        """Outline one trial."""
        self._selected = number
        self.refresh()

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def recolour(self) -> None:
        """Trials in outer at 60 %, the line at full strength, failures in bad."""
        colours = tokens()
        self._best_line.setPen(line_pen(colours.outer, 2.0))
        for state, shade, share in (
            (State.WAITING, colours.dim, 1.0),
            (State.PRUNED, colours.dim, 0.75),
            (State.COMPLETE, colours.outer, 0.6),
        ):
            self._clouds[state].setPen(NO_PEN)
            self._clouds[state].setBrush(brush(shade, share))
        self._pinned.setPen(NO_PEN)
        self._pinned.setBrush(brush(colours.outer, 0.6))
        self._broken.setPen(line_pen(colours.dim, 1.2))
        self._broken.setBrush(brush(colours.window))
        failed = line_pen(colours.bad, 1.5)
        self._clouds[State.FAILED].setPen(failed)
        self._clouds[State.FAILED].setBrush(brush(colours.bad))
        self._highlights.update()

    def draw(self) -> None:
        """Hand the picture to the items."""
        picture = self._picture
        if picture is None or not len(picture.progress.numbers):
            self._expected.hide()
            self.headline.say("", self.tr("No trial yet"))
            begin = "" if picture is not None and picture.is_running else self.tr(" Press Run to start.")
            begin = self.tr(" The run is paused.") if picture is not None and picture.is_paused else begin
            self.explain(self.tr("Scores appear here as trials finish.") + begin)
            self.describe(self.headline.sentence)
            return
        self.explain("")
        self._place(picture)
        self._draw_marks(picture)
        self._write(picture)

    def range_moved(self) -> None:
        """Another range: what is drawn of a great many trials depends on it."""
        if len(self._x) > MOST_POINTS and self._picture is not None:
            self.refresh()

    def nearest(self, at: QPointF) -> int | None:
        """The trial under the mouse."""
        drawn = self._drawn
        index = self.closest(self._x[drawn], self._y[drawn], at)
        return None if index is None else int(drawn[index])

    def neighbour(self, step: int) -> int | None:
        """The trial before or after the selected one."""
        if self._picture is None or not len(self._x):
            return None
        if self._selected is None:
            return self._picture.progress.best
        wanted = self._selected + step
        return wanted if 0 <= wanted < len(self._picture.progress.numbers) else self._selected

    def lines_about(self, number: int) -> tuple[str, ...]:
        """What the page knows of a trial."""
        return self._describes.lines(number)

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trial, state and score."""
        assert self._picture is not None
        shown = self._picture.progress
        labels = np.array([state.label for state in State])
        return ("trial", "state", self._picture.score_name), (shown.numbers, labels[shown.states], shown.scores)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _place(self, picture: HistoryData) -> None:
        """Find the ranges and where each trial goes; what has no score lies along the bottom."""
        shown = picture.progress
        x, scores = shown.numbers.astype(float), shown.scores.copy()
        for number, running in picture.running.items():
            scores[number] = running.score
        for number, score in picture.reached.items():
            scores[number] = score
        y = self.to_axis(scores)
        bounds = self._bounds(y, shown.states == State.RUNNING, picture.minimize)
        self.y_axis.is_bare = bounds is None
        low, high = nice_range(*bounds) if bounds is not None else (0.0, 1.0)
        if bounds is not None and self.log:
            room = 0.08 * (bounds[1] - bounds[0]) or 0.1
            low, high = bounds[0] - room, bounds[1] + room
        sign = 1.0 if picture.minimize else -1.0  # towards worse scores
        pixel = (high - low) / max(self.box.height(), space(100))
        room = space(8) * pixel
        off = (y > high + room) if picture.minimize else (y < low - room)
        aside = off | ~np.isfinite(y)
        if aside.any():  # a row of its own, beyond the worst score of the axis
            edge = (high if picture.minimize else low) + sign * 2.0 * room
            y = np.where(aside, edge, y)
            low, high = min(low, edge), max(high, edge)
        low, high = low - room, high + room
        words = space(20) * pixel  # the best trial's words stand beyond its mark
        low, high = (low - words, high) if picture.minimize else (low, high + words)
        last = max(float(x[-1]), 10.0)
        step = nice_step(last, 5, whole=True)
        end = math.ceil((last + 0.5) / step) * step
        self.set_home((-0.015 * end, end * 1.01), (low, high))
        self._x, self._y, self._off_axis = x, y, off & (shown.states != State.RUNNING)

    def _bounds(self, y: Array, is_running: Array, minimize: bool) -> Range | None:
        """The range of what is over; running trials only widen its good end, so that the axis keeps still."""
        bounds = robust_range(y[~is_running], minimize)
        if bounds is None:
            return robust_range(y, minimize)
        running = y[is_running & np.isfinite(y)]
        if not len(running):
            return bounds
        if minimize:
            return min(bounds[0], float(running.min())), bounds[1]
        return bounds[0], max(bounds[1], float(running.max()))

    def _draw_marks(self, picture: HistoryData) -> None:
        shown = picture.progress
        kept = np.arange(len(self._x))
        if len(self._x) > MOST_POINTS:
            kept = sampled(self._x, self._y, self.box, MOST_POINTS, always=shown.leaders)
        states = shown.states[kept]
        broken = np.isin(kept, list(picture.broken))
        off = self._off_axis[kept]
        for state, cloud in self._clouds.items():
            rows = kept[(states == state) & ~off & ~broken]
            size = SIZES[state] if len(kept) <= CROWDED else SIZES[state] / 2
            cloud.put(self._x[rows], self._y[rows], space(size))
        self._broken.put(self._x[kept[broken & ~off]], self._y[kept[broken & ~off]])
        self._pinned.put(self._x[kept[off]], self._y[kept[off]])
        line_x, line_y = step_line(shown)
        self._best_line.setData(line_x, self.to_axis(line_y), connect="finite")
        rings = [
            Ring(float(self._x[number]), float(self._y[number]), running.share)
            for number, running in picture.running.items()
        ]
        best_mark = None
        if shown.best is not None:
            words = f"{shown.best} · {score_text(shown.best_score, picture.standard_error)}"
            best_mark = BestMark(float(self._x[shown.best]), float(self._y[shown.best]), words, not picture.minimize)
        selected = None
        if self._selected is not None and self._selected < len(self._x):
            selected = (float(self._x[self._selected]), float(self._y[self._selected]))
        self._highlights.show_marks(rings, best_mark, selected, self._place_of_expected(picture))
        self._drawn = kept

    def _place_of_expected(self, picture: HistoryData) -> tuple[float, float] | None:
        """Where the hollow star goes; the best trial has a mark of its own."""
        expected = picture.expected
        if expected is None or expected.number == picture.progress.best or expected.number >= len(self._x):
            return None
        return float(self._x[expected.number]), float(self._y[expected.number])

    @Slot()
    def _on_expected_clicked(self) -> None:
        if self._picture is not None and self._picture.expected is not None:
            self.picked.emit(self._picture.expected.number)

    def _write_expected(self, expected: Expected | None) -> None:
        self._expected.setVisible(expected is not None)
        if expected is not None:
            words = expected_words(expected)
            self._expected.setText(words)
            self._expected.setAccessibleName(words)
            self._expected.setToolTip(plain(winner_curse_text(expected)))

    def _write(self, picture: HistoryData) -> None:
        self._write_expected(picture.expected)
        shown = picture.progress
        of = f" of {picture.budget:,}" if picture.budget is not None else ""
        trials = f"after {shown.finished:,}{of} trials" if of else f"after {count_text(shown.finished, 'trial')}"
        if shown.best is None and not shown.finished:
            held = self.tr("paused") if picture.is_paused else self.tr("running")
            self.headline.say("", self.tr("The first trials are {0}").format(held), self._remark(picture))
        elif shown.best is None and picture.broken:
            self.headline.say(self.tr("No feasible trial yet"), trials, self._remark(picture), loop="text")
        elif shown.best is None:
            self.headline.say(self.tr("No score"), trials, self._remark(picture), loop="text")
        else:
            best = score_text(shown.best_score, picture.standard_error)
            self.headline.say(self.tr("Best {0}").format(best), trials, self._remark(picture))
        scale = self.tr(" (log scale)") if self.log else ""
        self.y_axis.name(picture.score_name + scale)
        self.describe(f"{self.headline.sentence}. {self.headline.remark}")

    def _remark(self, picture: HistoryData) -> str:
        shown = picture.progress
        parts = [picture.strategy] if picture.strategy else []
        if shown.best is not None and shown.since:
            parts.append(self.tr("last improvement {0} ago").format(count_text(shown.since, "trial")))
        for state, mark in ((State.PRUNED, "◆"), (State.FAILED, "✕")):
            if bool(np.any(shown.states == state)):
                parts.append(f"{mark} {state.label}")
        if picture.broken:
            parts.append(self.tr("○ violates a constraint"))
        if self._place_of_expected(picture) is not None:
            parts.append(self.tr("☆ expected best"))
        if len(self._drawn) < len(self._x):
            parts.append(self.tr("showing {0:,} of {1:,}").format(len(self._drawn), len(self._x)))
        off = int(np.count_nonzero(self._off_axis))
        if off:
            parts.append(self.tr("{0} off the axis, marked ▾").format(count_text(off, "poor score")))
        if self.log and bool(np.any(shown.scores <= 0)):
            parts.append(self.tr("scores of zero or less cannot be shown on a log axis"))
        return " · ".join(parts)
