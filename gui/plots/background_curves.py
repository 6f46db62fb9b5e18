"""The dim lines of many trials in three items: those that are over, those that ended lately, and those that run."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg

from engine.analysis import Line, envelope
from engine.arrays import Array
from gui.base.theme import space, tokens
from gui.plots.colours import NO_PEN, brush, line_pen
from gui.plots.curve import Curve
from gui.plots.painted_once import PaintedOnce

MOST_LINES = 300  # more would be a grey surface
COLUMNS = 150  # horizontal resolution of a background line
DIM, FEW = 0.22, 40  # how opaque a line is, and up to how many of them
BATCH = 16  # so many trials end before the picture of those that are over is painted anew


def share_of(count: int) -> float:
    """How opaque one of so many lines is: together they stay as dim as few of them are."""
    return round(DIM * min(1.0, math.sqrt(FEW / max(count, 1))), 2)


class BackgroundCurves:
    """Keeps the lines by trial number and hands them to the plot, NaN-separated. Only what changed is handed over.

    ``settled`` lines are painted into a picture of their own, so that a frame in which another line grows does not
    stroke thousands of segments again. A trial that ends is ``fresh`` until a batch of them joins the settled ones.
    ``moving`` ones grow with every report. Lines of one point are dots, and so are all where they are not ``joined``.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        self._lines: dict[str, dict[int, Line]] = {"settled": {}, "fresh": {}, "moving": {}}
        self._items: dict[str, pg.PlotCurveItem] = {
            name: PaintedOnce() if name == "settled" else Curve() for name in self._lines
        }
        self._owners = {name: np.zeros(0, dtype=np.int64) for name in self._lines}
        self._changed = set(self._lines)
        self._left_out: int | None = None
        self.joined = True
        self._share = share_of(0)
        self._dots = pg.ScatterPlotItem(symbol="o", size=space(5), pxMode=True, antialias=True)
        for item in (*self._items.values(), self._dots):
            item.setZValue(1)
            plot.addItem(item, ignoreBounds=True)

    def clear(self) -> None:
        """Forget every line."""
        for lines in self._lines.values():
            lines.clear()
        self.touch()

    def put(self, number: int, line: Line, *, moving: bool) -> None:
        """Replace one trial's line; the oldest go where there are too many."""
        kept = envelope(line.steps, line.values, COLUMNS)
        self.drop(number)
        self._add("moving" if moving else "fresh", number, Line(line.steps[kept], line.values[kept]))
        if len(self._lines["fresh"]) > BATCH:
            self._settle()

    def drop(self, number: int) -> None:
        """Forget one trial's line."""
        for name, lines in self._lines.items():
            if lines.pop(number, None) is not None:
                self._changed.add(name)

    def leave_out(self, number: int | None) -> None:
        """Do not draw one trial: it is the selected one, drawn in full."""
        if number != self._left_out:
            self._changed |= {name for name, lines in self._lines.items() if number in lines or self._left_out in lines}
            self._left_out = number

    def touch(self) -> None:
        """Hand everything over again (the axis's scale changed)."""
        self._changed = set(self._lines)

    def recolour(self) -> None:
        """Inner, dim."""
        for name, item in self._items.items():
            item.setPen(line_pen(tokens().inner, 1.0, 0.5 if name == "moving" else self._share))
        self._dots.setPen(NO_PEN)
        self._dots.setBrush(brush(tokens().inner, 0.35))

    def draw(self, to_axis: Callable[[Array], Array]) -> None:
        """Hand over what changed; ``to_axis`` maps values to positions."""
        share = share_of(len(self._lines["settled"]))
        if share != self._share:
            self._share = share
            self.recolour()
        for name in self._changed:
            x, y, self._owners[name] = self._joined(self._lines[name])
            self._items[name].setData(x, to_axis(y))
            self._items[name].setVisible(self.joined)
        if self._changed:
            self._draw_dots(to_axis)
        self._changed.clear()

    def points(self) -> tuple[Array, Array, Array]:
        """Steps, axis positions and trial numbers of all points that are drawn, NaN between lines."""
        drawn = [(*item.getData(), self._owners[name]) for name, item in self._items.items()]
        drawn = [columns for columns in drawn if columns[0] is not None]
        x, y, owners = (np.concatenate(parts) for parts in zip(*drawn, strict=True)) if drawn else (np.zeros(0),) * 3
        return x, y, owners

    def lines(self) -> dict[int, Line]:
        """All lines but the selected trial's."""
        every = {number: line for lines in self._lines.values() for number, line in lines.items()}
        every.pop(self._left_out, None)  # type: ignore[arg-type]
        return every

    def others(self, number: int) -> int:
        """How many lines there are but that of one trial."""
        return sum(len(lines) - (number in lines) for lines in self._lines.values())

    def _draw_dots(self, to_axis: Callable[[Array], Array]) -> None:
        chosen = [
            line
            for lines in self._lines.values()
            for number, line in lines.items()
            if number != self._left_out and (len(line) == 1 or (len(line) and not self.joined))
        ]
        if chosen or len(self._dots.data):
            x = np.concatenate([line.steps for line in chosen] or [np.zeros(0)])
            y = to_axis(np.concatenate([line.values for line in chosen] or [np.zeros(0)]))
            finite = np.isfinite(y)
            self._dots.setData(x[finite], y[finite])

    def _add(self, name: str, number: int, line: Line) -> None:
        self._lines[name][number] = line
        self._changed.add(name)

    def _settle(self) -> None:
        settled = self._lines["settled"]
        settled.update(self._lines["fresh"])
        self._lines["fresh"].clear()
        while len(settled) > MOST_LINES:
            del settled[next(iter(settled))]
        self._changed |= {"settled", "fresh"}

    def _joined(self, lines: dict[int, Line]) -> tuple[Array, Array, Array]:
        chosen = [(number, line) for number, line in lines.items() if number != self._left_out and len(line)]
        if not chosen:
            return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)
        gap = np.array([np.nan])
        x = np.concatenate([part for _, line in chosen for part in (line.steps, gap)])
        y = np.concatenate([part for _, line in chosen for part in (line.values, gap)])
        return x, y, np.repeat([number for number, _ in chosen], [len(line) + 1 for _, line in chosen])
