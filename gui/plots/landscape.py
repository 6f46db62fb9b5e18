"""``plot_landscape``: training loss around the weights of one trial, in the plane of its path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from contourpy import contour_generator
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.analysis.title import Title
from engine.arrays import Array
from engine.trajectories.inside_words import PlaneMinimum
from engine.trajectories.plane import Plane
from engine.trajectories.records import TrialPath
from gui.base.formats import number_text
from gui.base.theme import blend, font_dim, font_strong, space, tokens
from gui.plots.axes import log_ticks
from gui.plots.colours import brush, colour, pen
from gui.plots.frame import CENTRE, LEFT, MIDDLE, Frame, draw_words
from gui.plots.painted import PaintedPlot

DEEPEST = 0.6  # how far the highest loss goes to the blue of the inner loop; chosen by looking
MARKS = 5  # steps that are marked along the path
SHADES = 128  # more than the eye tells apart


@dataclass(frozen=True, eq=False)
class LandscapeData:
    """Losses (rows, columns) at ``across`` and ``along`` over the plane of one trial's path."""

    number: int
    path: TrialPath
    plane: Plane
    across: Array
    along: Array
    losses: Array
    lowest: PlaneMinimum | None
    title: Title


class LandscapePlot(PaintedPlot):
    """:meth:`show_step` draws the path up to a kept point; no trial is picked here."""

    def __init__(self, name: str = "plot_landscape", parent: QWidget | None = None) -> None:
        super().__init__(name, "Loss around the weights", parent)
        self.headline.most_lines = 2
        self._data: LandscapeData | None = None
        self._point = 0

    def show_landscape(self, data: LandscapeData | None, empty: str = "") -> None:
        """Show another one, or a sentence in its place."""
        self._data = data
        self.explain(empty if data is None else "")
        if data is not None:
            self._point = len(data.path.steps) - 1
            self.say(data.title)
            self.describe(f"{data.title.sentence}. {data.title.remark}")
        self.refresh()

    def show_step(self, point: int) -> None:
        """Draw the path up to its kept point of this number."""
        self._point = point
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """The path: updates, both coordinates, and the learning rate."""
        data = self._data
        assert data is not None
        points = next(iter(data.plane.paths.values()))
        return ("step", "first", "second", "learning_rate"), (
            np.array(data.path.steps),
            *points.T,
            np.array(data.path.rates),
        )

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Shades, isolines, the path, the lowest validation loss."""
        data = self._data
        if data is None:
            return
        metrics, colours = QFontMetricsF(font_dim()), tokens()
        left, below = metrics.height() + space(12), metrics.height() + space(8)
        box = QRectF(left, 0.0, max(room.width() - left, 10.0), max(room.height() - below, 10.0))
        frame = Frame(
            box, (float(data.across[0]), float(data.across[-1])), (float(data.along[0]), float(data.along[-1]))
        )
        depth = np.log10(np.maximum(np.where(np.isfinite(data.losses), data.losses, np.nan), 1e-12))
        self._paint_shades(painter, box, depth)
        painter.save()
        painter.setClipRect(box)
        self._paint_isolines(painter, frame, data, depth)
        self._paint_path(painter, frame, data)
        if data.lowest is not None:
            self._paint_lowest(painter, frame, data)
        painter.restore()
        painter.setFont(font_dim())
        painter.setPen(colour(colours.inner))
        under = QRectF(box.left(), box.bottom() + space(4), box.width(), metrics.height())
        first, second = _shares(data.plane)
        painter.drawText(under, CENTRE | MIDDLE, f"first direction: {first:.0f} % of the path")
        painter.translate(metrics.height() / 2 + space(2), box.center().y())
        painter.rotate(-90.0)
        side = QRectF(-box.height() / 2, -metrics.height() / 2, box.height(), metrics.height())
        painter.drawText(side, CENTRE | MIDDLE, f"second: {second:.0f} %")

    # -- inside ------------------------------------------------------------------------------------------------------

    def _paint_shades(self, painter: QPainter, box: QRectF, depth: Array) -> None:
        low, high = float(np.nanmin(depth)), float(np.nanmax(depth))
        share = (np.nan_to_num(depth, nan=high) - low) / ((high - low) or 1.0)
        light, dark = (QColor(shade) for shade in (tokens().window, blend(tokens().inner, tokens().window, DEEPEST)))
        ends = np.array([[one.red(), one.green(), one.blue()] for one in (light, dark)], dtype=float)
        shades = ends[0] + share[::-1, :, None] * (ends[1] - ends[0])
        flat = np.ascontiguousarray(shades.astype(np.uint8))
        rows, columns = share.shape
        image = QImage(flat.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        painter.save()
        painter.setClipRect(box)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        across, down = box.width() / max(columns - 1, 1) / 2, box.height() / max(rows - 1, 1) / 2
        painter.drawImage(box.adjusted(-across, -down, across, down), image)
        painter.restore()

    def _paint_isolines(self, painter: QPainter, frame: Frame, data: LandscapeData, depth: Array) -> None:
        """Lines of round losses, each with its number at its left end."""
        if min(depth.shape) < 2 or not np.isfinite(depth).any():
            return
        maker = contour_generator(data.across, data.along, np.ma.masked_invalid(depth))
        metrics = QFontMetricsF(font_dim())
        taken: list[QRectF] = []
        for value in log_ticks(float(np.nanmin(depth)), float(np.nanmax(depth)), 6):
            for line in maker.lines(np.log10(value)):
                points = [frame.at(float(x), float(y)) for x, y in np.asarray(line)]
                painter.setPen(pen(tokens().inner, 1.0, 0.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(QPolygonF(points))
                first = min(points, key=lambda point: point.x())
                words = number_text(value)
                width = metrics.horizontalAdvance(words) + 6
                place = QRectF(
                    max(first.x(), frame.box.left() + space(12)),
                    first.y() - metrics.height() / 2,
                    width,
                    metrics.height(),
                )
                if len(points) < 6 or any(place.intersects(one) for one in taken) or not frame.box.contains(place):
                    continue
                taken.append(place)
                painter.fillRect(place, brush(tokens().window, 0.7))
                draw_words(painter, place, words, tokens().inner, font_dim(), CENTRE | MIDDLE)

    def _paint_path(self, painter: QPainter, frame: Frame, data: LandscapeData) -> None:
        colours = tokens()
        points = next(iter(data.plane.paths.values()))
        shown = points[: self._point + 1]
        painter.setPen(pen(colours.text, 2.0))
        frame.draw_line(painter, shown[:, 0], shown[:, 1])
        taken: list[QRectF] = []
        metrics = QFontMetricsF(font_dim())
        lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
        rows = {int(np.argmin(np.abs(lengths - part * lengths[-1]))) for part in np.linspace(0, 1, MARKS)}
        for row in sorted(rows | {self._point}):
            if row > self._point:
                continue
            at = frame.at(float(points[row, 0]), float(points[row, 1]))
            painter.setPen(pen(colours.text, 1.4))
            painter.setBrush(brush(colours.card))
            painter.drawEllipse(at, space(4), space(4))
            is_end = row == len(points) - 1
            words = "end" if is_end else "start" if row == 0 else f"step {data.path.steps[row]:,}"
            font = font_strong() if is_end else font_dim()
            width = QFontMetricsF(font).horizontalAdvance(words) + 4
            for dx, dy in (
                (space(8), space(4)),
                (-space(8) - width, space(4)),
                (space(8), -metrics.height() - space(4)),
            ):
                place = QRectF(at.x() + dx, at.y() + dy, width, metrics.height())
                if frame.box.contains(place) and not any(place.intersects(one) for one in taken):
                    taken.append(place)
                    draw_words(painter, place, words, colours.text, font, LEFT | MIDDLE)
                    break

    def _paint_lowest(self, painter: QPainter, frame: Frame, data: LandscapeData) -> None:
        assert data.lowest is not None
        size = float(space(7))
        at, inside = frame.at(data.lowest.across, data.lowest.along), frame.box.adjusted(size, size, -size, -size)
        at = QPointF(min(max(at.x(), inside.left()), inside.right()), min(max(at.y(), inside.top()), inside.bottom()))
        painter.setPen(pen(tokens().good, 2.2))
        painter.drawLine(QLineF(at.x() - size, at.y(), at.x() + size, at.y()))
        painter.drawLine(QLineF(at.x(), at.y() - size, at.x(), at.y() + size))
        words = f"lowest validation loss {number_text(float(f'{data.lowest.loss:.3g}'))}"
        metrics = QFontMetricsF(font_strong())
        width = metrics.horizontalAdvance(words) + 4
        left = (
            at.x() - size - space(6) - width if at.x() - size - width > frame.box.left() else at.x() + size + space(6)
        )
        top = min(max(at.y() - metrics.height() / 2, frame.box.top()), frame.box.bottom() - metrics.height())
        place = QRectF(left, top, width, metrics.height())
        painter.fillRect(place, brush(tokens().window, 0.6))
        draw_words(painter, place, words, tokens().good, font_strong(), LEFT | MIDDLE)


def _shares(plane: Plane) -> tuple[float, float]:
    """What each direction holds of all movement, in percent."""
    points = next(iter(plane.paths.values()))
    parts = (points**2).sum(axis=0)
    whole = float(parts.sum()) / max(plane.share, 1e-12)
    return 100 * float(parts[0]) / whole, 100 * float(parts[1]) / whole
