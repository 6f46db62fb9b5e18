"""``plot_inner_small``: a trial's training in three small charts, and how its curvature stands to its steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from engine.analysis.title import Title
from engine.arrays import Array
from gui.base.formats import number_text
from gui.base.theme import font_dim, font_strong, space, tokens
from gui.plots.axes import log_tick_text, log_ticks
from gui.plots.colours import pen
from gui.plots.frame import LEFT, MIDDLE, RIGHT, Frame, draw_words
from gui.plots.painted import PaintedPlot


@dataclass(frozen=True, eq=False)
class SmallLine:
    """One line of a chart: what it is called at its end, and whether it is dashed."""

    steps: Array
    values: Array
    words: str = ""
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class SmallChart:
    """A chart of values above 0 on a logarithmic axis."""

    name: str
    lines: tuple[SmallLine, ...]


class InnerSmallPlot(PaintedPlot):
    """Charts side by side; no trial is picked here."""

    def __init__(self, name: str = "plot_inner_small", parent: QWidget | None = None) -> None:
        super().__init__(name, "Training of the trial", parent)
        self.headline.most_lines = 2
        self._charts: tuple[SmallChart, ...] = ()

    def show_charts(self, charts: tuple[SmallChart, ...], title: Title, empty: str = "") -> None:
        """Show other charts, or a sentence."""
        self._charts = tuple(one for one in charts if any(_is_drawn(line) for line in one.lines))
        self.explain("" if self._charts else empty)
        self.say(title)
        self.describe(f"{title.sentence}. {title.remark}")
        self.refresh()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Every line: chart, words, step, value."""
        parts = [(chart.name, line) for chart in self._charts for line in chart.lines]
        names = np.array([name for name, line in parts for _ in line.steps], dtype=object)
        words = np.array([line.words for _, line in parts for _ in line.steps], dtype=object)
        steps = np.concatenate([line.steps for _, line in parts] or [np.zeros(0)])
        values = np.concatenate([line.values for _, line in parts] or [np.zeros(0)])
        return ("chart", "line", "step", "value"), (names, words, steps, values)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Each in its share of the width."""
        metrics, colours = QFontMetricsF(font_dim()), tokens()
        left, gap = metrics.horizontalAdvance("0.0001") + space(10), float(space(14))
        width = room.width() / max(len(self._charts), 1)
        for at, chart in enumerate(self._charts):
            drawn = [line for line in chart.lines if _is_drawn(line)]
            known = np.concatenate([line.values[line.values > 0.0] for line in drawn])
            known = known[np.isfinite(known)]
            low, high = float(known.min()) * 0.9, float(known.max()) * 1.1
            last = max(float(line.steps[-1]) for line in drawn)
            first = min(float(line.steps[0]) for line in drawn)
            box = QRectF(at * width + left, metrics.height() + space(6), max(width - left - gap, 10.0), 10.0)
            box.setHeight(max(room.height() - box.top() - metrics.height() - space(8), 10.0))
            frame = Frame(box, (first, last if last > first else first + 1.0), (low, high), log_y=True)
            head = QRectF(at * width + space(6), 0.0, width - space(6), metrics.height())
            draw_words(painter, head, chart.name, colours.inner, font_dim(), LEFT | MIDDLE)
            height = metrics.height()
            for value in log_ticks(np.log10(low), np.log10(high), 3):
                y = float(frame.py(value))
                painter.setPen(pen(colours.line))
                painter.drawLine(int(box.left()), int(y), int(box.right()), int(y))
                words = QRectF(at * width, y - height / 2, left - space(6), height)
                draw_words(painter, words, log_tick_text(value), colours.dim, font_dim(), RIGHT | MIDDLE)
            frame.draw_x(painter, [(first, f"{first:,.0f}"), (last, f"{last:,.0f}")])
            taken: list[QRectF] = []
            for line in drawn:
                made = pen(colours.inner, 1.2 if line.dashed else 2.0)
                if line.dashed:
                    made.setDashPattern([4.0, 3.0])
                painter.setPen(made)
                frame.draw_line(painter, line.steps, np.where(line.values > 0.0, line.values, np.nan))
                self._write_end(painter, frame, line, taken)

    def _write_end(self, painter: QPainter, frame: Frame, line: SmallLine, taken: list[QRectF]) -> None:
        if not line.words:
            return
        font = font_dim() if line.dashed else font_strong()
        metrics = QFontMetricsF(font)
        end = line.values[np.isfinite(line.values) & (line.values > 0.0)]
        words = f"{line.words} {number_text(float(f'{end[-1]:.2g}'))}"
        width = metrics.horizontalAdvance(words) + 2
        y = float(frame.py(float(end[-1])))
        for top in (y - metrics.height() - 3, y + 3, y - 2 * metrics.height() - 3):
            place = QRectF(frame.box.right() - width, top, width, metrics.height())
            if not any(place.intersects(one) for one in taken):
                taken.append(place)
                draw_words(painter, place, words, tokens().inner, font, RIGHT | MIDDLE)
                return


def _is_drawn(line: SmallLine) -> bool:
    return bool(len(line.steps)) and bool((np.isfinite(line.values) & (line.values > 0.0)).any())
