"""The dim lines of many trials in two items: one for those that are over, painted once, one for those that run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsItem

from engine.analysis import Line, envelope
from gui.base.theme import tokens
from gui.plots.canvas import Array
from gui.plots.colours import pen

MOST_LINES = 300  # more would be a grey surface
COLUMNS = 150  # horizontal resolution of a background line


class Crowd:
    """Keeps the lines by trial number and hands them to the plot, NaN-separated.

    ``settled`` lines change when a trial ends, ``moving`` ones with every report. Only what changed is handed over.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        self._settled: dict[int, Line] = {}
        self._moving: dict[int, Line] = {}
        self._changed = {"settled", "moving"}
        self._left_out: int | None = None
        self._settled_item = pg.PlotCurveItem(antialias=True, connect="finite", skipFiniteCheck=False)
        # Painted into a picture of its own, so that a frame in which only the selected line grows does not stroke
        # thousands of segments again.
        self._settled_item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._moving_item = pg.PlotCurveItem(antialias=True, connect="finite")
        for item in (self._settled_item, self._moving_item):
            item.setZValue(1)
            plot.addItem(item, ignoreBounds=True)

    def clear(self) -> None:
        """Forget every line."""
        self._settled.clear()
        self._moving.clear()
        self._changed = {"settled", "moving"}

    def put(self, number: int, line: Line, *, moving: bool) -> None:
        """Replace one trial's line; the oldest go where there are too many."""
        kept = envelope(line.steps, line.values, COLUMNS)
        line = Line(line.steps[kept], line.values[kept])
        if moving:
            self._moving[number] = line
            self._changed.add("moving")
            return
        if self._moving.pop(number, None) is not None:
            self._changed.add("moving")
        self._settled[number] = line
        while len(self._settled) > MOST_LINES:
            del self._settled[next(iter(self._settled))]
        self._changed.add("settled")

    def drop(self, number: int) -> None:
        """Forget one trial's line."""
        for name, lines in (("settled", self._settled), ("moving", self._moving)):
            if lines.pop(number, None) is not None:
                self._changed.add(name)

    def leave_out(self, number: int | None) -> None:
        """Do not draw one trial: it is the selected one, drawn in full."""
        if number == self._left_out:
            return
        for one in (number, self._left_out):
            self._changed |= {"settled"} if one in self._settled else set()
            self._changed |= {"moving"} if one in self._moving else set()
        self._left_out = number

    def touch(self) -> None:
        """Hand everything over again (the axis's scale changed)."""
        self._changed = {"settled", "moving"}

    def recolour(self) -> None:
        """Inner, dim."""
        self._settled_item.setPen(pen(tokens().inner, 1.0, 0.22))
        self._moving_item.setPen(pen(tokens().inner, 1.0, 0.5))

    def draw(self, to_axis: Callable[[Array], Array]) -> None:
        """Hand over what changed; ``to_axis`` maps values to positions."""
        if "settled" in self._changed:
            self._settled_item.setData(*self._joined(self._settled, to_axis))
        if "moving" in self._changed:
            self._moving_item.setData(*self._joined(self._moving, to_axis))
        self._changed.clear()

    def lines(self) -> dict[int, Line]:
        """All lines but the selected trial's."""
        both = {**self._settled, **self._moving}
        both.pop(self._left_out, None)  # type: ignore[arg-type]
        return both

    def _joined(self, lines: dict[int, Line], to_axis: Callable[[Array], Array]) -> tuple[Array, Array]:
        chosen = [line for number, line in lines.items() if number != self._left_out and len(line)]
        if not chosen:
            return np.zeros(0), np.zeros(0)
        gap = np.array([np.nan])
        x = np.concatenate([part for line in chosen for part in (line.steps, gap)])
        y = np.concatenate([part for line in chosen for part in (line.values, gap)])
        return x, to_axis(y)
