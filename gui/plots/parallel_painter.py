"""How parallel coordinates are painted: lines into pictures, piece by piece, with axes, brushes and words on top."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPixmap

from engine.analysis.parallel import Brush, Parallel
from engine.analysis.title import name_words
from engine.arrays import Array
from engine.space import Categorical, SearchSpace
from gui.base.formats import number_text
from gui.base.text import seen
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.plots.axes import tick_text, ticks
from gui.plots.colours import brush, colour, pen
from gui.plots.many_lines import draw_lines
from gui.plots.range_ticks import range_ticks
from gui.plots.stroked_lines import Stroke, StrokedLines, segments

MOST_LINES, MOST_BRUSHED = 2000, 1000  # lines of all, beyond which there is their density; brushed lines, best first
NOT_SET = -0.03  # of an axis: what lies lower is the band of what is not set
FEW, MANY = 60, 300  # brushed lines from which on they are paler, as lines that cross add up: guesses
BAND = 16  # pixels of the design below an axis, where *not set* and *failed* lie
DIM, FAILED = 0.22, 0.35  # how opaque the line of a trial is, and that of a failed one
PIECE = 0.005  # seconds that painting lines may take of a turn of the event loop: a frame has room for the rest


class ParallelPainter:
    """Belongs to one plot. Places are worked out by :meth:`place` for the room of its surface."""

    def __init__(self) -> None:
        self.found: Parallel | None = None
        self.search_space: SearchSpace | None = None
        self.mask: Array = np.zeros(0, dtype=bool)
        self.height = 1.0
        self._metric = "score"
        self._picture: Array | None = None
        self._brushes: dict[str, tuple[Brush, ...]] = {}
        self._best: int | None = None
        self._selected: int | None = None
        self._x: Array = np.zeros(0)
        self._room = QRectF()
        self._top = self._bottom = 0.0
        self._density: tuple[object, QPixmap] = (None, QPixmap())
        self._all, self._brushed = StrokedLines(), StrokedLines()
        self._changes = self._brushings = 0

    def show_trials(self, found: Parallel, search_space: SearchSpace, picture: Array | None, metric: str) -> None:
        """Paint other trials."""
        self.found, self.search_space, self._picture, self._metric = found, search_space, picture, metric
        self.mask = np.zeros(len(found), dtype=bool)
        self.forget()

    def show_density(self, picture: Array) -> None:
        """Paint another density of the same trials."""
        self._picture = picture
        self.forget()

    def show_brushed(self, mask: Array, best: int | None) -> None:
        """Paint other trials as brushed."""
        self.mask, self._best = mask, best
        self._brushings += 1

    def put_brushes(self, brushes: dict[str, tuple[Brush, ...]]) -> None:
        """Paint other brushes, before it is known what they take in."""
        self._brushes = brushes

    def select(self, number: int | None) -> None:
        """Paint the line of another trial above all."""
        self._selected = number

    def forget(self) -> None:
        """Paint every line anew."""
        self._changes += 1

    # -- places ------------------------------------------------------------------------------------------------------

    def place(self, room: QRectF) -> None:
        """Find where the axes stand in a room."""
        self._room = room
        if self.found is None:
            return
        names = QFontMetricsF(font_text()).height()
        count = len(self.found.names) + 1
        left, right = space(34), space(66)
        self._top = names + space(8)
        self._bottom = room.height() - space(BAND) - QFontMetricsF(font_dim()).height() - 2
        self.height = max(self._bottom - self._top, 1.0)
        self._x = np.linspace(left, max(room.width() - right, left + 1.0), count)

    def axis_at(self, at: QPointF) -> str | None:
        """The axis near the mouse, the score's as ``""``."""
        if self.found is None or not self._top - 6 <= at.y() <= self._bottom + space(BAND) + 6:
            return None
        rank = int(np.argmin(np.abs(self._x - at.x())))
        return self._axes[rank] if abs(float(self._x[rank]) - at.x()) <= space(9) else None

    def name_at(self, at: QPointF) -> str | None:
        """The axis whose name is under the mouse."""
        if self.found is None or at.y() > self._top - 6:
            return None
        rank = int(np.argmin(np.abs(self._x - at.x())))
        return self._axes[rank] if abs(float(self._x[rank]) - at.x()) <= self._gap / 2 else None

    def rank_at(self, x: float) -> int:
        """Which axis stands nearest to a place."""
        return int(np.argmin(np.abs(self._x - x)))

    def place_at(self, at: QPointF) -> float:
        """The place on an axis at the height of the mouse; below 0 in the band of what is not set."""
        return float((self._bottom - at.y()) / self.height)

    def trial_at(self, at: QPointF, reach: float) -> int | None:
        """The line nearest to the mouse, if it is near; brushed lines first."""
        found = self.found
        if found is None or not len(found) or len(self._x) < 2:
            return None
        rank = int(np.searchsorted(self._x, at.x())) - 1
        if not 0 <= rank < len(self._x) - 1 or not self._top - 4 <= at.y() <= self._bottom + space(BAND):
            return None
        share = (at.x() - self._x[rank]) / (self._x[rank + 1] - self._x[rank])
        for rows in (np.flatnonzero(self.mask), np.arange(len(found))):
            if not len(rows):
                continue
            y = self._heights(rows, (rank, rank + 1))
            distance = np.abs(y[:, 0] + share * (y[:, 1] - y[:, 0]) - at.y())
            best = int(np.argmin(distance))
            if distance[best] <= reach:
                return int(found.numbers[rows[best]])
        return None

    def neighbour(self, step: int) -> int | None:
        """The next better (-1) or worse one of the brushed trials."""
        found = self.found
        if found is None:
            return None
        rows = np.flatnonzero(self.mask & ~found.failed) if self.mask.any() else np.flatnonzero(~found.failed)
        ranked = found.numbers[rows[np.argsort(-found.places[rows, -1], kind="stable")]].tolist()
        if not ranked:
            return None
        if self._selected not in ranked:
            return int(ranked[0])
        return int(ranked[max(0, min(len(ranked) - 1, ranked.index(self._selected) + step))])

    @property
    def _axes(self) -> tuple[str, ...]:
        assert self.found is not None
        return (*self.found.names, "")

    @property
    def _gap(self) -> float:
        return float(self._x[1] - self._x[0]) if len(self._x) > 1 else self._room.width()

    def _heights(self, rows: Array, columns: tuple[int, ...] | slice) -> Array:
        """Pixels of lines (r,) on axes; what is not set lies in the band below."""
        assert self.found is not None
        places = self.found.places[rows][:, columns]
        return np.where(np.isfinite(places), self._bottom - places * self.height, self._bottom + space(BAND))

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, room: QRectF, dots: float, moved: str | None, moved_to: float) -> None:
        """Everything; ``moved`` is the axis whose name is dragged, to ``moved_to``."""
        found = self.found
        if found is None or self.search_space is None or not len(self._x):
            return
        self.prepare(room, dots)
        if self._picture is None:
            self._all.show(painter)
        else:
            painter.drawPixmap(0, 0, self._density_picture(room, dots))
        self._brushed.show(painter)
        for number, width, shade in ((self._best, 2.4, tokens().outer), (self._selected, 1.8, tokens().text)):
            if number is not None and (number != self._best or shade == tokens().outer):
                painter.setPen(pen(shade, width))  # whose ends are square: round ones cost ten times as much
                draw_lines(painter, self._lines(np.flatnonzero(found.numbers == number)))
        self._paint_axes(painter, moved)
        self._paint_brushes(painter)
        if moved is not None:
            painter.setPen(pen(tokens().outer, 1.0, 0.6))
            painter.drawLine(QLineF(moved_to, self._top, moved_to, self._bottom))

    def paint_current(self, painter: QPainter, rank: int) -> None:
        """The mark of the axis that keys act on."""
        x = float(self._x[rank])
        painter.setPen(pen(tokens().text))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(x - space(9), self._top - 4, space(18), self.height + 8), space(4), space(4))

    def _brushed_rows(self) -> Array:
        """The best of them, the best first."""
        assert self.found is not None
        rows = np.flatnonzero(self.mask)
        order = np.argsort(-np.nan_to_num(self.found.places[rows, -1], nan=-1.0), kind="stable")
        return rows[order[:MOST_BRUSHED]]

    @property
    def is_done(self) -> bool:
        """Whether every line is painted."""
        return self._all.is_done and self._brushed.is_done

    def go_on(self, seconds: float = PIECE) -> None:
        """Paint further lines, the brushed ones first."""
        (self._all if self._brushed.is_done else self._brushed).go_on(seconds)

    def prepare(self, room: QRectF, dots: float) -> None:
        """Begin the pictures of lines that are to be others, and paint their first piece."""
        if self.found is None or not len(self._x):
            return
        looks = (self._changes, room.size().toTuple(), dots, tokens().name)
        if self._picture is None and not self._all.is_of(looks):
            self._all.begin(looks, room.size(), dots, self._strokes_of_all(dots))
            self._all.go_on(PIECE)
        brushed_looks = (*looks, self._brushings)
        if not self._brushed.is_of(brushed_looks):
            rows = self._brushed_rows()
            is_few = len(rows) < FEW
            share = 0.75 if is_few else 0.35 if len(rows) < MANY else 0.08
            made = pen(tokens().outer, 1.3 if is_few else 1.0 / dots, share)
            self._brushed.begin(brushed_looks, room.size(), dots, (Stroke(made, self._lines(rows)),))
            self._brushed.go_on(PIECE)

    def _strokes_of_all(self, dots: float) -> tuple[Stroke, ...]:
        found = self.found
        assert found is not None
        strokes = []
        for failed, shade, share in ((False, tokens().dim, DIM), (True, tokens().bad, FAILED)):
            rows = np.flatnonzero(found.failed == failed)
            made = pen(shade, 1.0 if len(rows) < MANY else 1.0 / dots, share if len(rows) < 500 else share / 2)
            if failed:
                made.setDashPattern([4.0, 3.0])
            strokes.append(Stroke(made, self._lines(rows)))
        return tuple(strokes)

    def _lines(self, rows: Array) -> Array:
        """The lines of trials, from axis to axis."""
        return segments(self._x, self._heights(rows, slice(None)))

    def _density_picture(self, room: QRectF, dots: float) -> QPixmap:
        """How dense the lines of all trials are, painted once."""
        key = (self._changes, room.size().toTuple(), dots, tokens().name)
        if self._density[0] != key:
            made = QPixmap((room.size() * dots).toSize())
            made.setDevicePixelRatio(dots)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            box = QRectF(float(self._x[0]), self._top, float(self._x[-1] - self._x[0]), self.height)
            painter.drawImage(box, self._density_image())
            painter.end()
            self._density = (key, made)
        return self._density[1]

    def _density_image(self) -> QImage:
        assert self._picture is not None
        share = np.log1p(self._picture[::-1]) / max(float(np.log1p(self._picture.max())), 1e-9)
        rgba = np.empty((*share.shape, 4), dtype=np.uint8)
        shade = colour(tokens().dim)
        rgba[..., 0], rgba[..., 1], rgba[..., 2] = shade.red(), shade.green(), shade.blue()
        rgba[..., 3] = (150 * share).astype(np.uint8)
        height, width = share.shape
        return QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()

    def _paint_axes(self, painter: QPainter, moved: str | None) -> None:
        assert self.found is not None
        assert self.search_space is not None
        for rank, name in enumerate(self._axes):
            x = float(self._x[rank])
            painter.setPen(pen(tokens().text, 1.0, 0.85))
            painter.drawLine(QLineF(x, self._top, x, self._bottom))
            self._paint_name(painter, x, name, name == moved)
            if not name:
                self._paint_scores(painter, x)
                continue
            rule = self.search_space[name]
            found = range_ticks(rule, 3)
            if not isinstance(rule, Categorical):
                ends = [number_text(rule.low, 3), number_text(rule.high, 3)]
                found = [type(found[0])(0.0, ends[0]), type(found[0])(1.0, ends[1])]
            for tick in found:
                self._paint_value(painter, x, self._bottom - tick.unit * self.height, tick.words)
            if np.isnan(self.found.places[:, rank]).any():
                self._paint_not_set(painter, x)

    def _paint_name(self, painter: QPainter, x: float, name: str, is_moved: bool) -> None:
        font = font_text() if name else font_strong()
        metrics = QFontMetricsF(font)
        words = metrics.elidedText(
            seen(name_words(name) if name else self._metric), Qt.TextElideMode.ElideMiddle, max(self._gap - 6, 30)
        )
        width = metrics.horizontalAdvance(words)
        left = min(max(x - width / 2, 0.0), max(self._room.width() - width, 0.0))
        painter.setFont(font)
        painter.setPen(colour(tokens().outer, 0.4 if is_moved else 1.0))
        painter.drawText(QPointF(left, metrics.ascent()), words)

    def _paint_value(self, painter: QPainter, x: float, y: float, words: str) -> None:
        """A value right of its axis, on a patch of the window's colour."""
        metrics = QFontMetricsF(font_dim())
        words = metrics.elidedText(seen(words), Qt.TextElideMode.ElideRight, max(self._gap - space(14), 20))
        y = min(max(y, self._top + metrics.height() / 2), self._bottom - metrics.height() / 2)
        box = QRectF(x + 3, y - metrics.height() / 2, metrics.horizontalAdvance(words) + 4, metrics.height())
        painter.fillRect(box, colour(tokens().window, 0.85))
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().text))
        painter.drawText(box.adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_scores(self, painter: QPainter, x: float) -> None:
        assert self.found is not None
        low, high = self.found.bounds
        step, values = ticks(low, high, 5)
        metrics = QFontMetricsF(font_dim())
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().dim))
        worst = self.found.score_at(0.0)
        for value in values:
            place = (high - value if self.found.minimize else value - low) / (high - low)
            y = self._bottom - place * self.height
            if self.found.is_clipped and y > self._bottom - metrics.height():
                continue
            painter.drawText(QPointF(x + space(8), y + metrics.ascent() / 2 - 1), tick_text(value, step))
        if self.found.is_clipped:
            sign = "≥" if self.found.minimize else "≤"
            painter.drawText(QPointF(x + space(8), self._bottom + 4), f"{sign} {number_text(worst, 3)}")
        if self.found.failed.any():
            painter.setPen(colour(tokens().bad))
            y = self._bottom + space(BAND)
            painter.drawText(QPointF(x + space(8), y + metrics.ascent() / 2), "failed")

    def _paint_not_set(self, painter: QPainter, x: float) -> None:
        metrics = QFontMetricsF(font_dim())
        y = self._bottom + space(BAND)
        line = pen(tokens().text, 1.0, 0.7)
        line.setDashPattern([2.0, 2.0])
        painter.setPen(line)
        half = min(space(26), self._gap / 2 - 4)
        painter.drawLine(QLineF(x - half, y, x + half, y))
        painter.setFont(font_dim())
        painter.setPen(colour(tokens().dim))
        width = metrics.horizontalAdvance("not set")
        painter.drawText(QPointF(x - width / 2, y + metrics.ascent() + 2), "not set")

    def _paint_brushes(self, painter: QPainter) -> None:
        for name, parts in self._brushes.items():
            if name not in self._axes:
                continue
            x, half = float(self._x[self._axes.index(name)]), space(5)
            for one in parts:
                low, high = one.ends
                box = (
                    QRectF(x - space(26), self._bottom + space(BAND) - 4, space(52), 8)
                    if one.not_set
                    else QRectF(x - half, self._bottom - high * self.height, 2 * half, (high - low) * self.height)
                )
                painter.setPen(pen(tokens().outer, 1.4))
                painter.setBrush(brush(tokens().outer, 0.18))
                painter.drawRoundedRect(box, 3, 3)
