"""``plot_pair``: predicted scores over two hyperparameters: a map of ranges, stripes of choices, a table of both."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QPainter, QTransform
from PySide6.QtWidgets import QWidget

from engine.analysis.profile import PairMap
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import SearchSpace
from gui.base.formats import number_text, value_text
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.discs import draw_crosses, draw_discs
from gui.plots.frame import nearest_point
from gui.plots.painted import PaintedPlot
from gui.plots.range_ticks import range_ticks
from gui.plots.slice_painter import paint_range_words

MOST_DISCS, MOST_CROSSES = 1500, 150  # scored and failed trials that are drawn, the last ones: guesses
REACH = 8  # pixels around a disc in which it is meant: a guess


@cache
def _cividis() -> Array:
    """256 colours, (256, 3) uint8: readable with any colour vision (Nunez et al. 2018)."""
    return np.asarray(pg.colormap.get("cividis").getLookupTable(0.0, 1.0, 256), dtype=np.uint8)


class PairMapPlot(PaintedPlot):
    """Signal ``placed(float, float)`` says where in both ranges (from 0 to 1) a person put the point.

    Discs are scored trials, crosses failed ones.
    """

    placed = Signal(float, float)

    def __init__(self, name: str = "plot_pair", parent: QWidget | None = None) -> None:
        super().__init__(name, "Predicted scores over two hyperparameters", parent)
        self.found: PairMap | None = None
        self._space: SearchSpace | None = None
        self._bounds = (0.0, 1.0)
        self._minimize = False
        self._numbers: Array = np.zeros(0, dtype=np.int64)
        self._x: Array = np.zeros(0)
        self._y: Array = np.zeros(0)
        self._failed: Array = np.zeros(0, dtype=bool)
        self._point: tuple[float, float] | None = None
        self._best: int | None = None
        self._image = QImage()
        self._lines: list[QLineF] = []
        self._box = QRectF()
        self.words: Any = None

    def show_map(
        self,
        found: PairMap,
        space_: SearchSpace,
        bounds: tuple[float, float],
        *,
        minimize: bool,
        point: tuple[float, float] | None,
    ) -> None:
        """Show another map; ``bounds`` are the scores between which colours run, ``point`` the present place."""
        self.found, self._space, self._bounds, self._minimize, self._point = found, space_, bounds, minimize, point
        self._image = self._coloured(found)
        self._lines = [QLineF(*row) for row in found.lines.tolist()]
        best = int(np.argmin(found.mean) if minimize else np.argmax(found.mean))
        row, column = divmod(best, found.mean.shape[1])
        self.describe(
            f"{self.headline.sentence}. Best predicted score {number_text(float(found.mean[row, column]))} at "
            f"{name_words(found.names[0])} {value_text(found.values_a[column])}, "
            f"{name_words(found.names[1])} {value_text(found.values_b[row])}."
        )
        self.refresh()

    def show_trials(self, numbers: Array, x: Array, y: Array, failed: Array, best: int | None) -> None:
        """Trials at places ``x`` and ``y`` (n,) of both ranges; NaN where one is not set."""
        newest = [np.flatnonzero(failed)[-MOST_CROSSES:], np.flatnonzero(~failed)[-MOST_DISCS:]]
        kept = np.sort(np.concatenate(newest))
        self._numbers, self._x, self._y, self._failed = numbers[kept], x[kept], y[kept], failed[kept]
        self._best = best
        self.refresh()

    def put_point(self, point: tuple[float, float] | None) -> None:
        """Show the present place elsewhere, over the same map."""
        self._point = point
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every point of the map."""
        found = self.found
        assert found is not None
        a, b = len(found.units_a), len(found.units_b)
        columns = np.tile(np.array([value_text(v) for v in found.values_a]), b)
        rows = np.repeat(np.array([value_text(v) for v in found.values_b]), a)
        return (*found.names, "predicted_score"), (columns, rows, found.mean.ravel())

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The picture, its lines, trials, the point, and the words beside."""
        found = self.found
        if found is None or self._space is None:
            return
        self._box = box = self._place(room, found)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if found.are_choices[1] and not found.are_choices[0]:
            self._paint_stripes(painter, box, found)
        elif found.are_choices[0]:
            self._paint_cells(painter, box, found)
        else:
            painter.drawImage(box, self._image)
            self._paint_lines(painter, box, found)
        self._paint_trials(painter, box)
        self._paint_point(painter, box)
        self._paint_words(painter, box, room, found)

    def _place(self, room: QRectF, found: PairMap) -> QRectF:
        metrics = QFontMetricsF(font_text() if found.are_choices[1] else font_dim())
        words = [seen(value_text(v)) for v in found.values_b] if found.are_choices[1] else self._ticks_b(4)
        left = min(max((metrics.horizontalAdvance(word) for word in words), default=0.0), 0.35 * room.width())
        left += space(10) if found.are_choices[1] else space(26)
        right = space(54) if found.are_choices[1] and not found.are_choices[0] else space(8)
        top = QFontMetricsF(font_dim()).height() if found.are_choices[1] else space(6)
        below = 2 * QFontMetricsF(font_dim()).height() + space(8)
        return room.adjusted(left, top, -right, -below)

    def _ticks_b(self, wanted: int) -> list[str]:
        assert self.found is not None
        assert self._space is not None
        return [tick.words for tick in range_ticks(self._space[self.found.names[1]], wanted)]

    def _paint_lines(self, painter: QPainter, box: QRectF, found: PairMap) -> None:
        rows, columns = found.mean.shape
        across, up = box.width() / (columns - 1), box.height() / (rows - 1)
        to_box = QTransform(across, 0.0, 0.0, -up, box.left(), box.bottom())
        painter.save()
        painter.setClipRect(box)
        painter.setPen(pen(tokens().card if tokens().name == "light" else tokens().text, 1.0, 0.75))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLines([to_box.map(line) for line in self._lines])
        painter.restore()

    def _paint_stripes(self, painter: QPainter, box: QRectF, found: PairMap) -> None:
        count = len(found.units_b)
        height = box.height() / count
        best = found.mean.min(axis=1) if self._minimize else found.mean.max(axis=1)
        leader = int(np.argmin(best) if self._minimize else np.argmax(best))
        metrics = QFontMetricsF(font_text())
        for row in range(count):
            place = QRectF(box.left(), box.bottom() - (row + 1) * height + 1, box.width(), height - 2)
            painter.drawImage(place, self._image.copy(0, count - 1 - row, self._image.width(), 1))
            painter.setPen(colour(tokens().outer))
            painter.setFont(font_text())
            name = metrics.elidedText(
                seen(value_text(found.values_b[row])), Qt.TextElideMode.ElideRight, box.left() - space(8)
            )
            beside = QRectF(0.0, place.top(), box.left() - space(8), place.height())
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(font_strong() if row == leader else font_dim())
            painter.setPen(colour(tokens().text if row == leader else tokens().dim))
            end = QRectF(box.right() + space(6), place.top(), space(54), place.height())
            painter.drawText(
                end, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, number_text(float(best[row]), 3)
            )
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().dim))
        painter.drawText(QPointF(box.right() + space(6), box.top() - space(3)), "best")

    def _paint_cells(self, painter: QPainter, box: QRectF, found: PairMap) -> None:
        rows, columns = found.mean.shape
        width, height = box.width() / columns, box.height() / rows
        shades = self._levels(found.mean)
        painter.setFont(font_text())
        metrics = QFontMetricsF(font_text())
        for row in range(rows):
            for column in range(columns):
                place = QRectF(box.left() + column * width, box.bottom() - (row + 1) * height, width, height)
                painter.fillRect(place.adjusted(1, 1, -1, -1), colour(_name(_cividis()[shades[row, column]])))
                text = number_text(float(found.mean[row, column]), 3)
                if metrics.horizontalAdvance(text) < width:
                    painter.setPen(colour("#1d1f23" if shades[row, column] > 140 else "#ffffff"))
                    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
            painter.setPen(colour(tokens().outer))
            beside = QRectF(0.0, box.bottom() - (row + 1) * height, box.left() - space(8), height)
            painter.drawText(
                beside,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                seen(value_text(found.values_b[row])),
            )

    def _paint_trials(self, painter: QPainter, box: QRectF) -> None:
        x, y = self._pixels(box)
        known = np.isfinite(x) & np.isfinite(y)
        draw_discs(painter, x[~self._failed], y[~self._failed], space(2.5), "#ffffff", 0.95, rim="#20242a")
        draw_crosses(painter, x[self._failed], y[self._failed], space(3), "#ffffff")
        for number, fill in ((self._best, tokens().outer), (self._chosen, "")):
            for row in np.flatnonzero(known & (self._numbers == number)).tolist() if number is not None else ():
                painter.setPen(pen("#ffffff", 3.0) if not fill else pen("#20242a", 1.6))
                painter.setBrush(brush(fill) if fill else Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x[row], y[row]), space(6), space(6))
                if not fill:
                    painter.setPen(pen("#20242a", 1.4))
                    painter.drawEllipse(QPointF(x[row], y[row]), space(7), space(7))

    def _paint_point(self, painter: QPainter, box: QRectF) -> None:
        if self._point is None:
            return
        x, y = box.left() + self._point[0] * box.width(), box.bottom() - self._point[1] * box.height()
        painter.setPen(pen("#20242a", 1.4))
        painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
        painter.drawLine(QLineF(box.left(), y, box.right(), y))
        painter.setBrush(brush("#ffffff"))
        painter.drawEllipse(QPointF(x, y), space(5), space(5))

    def _paint_words(self, painter: QPainter, box: QRectF, room: QRectF, found: PairMap) -> None:
        assert self._space is not None
        metrics = QFontMetricsF(font_dim())
        a, b = (self._space[name] for name in found.names)
        paint_range_words(painter, box, range_ticks(a, max(2, int(box.width() // space(70)))), box.bottom() + space(4))
        painter.setFont(font_dim())
        if not found.are_choices[1]:
            painter.setPen(colour(tokens().dim))
            for tick in range_ticks(b, max(2, int(box.height() // space(48)))):
                y = box.bottom() - tick.unit * box.height()
                words = QRectF(0.0, y - metrics.height() / 2, box.left() - space(6), metrics.height())
                painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.words)
            painter.setPen(colour(tokens().outer))
            painter.save()
            painter.translate(metrics.ascent(), box.center().y())
            painter.rotate(-90.0)
            across = QRectF(-box.height() / 2, -metrics.ascent(), box.height(), metrics.height())
            name = metrics.elidedText(seen(name_words(found.names[1])), Qt.TextElideMode.ElideMiddle, box.height())
            painter.drawText(across, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)
            painter.restore()
        painter.setPen(colour(tokens().outer))
        below = QRectF(box.left(), room.bottom() - metrics.height() - 2, box.width(), metrics.height())
        painter.drawText(
            below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, seen(name_words(found.names[0]))
        )

    # -- colours -----------------------------------------------------------------------------------------------------

    def _levels(self, mean: Array) -> Array:
        """Which of the 256 colours each score has: the last is the best."""
        low, high = self._bounds
        share = np.clip((mean - low) / max(high - low, 1e-300), 0.0, 1.0)
        return np.asarray(255 * (1.0 - share if self._minimize else share)).astype(np.uint8)

    def _coloured(self, found: PairMap) -> QImage:
        rgb = np.ascontiguousarray(_cividis()[self._levels(found.mean)[::-1]])
        height, width = rgb.shape[:2]
        return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()

    # -- the mouse ---------------------------------------------------------------------------------------------------

    def _pixels(self, box: QRectF) -> tuple[Array, Array]:
        return box.left() + self._x * box.width(), box.bottom() - self._y * box.height()

    def trial_at(self, at: QPointF) -> int | None:
        """The trial under the mouse."""
        if not len(self._numbers) or self._box.isEmpty():
            return None
        x, y = self._pixels(self._box)
        row = nearest_point(at, x, y, float(space(REACH)))
        return None if row is None else int(self._numbers[row])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """As everywhere."""
        return self.words.lines(number) if self.words is not None else ()

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Choose a trial, or put the point here."""
        number = self.trial_at(at)
        if number is not None:
            self.picked.emit(number)
        elif self._box.contains(at):
            self._put(at)

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """With the button down the point follows."""
        if buttons & Qt.MouseButton.LeftButton and self._box.contains(at) and self.trial_at(at) is None:
            self._put(at)
        else:
            super().mouse_moved(at, buttons)

    def mouse_double_clicked(self, at: QPointF) -> None:
        """Nothing: two clicks put the point twice."""

    def _put(self, at: QPointF) -> None:
        box = self._box
        self.placed.emit((at.x() - box.left()) / box.width(), (box.bottom() - at.y()) / box.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the point by a thirtieth of the ranges."""
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._point is None:
            super().keyPressEvent(event)
            return
        x, y = (float(np.clip(now + by / 30.0, 0.0, 1.0)) for now, by in zip(self._point, step, strict=True))
        self.placed.emit(x, y)


def _name(rgb: Array) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in rgb))
