"""``plot_time_score``: seconds against score, shaded by the hyperparameter that costs the time."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis import robust_range
from engine.analysis.durations import Durations, durations_title
from engine.analysis.title import Title, name_words
from engine.arrays import Array
from gui.base.formats import duration_text, score_text
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import brush, colour
from gui.plots.discs import draw_discs
from gui.plots.frame import (
    LEFT,
    MIDDLE,
    Frame,
    draw_chosen,
    draw_words,
    nearest_point,
    row_of,
    step_through,
    value_frame,
    value_range,
)
from gui.plots.painted import PaintedPlot

PALEST, STRONGEST = 0.25, 1.0  # shades between which those of the groups lie: a guess
WIDEST_LABEL = 110  # pixels, as drawn
MOST_DISCS = 3000  # the newest of more


class DurationsPlot(PaintedPlot):
    """The time axis is logarithmic until ``L`` is pressed."""

    switches_axis = True
    keeps_picture = True

    def __init__(self, name: str = "plot_time_score", parent: QWidget | None = None) -> None:
        super().__init__(name, "Time against score", parent)
        self._found: Durations | None = None
        self._metric, self._minimize = "score", True
        self.log = True

    def show_durations(self, found: Durations, metric: str, *, minimize: bool) -> None:
        """Show other trials."""
        self._found, self._metric, self._minimize = found, metric, minimize
        self.explain("" if len(found.numbers) else "Time and score appear here once a trial has both.")
        title = durations_title(found, metric)
        more = f" · the newest {MOST_DISCS:,} of {len(found.numbers):,}" if len(found.numbers) > MOST_DISCS else ""
        self.say(Title(title.subject, title.rest, f"{title.remark}{more}", title.loop))
        self.describe(f"{self.headline.sentence}.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials with seconds and scores."""
        found = self._found
        assert found is not None
        return ("trial", "seconds", self._metric), (found.numbers, found.seconds, found.score)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Discs, and at the right what their strength means."""
        found = self._found
        if found is None or not len(found.numbers):
            return
        frame = self._frame(room)
        frame.draw_y(painter)
        ticks = frame.x_ticks(6)
        frame.draw_x(painter, [*ticks[:-1], (ticks[-1][0], f"{ticks[-1][1]} s")] if ticks else [])
        x, y = frame.px(found.seconds), np.clip(frame.py(found.score), frame.box.top(), frame.box.bottom())
        shares = self._shares()
        shown = np.arange(len(shares))[-MOST_DISCS:]
        shown = shown[np.argsort(shares[shown], kind="stable")]
        draw_discs(painter, x[shown], y[shown], space(3.5), tokens().outer, shares[shown])
        metrics = QFontMetricsF(font_dim())
        for at, label in enumerate(found.labels[:6]):
            top = frame.box.top() + at * (metrics.height() + space(4))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(tokens().outer, self._shade(at)))
            painter.drawEllipse(
                QPointF(frame.box.right() + space(18), top + metrics.height() / 2), space(3.5), space(3.5)
            )
            box = QRectF(
                frame.box.right() + space(28), top, room.width() - frame.box.right() - space(28), metrics.height()
            )
            first = f"{name_words(found.name)} {label}" if at == 0 else label
            draw_words(painter, box, first, tokens().text, font_dim(), LEFT | MIDDLE)
        painter.setPen(colour(tokens().dim))

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """The selected trial."""
        found = self._found
        row = None if found is None else row_of(found.numbers, self._chosen)
        if found is not None and row is not None:
            frame = self._frame(room)
            y = float(np.clip(frame.py(found.score[row]), frame.box.top(), frame.box.bottom()))
            draw_chosen(painter, QPointF(float(frame.px(found.seconds[row])), y), float(space(6)))

    def trial_at(self, at: QPointF) -> int | None:
        """The disc under the mouse."""
        found = self._found
        if found is None or not len(found.numbers):
            return None
        frame = self._frame(QRectF(self.surface.rect()))
        y = np.clip(frame.py(found.score), frame.box.top(), frame.box.bottom())
        index = nearest_point(at, frame.px(found.seconds), y)
        return None if index is None else int(found.numbers[index])

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its time and its score."""
        found = self._found
        assert found is not None
        row = int(np.flatnonzero(found.numbers == number)[0])
        words = [f"trial {number}: {score_text(float(found.score[row]))}", duration_text(float(found.seconds[row]))]
        if found.name and found.group[row] >= 0:
            words.append(f"{name_words(found.name)} {found.labels[found.group[row]]}")
        return tuple(words)

    def neighbour(self, step: int) -> int | None:
        """The next slower or quicker trial."""
        found = self._found
        if found is None:
            return None
        order = found.numbers[np.argsort(found.seconds, kind="stable")]
        return step_through(order, self._chosen, step)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _frame(self, room: QRectF) -> Frame:
        found = self._found
        assert found is not None
        kept = QRectF(room)
        if found.labels:
            metrics = QFontMetricsF(font_dim())
            labels = [f"{name_words(found.name)} {found.labels[0]}", *found.labels[1:6]]
            widest = max(metrics.horizontalAdvance(label) for label in labels)
            kept.setWidth(room.width() - min(widest, space(WIDEST_LABEL)) - space(30))
        low, high = robust_range(found.score, self._minimize) or (0.0, 1.0)
        x = value_range(found.seconds, log=self.log)
        return value_frame(
            kept, x if self.log else (0.0, x[1]), value_range(np.array([low, high])), named=False, log_x=self.log
        )

    def _shares(self) -> Array:
        found = self._found
        assert found is not None
        if not found.labels:
            return np.full(len(found.numbers), 0.6)
        shades = np.array([*map(self._shade, range(len(found.labels))), 0.12])
        return np.asarray(shades[found.group])  # a trial of no group has the last

    def _shade(self, group: int) -> float:
        found = self._found
        assert found is not None
        count = max(len(found.labels) - 1, 1)
        return STRONGEST - (STRONGEST - PALEST) * group / count
