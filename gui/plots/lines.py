"""A few named lines in one plot, each with its own look and its words at its end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from engine.arrays import Array
from gui.base.formats import number_text
from gui.base.theme import space
from gui.plots.axes import NumberAxis, nice_range
from gui.plots.bands import Band, outline
from gui.plots.canvas import Canvas
from gui.plots.categories import Category
from gui.plots.colours import brush
from gui.plots.curve import Curve
from gui.plots.end_labels import EndLabel, EndLabels


@dataclass(frozen=True, eq=False)
class NamedLine:
    """One line: ``x`` and ``y`` (n,), the words at its end, and whether it is the one that a title speaks of.

    ``mark`` is the index of a point that is marked with a disc; ``band`` are the lower and upper ends (n,) of a band.
    """

    name: str
    x: Array
    y: Array
    look: Category
    label: str
    strong: bool = False
    mark: int | None = None
    band: tuple[Array, Array] | None = None


@dataclass(frozen=True, eq=False)
class LinesData:
    """What is drawn together, with its words; ``empty`` stands in place of the plot where there are no lines."""

    lines: tuple[NamedLine, ...] = ()
    subject: str = ""
    sentence: str = ""
    remark: str = ""
    x_name: str = ""
    y_name: str = ""
    empty: str = ""
    x_log: bool = False
    loop: str = "inner"
    x_label: str = field(default="step")
    x_whole: bool = False


class LinesPlot(Canvas):
    """Shows :class:`LinesData`; the value axis is logarithmic at first where ``log`` says so."""

    picks = False

    def __init__(self, name: str, title: str, *, log: bool, parent: QWidget | None = None) -> None:
        axes = NumberAxis("bottom", grid=False), NumberAxis("left", grid=True)
        super().__init__(name, title, x_whole=False, parent=parent, axes=axes)
        self._data = LinesData()
        self._curves: list[Curve] = []
        self._bands: list[Band] = []
        self._marks = pg.ScatterPlotItem(symbol="o", size=space(8), pxMode=True, antialias=True)
        self._marks.setZValue(30)
        self.plot.addItem(self._marks, ignoreBounds=True)
        self._labels = EndLabels()
        self.plot.setAxisItems({"right": self._labels})
        self.plot.showAxis("right")
        self.headline.most_lines = 2
        self.set_log(log)
        self.recolour()

    def show_lines(self, data: LinesData) -> None:
        """Show other lines."""
        self._data = data
        self.refresh()

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def recolour(self) -> None:
        """Looks come with every drawing."""

    def draw(self) -> None:
        """Hand the lines to the items."""
        data = self._data
        self.headline.say(data.subject, data.sentence, data.remark, loop=data.loop)
        lines = [line for line in data.lines if np.isfinite(self._placed(line)[1]).any()]
        if not lines:
            self.explain(data.empty or "Nothing to draw yet.")
            return
        self.explain("")
        self.x_axis.log, self.x_axis.whole = data.x_log, data.x_whole
        while len(self._curves) < len(lines):
            curve = Curve()
            self._curves.append(curve)
            self.plot.addItem(curve, ignoreBounds=True)
        for curve in self._curves[len(lines) :]:
            curve.setData([], [])
        self._draw_bands(lines)
        labels, marks = [], []
        for curve, line in zip(self._curves, lines, strict=False):
            x, y = self._placed(line)
            curve.setPen(line.look.pen(2.6 if line.strong else 1.6))
            curve.setZValue(20 if line.strong else 10)
            curve.setData(x, y)
            last = int(np.flatnonzero(np.isfinite(y))[-1])
            labels.append(EndLabel(float(y[last]), line.label, line.look.shade, line.strong))
            if line.mark is not None:
                marks.append({"pos": (x[line.mark], y[line.mark]), "brush": brush(line.look.shade), "pen": None})
        self._labels.show_labels(tuple(labels))
        self._marks.setData(marks)
        ends = [self._placed(line, end) for line in lines for end in line.band or ()]
        self._find_home([*(self._placed(line) for line in lines), *ends])
        self.x_axis.name(data.x_name)
        self.y_axis.name(data.y_name + (" (log scale)" if self.log else ""))
        self.describe(f"{self.headline.sentence}. {'; '.join(line.label for line in lines)}")

    def _draw_bands(self, lines: list[NamedLine]) -> None:
        """Bands lie under all lines."""
        while len(self._bands) < len(lines):
            band = Band()
            band.setZValue(1)
            self._bands.append(band)
            self.plot.addItem(band, ignoreBounds=True)
        for at, item in enumerate(self._bands):
            path = QPainterPath()
            if at < len(lines) and (ends := lines[at].band) is not None:
                x, low = self._placed(lines[at], ends[0])
                _, high = self._placed(lines[at], ends[1])
                known = np.isfinite(low) & np.isfinite(high)
                path.addPolygon(outline(x[known], low[known], high[known]))
                item.setPen(QPen(Qt.PenStyle.NoPen))
                item.setBrush(brush(lines[at].look.shade, BAND_SHARE))
            item.setPath(path)

    def nearest(self, at: QPointF) -> int | None:
        """The point under the mouse, counted over all lines."""
        placed = [self._placed(line) for line in self._data.lines]
        if not placed:
            return None
        return self.closest(np.concatenate([x for x, _ in placed]), np.concatenate([y for _, y in placed]), at)

    def neighbour(self, step: int) -> int | None:
        """Arrow keys go nowhere: no point of these lines can be chosen."""
        return None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Which line, and the point's numbers."""
        for line in self._data.lines:
            if number < len(line.x):
                place = f"{self._data.x_label} {number_text(float(line.x[number]), 3)}"
                return line.label, f"{place}: {number_text(float(line.y[number]), 4)}"
            number -= len(line.x)
        return ()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Name, position and value of every point."""
        lines = self._data.lines
        names = np.concatenate([np.full(len(line.x), line.name, dtype=object) for line in lines] or [np.zeros(0)])
        x = np.concatenate([line.x for line in lines] or [np.zeros(0)])
        y = np.concatenate([line.y for line in lines] or [np.zeros(0)])
        return ("name", self._data.x_name, self._data.y_name), (names, x, y)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _placed(self, line: NamedLine, y: Array | None = None) -> tuple[Array, Array]:
        x = np.log10(line.x) if self._data.x_log else line.x
        return np.asarray(x, dtype=float), self.to_axis(np.asarray(line.y if y is None else y, dtype=float))

    def _find_home(self, placed: list[tuple[Array, Array]]) -> None:
        x = np.concatenate([x[np.isfinite(y)] for x, y in placed])
        y = np.concatenate([y[np.isfinite(y)] for _, y in placed])
        low, high = float(y.min()), float(y.max())
        if self.log:
            high = min(high, low + MOST_DECADES)
            room = 0.06 * (high - low) or 0.1
            y_range = low - room, high + room
        else:
            low, high = nice_range(low, high)
            y_range = low, high + TOP * (high - low)
        first, last = float(x.min()), float(x.max())
        if not last > first:
            last = first + 1.0
        self.set_home((first, last), y_range)


BAND_SHARE = 0.15  # of a line's colour in its band, as of all bands
TOP = 0.04  # of a linear axis above its last number, which would be cut otherwise
MOST_DECADES = 8.0  # of a logarithmic axis: a loss that blows up must not flatten all others
