"""``plot_parallel``: every trial as a line over parallel axes, with brushes on each and names that are dragged."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.parallel import Brush, Brushes, Parallel, snapped
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.theme import font_text, space
from gui.plots.painted import PaintedPlot
from gui.plots.parallel_painter import NOT_SET, ParallelPainter

GRIP = 6  # pixels within which an end of a brush is held
REACH = 8  # pixels around a line in which it is meant: a guess
LEAST = 0.012  # of an axis that a brush takes at least, else it is a click
KEY_STEP = 0.02  # of an axis that an arrow moves an end of a brush


class ParallelPlot(PaintedPlot):
    """Signals: ``brushes_changed(dict)`` while a brush is drawn or moved, ``brushed`` when it is let go.

    ``order_changed(tuple)`` comes when an axis stands elsewhere. Axes go by the names of hyperparameters, the score's
    by ``""``.
    """

    brushes_changed = Signal(object)
    brushed = Signal()
    order_changed = Signal(object)

    def __init__(self, name: str = "plot_parallel", parent: QWidget | None = None) -> None:
        super().__init__(name, "Parallel coordinates", parent)
        self.painter = ParallelPainter()
        self._brushes: dict[str, tuple[Brush, ...]] = {}
        self._drawn: tuple[str, float, str] | None = None  # axis, where it began, what is done: new, low, high or move
        self._held: Brush | None = None  # what the brush that is drawn or moved has become
        self._moved: str | None = None  # the axis whose name is dragged
        self._moved_to = 0.0
        self._current = 0
        self._picked: int | None = None
        self.words: Any = None
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._on_more)

    @property
    def found(self) -> Parallel | None:
        """What is drawn."""
        return self.painter.found

    @property
    def brushes(self) -> dict[str, tuple[Brush, ...]]:
        """The brushes, by axis."""
        return self._brushes

    @property
    def axes(self) -> tuple[str, ...]:
        """All axes from left to right, the score's as ``""``."""
        return () if self.found is None else (*self.found.names, "")

    def show_trials(self, found: Parallel, search_space: SearchSpace, picture: Array | None, metric: str) -> None:
        """Show other trials; ``picture`` is the density of all of them where they are too many to draw."""
        self.painter.show_trials(found, search_space, picture, metric)
        self.resized()
        self.refresh()

    def show_density(self, picture: Array) -> None:
        """Show how dense the lines are, once that is known of this order of the axes."""
        self.painter.show_density(picture)
        self.refresh()

    def put_brushes(self, brushes: Brushes) -> None:
        """Show brushes; what they take in follows."""
        self._brushes = dict(brushes)
        self.painter.put_brushes(self._brushes)
        self.refresh()

    def show_brushed(self, mask: Array, best: int | None) -> None:
        """Show which trials (n,) the brushes take in, and the best trial."""
        self.painter.show_brushed(mask, best)
        self.describe(f"{self.headline.sentence}. {self.headline.remark}")
        self.refresh()

    def select(self, number: int | None) -> None:
        """Mark the line of the selected trial."""
        self.painter.select(number)
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Places of every line on every axis, and whether it is brushed."""
        found = self.found
        assert found is not None
        columns = (found.numbers, *found.places.T.astype(float), found.scores, self.painter.mask)
        return ("trial", *found.names, "score_place", "score", "brushed"), columns

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Lines, axes, brushes and names."""
        self.painter.paint(painter, room, self.surface.devicePixelRatioF(), self._moved, self._moved_to)
        if not self.painter.is_done:
            self._more.start()
        if self.hasFocus() and self._shows_focus and self.axes:
            self.painter.paint_current(painter, min(self._current, len(self.axes) - 1))

    def finish(self) -> None:
        """Paint all lines at once, for a picture that is saved."""
        self.painter.prepare(QRectF(self.surface.rect()), self.surface.devicePixelRatioF())
        while not self.painter.is_done:
            self.painter.go_on()

    @Slot()
    def _on_more(self) -> None:
        self.painter.go_on()
        self.surface.update()

    def resized(self) -> None:
        """Other room, other places."""
        self.painter.place(QRectF(self.surface.rect()))

    def recoloured(self) -> None:
        """Lines are painted anew in the colours of the theme."""
        self.painter.forget()

    def reset_view(self) -> None:
        """No brush."""
        self._put({})
        self.brushed.emit()

    # -- the mouse ---------------------------------------------------------------------------------------------------

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Take hold of a name, of an end of a brush, of a brush, begin a brush, or choose a line."""
        self._picked = self._held = None
        name = self.painter.name_at(at)
        if name is not None:
            if name:
                self._moved, self._moved_to = name, at.x()
            return
        axis = self.painter.axis_at(at)
        if axis is None:
            self._picked = self.trial_at(at)
            return
        self._current = self.axes.index(axis)
        place = self.painter.place_at(at)
        if place < NOT_SET:
            self._toggle_not_set(axis, bool(held & Qt.KeyboardModifier.ShiftModifier))
            return
        for one in self._brushes.get(axis, ()):
            what = self._grip(one, place)
            if what:
                self._drawn = (axis, place, what)
                self._original = one
                return
        if not held & Qt.KeyboardModifier.ShiftModifier:
            self._brushes.pop(axis, None)
        self._original = Brush(place, place)
        self._drawn = (axis, place, "new")

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """Draw or move a brush, or move an axis; else tell of the line under the mouse."""
        if self._moved is not None:
            self._moved_to = at.x()
            self.refresh()
        elif self._drawn is not None:
            self._card.hide()
            self._stretch(at)
        else:
            super().mouse_moved(at, buttons)
            if self.painter.name_at(at):
                self.surface.setCursor(Qt.CursorShape.SizeHorCursor)
            elif self.painter.axis_at(at) is not None:
                self.surface.setCursor(Qt.CursorShape.CrossCursor)

    def mouse_released(self, at: QPointF) -> None:
        """Let go."""
        if self._moved is not None:
            moved, self._moved = self._moved, None
            self._put_axis(moved, self.painter.rank_at(at.x()))
        elif self._drawn is not None:
            axis, begun, what = self._drawn
            self._drawn = None
            if what == "new" and abs(self.painter.place_at(at) - begun) < LEAST:
                self._put({name: parts for name, parts in self._brushes.items() if name != axis})
            else:
                self._settle(axis)
            self.brushed.emit()
        elif self._picked is not None:
            self.picked.emit(self._picked)

    def mouse_double_clicked(self, at: QPointF) -> None:
        """Take the brush of an axis away."""
        axis = self.painter.axis_at(at)
        if axis is not None:
            self._put({name: parts for name, parts in self._brushes.items() if name != axis})
            self.brushed.emit()

    def _grip(self, one: Brush, place: float) -> str:
        if one.not_set:
            return ""
        low, high = one.ends
        near = GRIP / max(self.painter.height, 1.0)
        if abs(place - high) <= near:
            return "high"
        if abs(place - low) <= near:
            return "low"
        return "move" if low < place < high else ""

    def _stretch(self, at: QPointF) -> None:
        assert self._drawn is not None
        axis, begun, what = self._drawn
        place = float(np.clip(self.painter.place_at(at), 0.0, 1.0))
        low, high = self._original.ends
        if what == "new":
            changed = Brush(min(begun, place), max(begun, place))
        elif what == "low":
            changed = Brush(place, high)
        elif what == "high":
            changed = Brush(low, place)
        else:
            by = float(np.clip(place - begun, -low, 1.0 - high))
            changed = Brush(low + by, high + by)
        others = [one for one in self._brushes.get(axis, ()) if one is not self._last_of(axis)]
        self._held = changed
        self._put({**self._brushes, axis: (*others, changed)})

    def _last_of(self, axis: str) -> Brush | None:
        """The brush that is being drawn or moved: the one that was put last, or the one that was taken hold of."""
        parts = self._brushes.get(axis, ())
        return next((one for one in parts if one is self._original or one is self._held), None)

    def _settle(self, axis: str) -> None:
        """Choices are taken whole."""
        search_space = self.painter.search_space
        if search_space is not None and axis in self._brushes:
            self._put({**self._brushes, axis: tuple(snapped(search_space, axis, one) for one in self._brushes[axis])})

    def _toggle_not_set(self, axis: str, is_added: bool) -> None:
        parts = self._brushes.get(axis, ())
        others = tuple(one for one in parts if not one.not_set)
        if len(others) < len(parts):
            changed = {**self._brushes, axis: others}
        else:
            changed = {**self._brushes, axis: (*(others if is_added else ()), Brush(not_set=True))}
        self._put({name: kept for name, kept in changed.items() if kept})
        self.brushed.emit()

    def _put(self, brushes: dict[str, tuple[Brush, ...]]) -> None:
        self.put_brushes(brushes)
        self.brushes_changed.emit(dict(brushes))

    def _put_axis(self, name: str, rank: int) -> None:
        if self.found is None:
            return
        names = [one for one in self.found.names if one != name]
        names.insert(min(rank, len(names)), name)
        if tuple(names) != self.found.names:
            self.order_changed.emit(tuple(names))
        else:
            self.refresh()

    # -- what is under the mouse -------------------------------------------------------------------------------------

    def trial_at(self, at: QPointF) -> int | None:
        """The line nearest to the mouse; a brushed one where several are near."""
        return self.painter.trial_at(at, space(REACH))

    def lines_about(self, number: int) -> tuple[str, ...]:
        """As everywhere."""
        return self.words.lines(number) if self.words is not None else ()

    def neighbour(self, step: int) -> int | None:
        """The next better or worse of the brushed trials, of all where none is."""
        return self.painter.neighbour(step)

    # -- keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go to another axis, with Alt they move it; Space brushes it, arrows move the upper end.

        With Shift they move the lower end; Backspace takes the brush away (Delete stops a trial).
        """
        key, held = Qt.Key(event.key()), event.modifiers()
        if not self.axes:
            super().keyPressEvent(event)
            return
        axis = self.axes[min(self._current, len(self.axes) - 1)]
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if by and held & Qt.KeyboardModifier.AltModifier:
            if axis and 0 <= self._current + by < len(self.axes) - 1:
                self._current += by
                self._put_axis(axis, self._current)
        elif by:
            self._current = max(0, min(len(self.axes) - 1, self._current + by))
            self._shows_focus = True
            self.refresh()
        elif key == Qt.Key.Key_Space:
            self._put({**self._brushes, axis: (Brush(0.75, 1.0),)})
            self._settle(axis)
            self.brushed.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._brushes.get(axis):
            self._nudge(
                axis, KEY_STEP if key == Qt.Key.Key_Up else -KEY_STEP, bool(held & Qt.KeyboardModifier.ShiftModifier)
            )
        elif key == Qt.Key.Key_Backspace and axis in self._brushes:
            self._put({name: parts for name, parts in self._brushes.items() if name != axis})
            self.brushed.emit()
        else:
            super().keyPressEvent(event)

    def _nudge(self, axis: str, by: float, is_lower: bool) -> None:
        *others, last = self._brushes[axis]
        if last.not_set:
            return
        low, high = last.ends
        if is_lower:
            low = float(np.clip(low + by, 0.0, high - LEAST))
        else:
            high = float(np.clip(high + by, low + LEAST, 1.0))
        self._put({**self._brushes, axis: (*others, Brush(low, high))})
        self.brushed.emit()

    def sizeHint(self) -> Any:
        """As high as its axes want to be."""
        hint = super().sizeHint()
        hint.setHeight(int(space(240) + QFontMetricsF(font_text()).height()))
        return hint
