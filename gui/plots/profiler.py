"""``plot_profiler``: one small chart a hyperparameter through the present point, whose lines are dragged."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QKeyEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.analysis.interaction_curves import InteractionCurves
from engine.analysis.profile import Profile, Slice
from engine.analysis.profile_words import unset_words
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.text import seen
from gui.base.theme import font_dim, font_text, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.frame import nearest_point
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks
from gui.plots.slice_painter import (
    paint_curves,
    paint_marks,
    paint_range_words,
    paint_slice,
    paint_trials,
    paint_value_lines,
    paint_value_words,
    value_words_width,
)
from gui.plots.wrapping import wrapped

GAP = 14  # between charts
NARROWEST, CHOICE = 84, 34  # pixels of the design: a chart of a number, and of each choice
REACH = 7  # pixels around a line in which it is held: a guess
BELOW = 58  # room for ticks, fields and the pinned values under the charts


class ProfilerPlot(PaintedPlot):
    """Signals: ``moved(str, float)`` says to which place of its range (from 0 to 1) a hyperparameter is dragged.

    ``rested`` says that the line was let go, ``run_wanted`` that Enter was pressed, ``placed`` that charts have other
    places.
    """

    moved = Signal(str, float)
    rested = Signal()
    run_wanted = Signal()
    placed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot_profiler", "Profiler", parent)
        self._found: Profile | None = None
        self._space: SearchSpace | None = None
        self._bounds = (0.0, 1.0)
        self._order: tuple[str, ...] = ()
        self._units: Array = np.zeros((0, 0))
        self._scores: Array = np.zeros(0)
        self._numbers: Array = np.zeros(0, dtype=np.int64)
        self._near: Array = np.zeros((0, 0))
        self._pinned: Array | None = None
        self._curves: InteractionCurves | None = None
        self._boxes: dict[str, QRectF] = {}
        self._dragged = ""
        self._pressed_trial: int | None = None
        self._current = 0
        self.words: Any = None  # lines about a trial, by number

    @property
    def order(self) -> tuple[str, ...]:
        """The hyperparameters from left to right."""
        return self._order

    @property
    def current(self) -> str:
        """The hyperparameter that keys move."""
        return self._order[min(self._current, len(self._order) - 1)] if self._order else ""

    def show_trials(self, space: SearchSpace, numbers: Array, units: Array, scores: Array) -> None:
        """The trials that are drawn as discs: numbers (n,), places in the unit cube (n, d), scores (n,)."""
        self._space, self._numbers, self._units, self._scores = space, numbers, units, scores
        self._near = np.zeros((0, len(numbers)))

    def show_order(self, order: tuple[str, ...], bounds: tuple[float, float]) -> None:
        """Which charts there are, from left to right, and the value axis that they share."""
        self._order, self._bounds = order, bounds
        self._place()

    def show_profile(self, found: Profile, near: Array, pinned: Array | None) -> None:
        """Show what is predicted through a point; ``near`` (k, n) is how near each trial is in all others but one."""
        self._found, self._near, self._pinned = found, near, pinned
        self.describe(f"{self.headline.sentence}. {len(found.slices)} charts.")
        self.refresh()

    def show_curves(self, found: InteractionCurves | None) -> None:
        """Show faded curves beside the main ones; *None* takes them away."""
        if found is not self._curves:  # while a line is dragged there are none, frame after frame
            self._curves = found
            self.refresh()

    def box_of(self, name: str) -> QRectF:
        """Where a chart is, in pixels of the surface; empty where there is none."""
        return self._boxes.get(name, QRectF())

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every point of every slice."""
        assert self._found is not None
        slices = self._found.slices
        names = np.repeat([one.name for one in slices], [len(one.units) for one in slices])
        columns = [np.concatenate([getattr(one.band, part) for one in slices]) for part in ("mean", "low", "high")]
        units = np.concatenate([one.units for one in slices])
        return ("hyperparameter", "place_in_range", "mean", "low", "high"), (names, units, *columns)

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """All charts."""
        found = self._found
        if found is None or self._space is None:
            return
        by_name = {one.name: one for one in found.slices}
        ranks = {one.name: rank for rank, one in enumerate(found.slices)}
        first = True
        for name in self._order:
            box, one = self._boxes[name], by_name.get(name)
            if one is None:
                continue
            if not one.plays:
                self._paint_unset(painter, box, one)
                continue
            paint_value_lines(painter, box, self._bounds)
            if first:
                paint_value_words(painter, box.left() - space(8), box, self._bounds)
                first = False
            near = self._near[ranks[name]] if len(self._near) else np.zeros(len(self._numbers))
            paint_trials(painter, box, self._bounds, self._units[:, one.column], self._scores, near)
            curves = self._curves
            if curves is not None and name in curves.means:
                paint_more = paint_marks if one.is_choice else paint_curves
                paint_more(painter, box, self._bounds, curves.units[name], curves.means[name])
            paint_slice(painter, box, self._bounds, one)
            self._paint_lines(painter, box, one)
            self._paint_chosen(painter, box, one)
            self._paint_name(painter, box, name, tokens().outer)
            wanted = max(2, int(box.width() // space(48)))
            paint_range_words(painter, box, range_ticks(self._space[name], wanted), box.bottom() + space(4))
        self._paint_current(painter)

    def _paint_lines(self, painter: QPainter, box: QRectF, one: Slice) -> None:
        assert self._found is not None
        if self._pinned is not None:
            made = pen(tokens().dim)
            made.setDashPattern([4.0, 3.0])
            painter.setPen(made)
            x = box.left() + float(self._pinned[one.column]) * box.width()
            painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
        x, grip = box.left() + float(self._found.point[one.column]) * box.width(), space(4)
        painter.setPen(pen(tokens().text, 1.5))
        painter.drawLine(QLineF(x, box.top() - space(4), x, box.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(tokens().text))
        top = box.top() - space(8)
        corners = [(-grip, 0.0), (grip, 0.0), (grip, grip * 1.2), (0.0, grip * 2.2), (-grip, grip * 1.2)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, top + dy) for dx, dy in corners]))

    def _paint_chosen(self, painter: QPainter, box: QRectF, one: Slice) -> None:
        rows = np.flatnonzero(self._numbers == self._chosen) if self._chosen is not None else ()
        for row in rows:
            x, y = self._place_of(box, one, int(row))
            if np.isfinite(x) and box.top() <= y <= box.bottom():
                painter.setPen(pen(tokens().text, 1.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x, y), space(6), space(6))

    def _paint_name(self, painter: QPainter, box: QRectF, name: str, shade: str) -> None:
        metrics = QFontMetricsF(font_text())
        painter.setFont(font_text())
        painter.setPen(colour(shade))
        text = metrics.elidedText(seen(name_words(name)), Qt.TextElideMode.ElideMiddle, box.width() + space(GAP) - 4)
        width = metrics.horizontalAdvance(text)
        painter.drawText(QPointF(box.center().x() - width / 2, metrics.ascent()), text)

    def _paint_unset(self, painter: QPainter, box: QRectF, one: Slice) -> None:
        assert self._found is not None
        self._paint_name(painter, box, one.name, tokens().dim)
        painter.setPen(pen(tokens().line))
        painter.setBrush(brush(tokens().card))
        painter.drawRoundedRect(box, space(6), space(6))
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().dim))
        words = unset_words(one, self._found.params)
        metrics = QFontMetricsF(font_dim()).height()
        lines = wrapped(words, QFontMetrics(font_dim()), int(box.width() - space(8)), 6)
        top = box.center().y() - len(lines) * metrics / 2
        for at, line in enumerate(lines):
            place = QRectF(box.left(), top + at * metrics, box.width(), metrics)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line)

    def _paint_current(self, painter: QPainter) -> None:
        if self.hasFocus() and self._shows_focus and self._order:
            box = self._boxes[self.current]
            painter.setPen(pen(tokens().text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-space(4), -space(12), space(4), space(4)), space(4), space(4))

    # -- places ------------------------------------------------------------------------------------------------------

    def resized(self) -> None:
        """Other room, other places."""
        self._place()

    def _place(self) -> None:
        if not self._order or self._space is None:
            return
        room = QRectF(self.surface.rect())
        left = value_words_width(self._bounds) + space(14)
        wanted = [self._wanted_width(name) for name in self._order]
        gaps = space(GAP) * (len(wanted) - 1) + space(10)
        least = left + gaps + sum(width for width, _ in wanted)
        self.surface.setMinimumWidth(int(least))
        extra = max(0.0, room.width() - least)
        weights = sum(weight for _, weight in wanted)
        top = QFontMetricsF(font_text()).height() + space(14)
        height = max(room.height() - top - space(BELOW), 40.0)
        x = left
        self._boxes = {}
        for name, (width, weight) in zip(self._order, wanted, strict=True):
            width += extra * weight / weights
            self._boxes[name] = QRectF(x, top, width, height)
            x += width + space(GAP)
        self.placed.emit()
        self.refresh()

    def _wanted_width(self, name: str) -> tuple[float, float]:
        """The least width of a chart, and its share of what is left."""
        assert self._space is not None
        rule = self._space[name]
        ticks = len(range_ticks(rule, 3))
        is_choice = hasattr(rule, "choices") or (rule.levels or 99) <= 4
        if is_choice:
            return float(max(space(66), min(space(CHOICE) * (rule.levels or ticks), space(170)))), 0.5
        return float(space(NARROWEST)), 1.4

    def _place_of(self, box: QRectF, one: Slice, row: int) -> tuple[float, float]:
        low, high = self._bounds
        x = box.left() + float(self._units[row, one.column]) * box.width()
        return x, box.bottom() - (float(self._scores[row]) - low) / (high - low) * box.height()

    def _chart_at(self, at: QPointF) -> str:
        for name, box in self._boxes.items():
            if box.adjusted(-space(6), -space(14), space(6), space(6)).contains(at):
                return name
        return ""

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse, of those that are near enough to be seen."""
        name, found = self._chart_at(at), self._found
        if not name or found is None or not len(self._numbers):
            return None
        one = found.slice_of(name)
        if not one.plays:
            return None
        box, (low, high) = self._boxes[name], self._bounds
        x = box.left() + self._units[:, one.column] * box.width()
        y = box.bottom() - (self._scores - low) / (high - low) * box.height()
        row = nearest_point(at, x, y, float(space(REACH)))
        return None if row is None else int(self._numbers[row])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """As everywhere."""
        return self.words.lines(number) if self.words is not None else ()

    # -- the mouse and keys ------------------------------------------------------------------------------------------

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Take hold of a line, or choose a disc."""
        name = self._chart_at(at)
        if not name or self._found is None or not self._found.slice_of(name).plays:
            return
        self._current = self._order.index(name)
        self._pressed_trial = self.trial_at(at)
        if self._pressed_trial is None:
            self._dragged = name
            self._move_to(name, at)

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """Drag the line that is held."""
        if self._dragged:
            self._card.hide()
            self._move_to(self._dragged, at)
        elif buttons & Qt.MouseButton.LeftButton and self._pressed_trial is not None:
            self._dragged, self._pressed_trial = self.current, None
            self._move_to(self._dragged, at)
        else:
            super().mouse_moved(at, buttons)
            if self.trial_at(at) is None and self._chart_at(at):
                self.surface.setCursor(Qt.CursorShape.SizeHorCursor)

    def mouse_released(self, at: QPointF) -> None:
        """Let the line go."""
        if self._pressed_trial is not None:
            self.picked.emit(self._pressed_trial)
        elif self._dragged:
            self.rested.emit()
        self._dragged, self._pressed_trial = "", None

    def mouse_double_clicked(self, at: QPointF) -> None:
        """Nothing: two clicks move a line twice."""

    def _move_to(self, name: str, at: QPointF) -> None:
        box = self._boxes[name]
        self.moved.emit(name, float(np.clip((at.x() - box.left()) / max(box.width(), 1.0), 0.0, 1.0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the line one step, Shift ten; Home and End to the ends; Up and Down change the chart."""
        key, found = event.key(), self._found
        if not self.hasFocus():  # it came from a field
            event.ignore()
            return
        if found is None or not self._order:
            super().keyPressEvent(event)
            return
        one = found.slice_of(self.current)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._current = (self._current + (1 if key == Qt.Key.Key_Down else -1)) % len(self._order)
            self._shows_focus = True
            self.refresh()
        elif key in steps and one.plays:
            by = steps[Qt.Key(key)] * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            self._step(one, by)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and one.plays:
            self._emit(one, 0.0 if key == Qt.Key.Key_Home else 1.0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, one: Slice, by: int) -> None:
        assert self._found is not None
        now = float(self._found.point[one.column])
        if one.is_choice:
            at = int(np.argmin(np.abs(one.units - now)))
            self._emit(one, float(one.units[max(0, min(len(one.units) - 1, at + by))]))
        else:
            self._emit(one, float(np.clip(now + by / 60.0, 0.0, 1.0)))

    def _emit(self, one: Slice, unit: float) -> None:
        self.moved.emit(one.name, unit)
        self.rested.emit()
