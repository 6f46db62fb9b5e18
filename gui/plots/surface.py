"""Paths of optimizers over the isolines of a loss, up to a step that a person plays to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from contourpy import contour_generator
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from engine.arrays import Array
from engine.trajectories.words import MOST_NAMED
from engine.wording import listed
from gui.base.formats import number_text
from gui.base.theme import blend, font_dim, font_strong, space, tokens
from gui.plots.axes import NumberAxis
from gui.plots.canvas import Canvas
from gui.plots.categories import Category
from gui.plots.colours import NO_PEN, brush, colour, line_pen
from gui.plots.curve import Curve

LEVELS = 14  # isolines of a surface
SHADES = 64  # of blue, from the lowest loss to the highest
STEP = 0.02  # of the width: how far an arrow key moves the start


class _SmoothImage(pg.ImageItem):
    """A picture of few points, whose shades flow into each other."""

    def paint(self, painter: QPainter, *args: object) -> None:
        """As pyqtgraph does, smoothly."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        super().paint(painter, *args)


@dataclass(frozen=True, eq=False)
class DrawnPath:
    """One path: points (n, 2) with their losses (n,), what it is called, and how it looks."""

    name: str
    title: str
    points: Array
    losses: Array
    look: Category
    strong: bool = False


@dataclass(frozen=True, eq=False)
class SurfaceData:
    """Losses (rows, columns) at ``x`` (columns,) and ``y`` (rows,), paths over them, and where minima are.

    ``minima`` are points with words; ``lowest`` is what shades are counted from. Without losses the paths stand alone.
    """

    x: Array
    y: Array
    losses: Array
    lowest: float
    paths: tuple[DrawnPath, ...] = ()
    minima: tuple[tuple[float, float, str], ...] = ()
    start: tuple[float, float] = (0.0, 0.0)
    can_move: bool = True
    subject: str = ""
    sentence: str = ""
    remark: str = ""
    empty: str = ""


class SurfacePlot(Canvas):
    """``plot_surface``. Signal ``start_moved(x, y)`` says where a person has put the start."""

    picks = False
    help_topic = "window:optimizer_race"
    start_moved = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = NumberAxis("bottom", grid=False), NumberAxis("left", grid=False)
        super().__init__("plot_surface", "Paths of optimizers", x_whole=False, parent=parent, axes=axes)
        self._data: SurfaceData | None = None
        self._drawn: SurfaceData | None = None
        self._step = 0
        self._image = _SmoothImage(axisOrder="row-major")
        self._image.setZValue(-20)
        self._lines = pg.PlotCurveItem(antialias=True, connect="finite")
        self._lines.setZValue(-15)
        self._crosses = pg.ScatterPlotItem(symbol="+", size=space(10), pxMode=True, antialias=True)
        self._heads = pg.ScatterPlotItem(symbol="o", size=space(9), pxMode=True, antialias=True)
        self._heads.setZValue(30)
        self._handle = pg.TargetItem((0, 0), size=space(13), symbol="o", movable=True)
        self._handle.setZValue(40)
        for item in (self._image, self._lines, self._crosses, self._heads, self._handle):
            self.plot.addItem(item, ignoreBounds=True)
        self._paths: list[Curve] = []
        self._words: list[pg.TextItem] = []
        self.headline.most_lines = 2
        for axis in (self.x_axis, self.y_axis):
            axis.setStyle(showValues=False)
            axis.hide()
        self._handle.sigPositionChangeFinished.connect(self._on_start_put)
        self.recolour()

    @property
    def step(self) -> int:
        """The step up to which paths are drawn."""
        return self._step

    @property
    def last_step(self) -> int:
        """The last step of the longest path."""
        return max((len(path.losses) - 1 for path in self._data.paths), default=0) if self._data else 0

    def show_surface(self, data: SurfaceData) -> None:
        """Show another surface, or other paths over it."""
        self._data = data
        self.refresh()

    def show_step(self, step: int) -> None:
        """Draw paths up to a step; the cheap part of a drawing, for every frame of a player."""
        self._step = step
        if self._data is not None and self._drawn is self._data and self.isVisible():
            self._draw_paths(self._data)

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def recolour(self) -> None:
        """Blue shades, isolines, and marks in the colours of text."""
        self._drawn = None
        colours = tokens()
        low = blend(colours.inner, colours.window, DEEPEST)
        ends = np.array([_channels(shade) for shade in (low, colours.window)])
        shares = np.linspace(0.0, 1.0, SHADES)[:, None]
        self._image.setLookupTable(np.asarray(ends[0] + shares * (ends[1] - ends[0]), dtype=np.uint8))
        self._lines.setPen(line_pen(blend(colours.inner, colours.window, 0.6), 1.0))
        self._crosses.setPen(NO_PEN)
        self._crosses.setBrush(brush(colours.text))
        self._handle.setPen(line_pen(colours.text, 2.0))
        self._handle.setBrush(brush(colours.card))
        self._handle.setHoverPen(line_pen(colours.inner, 2.0))
        self._handle.setHoverBrush(brush(colours.inner, 0.4))

    def draw(self) -> None:
        """Hand surface, marks and paths to the items."""
        data = self._data
        if data is None or data.empty:
            self.headline.say("", "", "")
            self.explain("" if data is None else data.empty)
            return
        self.explain("")
        self.headline.say(data.subject, data.sentence, data.remark, loop="inner")
        if self._drawn is not data:
            self._draw_surface(data)
            self._drawn = data
        self._draw_paths(data)
        ends = "; ".join(f"{path.title} ends at {number_text(float(path.losses[-1]), 3)}" for path in data.paths)
        self.describe(f"{self.headline.sentence}. {ends}")

    def nearest(self, at: QPointF) -> int | None:
        """The point of a path under the mouse, counted over all paths."""
        data = self._data
        if data is None or not data.paths:
            return None
        points = np.concatenate([path.points for path in data.paths])
        return self.closest(points[:, 0], points[:, 1], at)

    def neighbour(self, step: int) -> int | None:
        """Arrow keys move the start instead."""
        return None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Whose point it is, its step and its loss."""
        for path in self._data.paths if self._data else ():
            if number < len(path.points):
                loss = number_text(float(path.losses[number]), 4)
                return path.title, f"step {number} · loss {loss}"
            number -= len(path.points)
        return ()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every point of every path."""
        paths = self._data.paths if self._data else ()
        names = np.array([path.title for path in paths for _ in path.points], dtype=object)
        steps = np.array([step for path in paths for step in range(len(path.points))])
        points = np.concatenate([p.points for p in paths] or [np.zeros((0, 2))])
        losses = np.concatenate([p.losses for p in paths] or [np.zeros(0)])
        return ("optimizer", "step", "x", "y", "loss"), (names, steps, points[:, 0], points[:, 1], losses)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the start; Shift moves it five times as far."""
        moves = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
        data, way = self._data, moves.get(Qt.Key(event.key()))
        if data is None or way is None or not data.can_move:
            super().keyPressEvent(event)
            return
        far = STEP * (5.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0)
        x = data.start[0] + way[0] * far * float(data.x[-1] - data.x[0])
        y = data.start[1] + way[1] * far * float(data.y[-1] - data.y[0])
        self._move_start(x, y)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _draw_surface(self, data: SurfaceData) -> None:
        gap = data.losses - data.lowest
        top = float(np.nanquantile(gap[np.isfinite(gap)], 0.98)) if np.isfinite(gap).any() else 1.0
        depth = np.log1p(gap / max(top * DEPTH, np.finfo(float).tiny))
        depth = np.where(np.isfinite(depth), depth, np.nanmax(depth[np.isfinite(depth)], initial=1.0))
        self._image.setImage(depth, levels=(0.0, float(np.log1p(1.0 / DEPTH))))
        dx, dy = (float(axis[1] - axis[0]) if len(axis) > 1 else 1.0 for axis in (data.x, data.y))
        left, bottom = float(data.x[0]) - dx / 2, float(data.y[0]) - dy / 2
        self._image.setRect(QRectF(left, bottom, dx * len(data.x), dy * len(data.y)))
        self._lines.setData(*_isolines(data, depth))
        self._crosses.setData([x for x, _, _ in data.minima], [y for _, y, _ in data.minima])
        self._handle.movable = data.can_move
        self._handle.blockSignals(True)
        self._handle.setPos(*data.start)
        self._handle.blockSignals(False)
        self.set_home((float(data.x[0]), float(data.x[-1])), (float(data.y[0]), float(data.y[-1])))

    def _draw_paths(self, data: SurfaceData) -> None:
        while len(self._paths) < len(data.paths):
            curve = Curve()
            self._paths.append(curve)
            self.plot.addItem(curve, ignoreBounds=True)
        for curve in self._paths[len(data.paths) :]:
            curve.setData([], [])
        heads: list[dict[str, object]] = []
        for curve, path in zip(self._paths, data.paths, strict=False):
            points = path.points[: self._step + 1]
            curve.setPen(path.look.pen(2.6 if path.strong else 1.8))
            curve.setZValue(20 if path.strong else 10)
            curve.setData(points[:, 0], points[:, 1])
            heads.append(
                {"pos": points[-1], "brush": brush(path.look.shade), "pen": line_pen(tokens().card, 1.5), "data": path}
            )
        self._heads.setData(heads)
        self._write_words(data)

    def _write_words(self, data: SurfaceData) -> None:
        """The names of paths where they have got to, those of minima below them; none over another."""
        wanted = [(float(x), float(y), words, tokens().text, False) for x, y, words in data.minima]
        ends: dict[tuple[int, int], list[DrawnPath]] = {}
        for path in data.paths:
            place = path.points[[min(self._step, len(path.points) - 1)]]
            across, down = self.pixels(place[:, 0], place[:, 1])
            ends.setdefault((round(float(across[0]) / NEAR), round(float(down[0]) / NEAR)), []).append(path)
        for together in ends.values():
            point = together[0].points[min(self._step, len(together[0].points) - 1)]
            strong = any(path.strong for path in together)
            shade = together[0].look.shade if len(together) == 1 else tokens().text
            wanted.append(
                (float(point[0]), float(point[1]), listed([path.title for path in together], MOST_NAMED), shade, strong)
            )
        while len(self._words) < len(wanted):
            item = pg.TextItem(anchor=(0.5, 1.0))
            item.setZValue(35)
            self._words.append(item)
            self.plot.addItem(item, ignoreBounds=True)
        taken: list[QRectF] = []
        for item in self._words[len(wanted) :]:
            item.hide()
        for item, (x, y, words, shade, strong) in zip(self._words, wanted, strict=False):
            item.show()
            item.setText(words, color=colour(shade))
            item.fill = brush(tokens().window, 0.7)
            item.setFont(font_strong() if strong else font_dim())
            item.setPos(x, y)
            self._find_room(item, x, y, taken)

    def _find_room(self, item: pg.TextItem, x: float, y: float, taken: list[QRectF]) -> None:
        size = item.boundingRect()
        ax, ay = (float(one[0]) for one in self.pixels(np.array([x]), np.array([y])))
        gap, width, height = float(space(8)), size.width(), size.height()
        frame = self.box.mapRectToScene(self.box.boundingRect())
        places = (
            (ax - width / 2, ay + gap / 2, (0.5, -gap / 2 / height)),
            (ax - width / 2, ay - gap - height, (0.5, 1.0 + gap / height)),
            (ax + gap, ay - height / 2, (-gap / width, 0.5)),
            (ax - gap - width, ay - height / 2, (1.0 + gap / width, 0.5)),
        )
        for left, top, anchor in places:
            box = QRectF(left, top, width, height)
            if frame.contains(box) and not any(box.intersects(other) for other in taken):
                item.setAnchor(anchor)
                taken.append(box)
                return
        item.hide()

    @Slot()
    def _on_start_put(self) -> None:
        place = self._handle.pos()
        self._move_start(place.x(), place.y())

    def _move_start(self, x: float, y: float) -> None:
        data = self._data
        if data is None:
            return
        x = min(max(x, float(data.x[0])), float(data.x[-1]))
        y = min(max(y, float(data.y[0])), float(data.y[-1]))
        self.start_moved.emit(x, y)


DEEPEST = 0.55  # how far the lowest loss goes from the background to the blue of the inner loop; chosen by looking
DEPTH = 0.05  # of the highest losses: where shades change most, so that valleys show their floor; chosen by looking
NEAR = 26  # pixels within which the ends of paths are named together


def _channels(shade: str) -> tuple[int, int, int]:
    made = QColor(shade)
    return made.red(), made.green(), made.blue()


def _isolines(data: SurfaceData, depth: Array) -> tuple[Array, Array]:
    """Lines of one loss, one after another with gaps between them."""
    if min(depth.shape) < 2:
        return np.zeros(0), np.zeros(0)
    maker = contour_generator(data.x, data.y, depth)
    low, high = float(depth.min()), float(depth.max())
    parts: list[Array] = []
    for level in np.linspace(low, high, LEVELS + 2)[1:-1]:
        for line in maker.lines(level):
            parts += [np.asarray(line), np.full((1, 2), np.nan)]
    found = np.concatenate(parts) if parts else np.zeros((0, 2))
    return found[:, 0], found[:, 1]
