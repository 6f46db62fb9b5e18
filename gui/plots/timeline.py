"""``plot_timeline``: a lane a worker, each trial as long as it took and as strong as it was good."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.timeline import Timeline, timeline_title
from engine.analysis.title import Title
from engine.arrays import Array
from engine.trials import State
from gui.base.formats import duration_text
from gui.base.theme import blend, font_dim, space, tokens
from gui.plots.colours import brush, colour, pen
from gui.plots.frame import CENTRE, MIDDLE, RIGHT, Frame, step_through
from gui.plots.painted import PaintedPlot

MOST_LANES = 64  # more are a density (pages.md 1.5)
MOST_BARS = 3000  # trials from which a density is shown, too: their bars would be thinner than a pixel
THIN_FROM = 9  # lanes from which no numbers stand in them
NOTHING = "A lane a worker appears here once a trial has ended."


class TimelinePlot(PaintedPlot):
    """Hands over the trial under the mouse; arrows go along the starts."""

    def __init__(self, name: str = "plot_timeline", parent: QWidget | None = None) -> None:
        super().__init__(name, "When each trial ran", parent)
        self._found: Timeline | None = None

    def show_timeline(self, found: Timeline) -> None:
        """Show other times."""
        self._found = found
        self.explain("" if len(found.numbers) else NOTHING)
        title = timeline_title(found)
        more = " · busy workers over time, as there are too many trials for bars" if self._is_density else ""
        self.say(Title(title.subject, title.rest, f"{title.remark}{more}", title.loop))
        self.describe(f"{self.headline.sentence}. {len(found.numbers)} trials in {found.lanes} lanes.")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trials, lanes and seconds since the first start, pauses left out."""
        found = self._found
        assert found is not None
        return ("trial", "lane", "start_seconds", "end_seconds"), (
            found.numbers,
            found.lane + 1,
            found.start,
            found.end,
        )

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Lanes from top to bottom, seconds below."""
        found = self._found
        if found is None or not len(found.numbers):
            return
        frame, height = self._frame(room)
        if self._is_density:
            self._paint_density(painter, frame)
        else:
            self._paint_lanes(painter, frame, height)
        words = [(value, text) for value, text in frame.x_ticks(7)]
        frame.draw_x(painter, words)
        metrics = QFontMetricsF(font_dim())
        painter.setPen(colour(tokens().dim))
        box = QRectF(0.0, frame.box.bottom() + space(5), frame.box.left() - space(8), metrics.height())
        painter.drawText(box, RIGHT | MIDDLE, "seconds")

    def trial_at(self, at: QPointF) -> int | None:
        """The bar under the mouse."""
        found = self._found
        if found is None or not len(found.numbers) or self._is_density:
            return None
        frame, height = self._frame(QRectF(self.surface.rect()))
        lane = int((at.y() - frame.box.top()) // height)
        left, right = frame.px(found.start), np.maximum(frame.px(found.end), frame.px(found.start) + 2.0)
        inside = np.flatnonzero((found.lane == lane) & (left <= at.x()) & (at.x() <= right))
        return int(found.numbers[inside[0]]) if len(inside) else None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Its number, how long it took, how good it was."""
        found = self._found
        assert found is not None
        row = int(np.flatnonzero(found.numbers == number)[0])
        took = duration_text(float(found.end[row] - found.start[row]))
        state = State(int(found.state[row]))
        place = found.goodness[row]
        better = f"better than {100 * place:.0f} % of the trials" if place == place else state.label
        return f"trial {number}, worker {int(found.lane[row]) + 1}", took, better

    def neighbour(self, step: int) -> int | None:
        """The trial that began before or after."""
        found = self._found
        return None if found is None else step_through(found.numbers, self._chosen, step)

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _is_density(self) -> bool:
        found = self._found
        return found is not None and (found.lanes > MOST_LANES or len(found.numbers) > MOST_BARS)

    def _frame(self, room: QRectF) -> tuple[Frame, float]:
        found = self._found
        assert found is not None
        metrics = QFontMetricsF(font_dim())
        left = metrics.horizontalAdvance("worker 88") + space(12)
        body = max(room.height() - metrics.height() - space(8), 8.0)
        lanes = min(found.lanes, MOST_LANES) or 1
        height = min(body / lanes, float(space(40)))
        box = QRectF(left, 0.0, max(room.width() - left - space(2), 10.0), height * lanes)
        return Frame(box, (0.0, found.seconds or 1.0), (0.0, 1.0)), height

    def _paint_lanes(self, painter: QPainter, frame: Frame, height: float) -> None:
        found = self._found
        assert found is not None
        colours, metrics = tokens(), QFontMetricsF(font_dim())
        gap = 1.0 if found.lanes >= THIN_FROM else float(space(5))
        painter.setFont(font_dim())
        if found.lanes < THIN_FROM:
            for lane in range(found.lanes):
                painter.setPen(colour(colours.text))
                box = QRectF(0.0, frame.box.top() + lane * height, frame.box.left() - space(10), height)
                painter.drawText(box, RIGHT | MIDDLE, f"worker {lane + 1}")
        left, right = frame.px(found.start), frame.px(found.end)
        for row, number in enumerate(found.numbers.tolist()):
            top = frame.box.top() + int(found.lane[row]) * height + gap
            bar = QRectF(left[row], top, max(right[row] - left[row] - 1.0, 1.5), height - 2 * gap)
            is_failed = found.state[row] == State.FAILED
            place = found.goodness[row]
            share = 0.85 if is_failed else 0.12 if place != place else 0.15 + 0.75 * float(place) ** 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(colours.bad if is_failed else colours.outer, share))
            painter.drawRoundedRect(bar, 2.0, 2.0)
            if number == self._chosen:
                painter.setPen(pen(colours.text, 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(bar.adjusted(-1, -1, 1, 1), 2.0, 2.0)
            if found.lanes < THIN_FROM and bar.width() > metrics.horizontalAdvance(str(number)) + space(6):
                ground = blend(colours.outer, colours.window, share)
                painter.setPen(
                    colour(colours.text if _is_light(ground) == _is_light(colours.window) else colours.window)
                )
                painter.drawText(bar, CENTRE | MIDDLE, str(number))

    def _paint_density(self, painter: QPainter, frame: Frame) -> None:
        """How many workers were busy, over time."""
        found = self._found
        assert found is not None
        edges = np.linspace(0.0, found.seconds, max(int(frame.box.width()), 2))
        busy = np.searchsorted(np.sort(found.start), edges, side="right") - np.searchsorted(np.sort(found.end), edges)
        shown = Frame(frame.box, frame.x, (0.0, float(busy.max()) or 1.0))
        shown.draw_y(painter)
        shown.draw_band(painter, edges, np.zeros(len(edges)), busy.astype(float), tokens().outer, 0.4)


def _is_light(shade: str) -> bool:
    return colour(shade).lightnessF() > 0.55
