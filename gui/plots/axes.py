"""Axes of every plot: four to six round ticks, hairlines on the value axis only, linear or logarithmic."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from gui.base.text import markup
from gui.base.theme import font_dim, tokens

MOST_TICKS = 5  # as drawn
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)  # steps between ticks, times a power of ten, as pyqtgraph has them


def nice_step(span: float, wanted: int, whole: bool = False) -> float:
    """A round distance (1, 2, 2.5 or 5 times a power of ten) that cuts ``span`` into about ``wanted`` parts."""
    if not math.isfinite(span) or span <= 0.0:
        return 1.0
    raw = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    steps = [factor * power for factor in _ROUND]
    if whole:
        steps = [step for step in steps if step >= 1.0 and step == int(step)] or [1.0]
    return min(steps, key=lambda step: abs(math.log(step / raw)))


def nice_range(low: float, high: float, wanted: int = 5) -> tuple[float, float]:
    """The range from ``low`` to ``high`` widened to whole steps; a single value gets room on both sides."""
    if high <= low:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    step = nice_step(high - low, wanted)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def ticks(low: float, high: float, wanted: int, whole: bool = False) -> tuple[float, list[float]]:
    """The step and the round numbers from ``low`` to ``high``."""
    step = nice_step(high - low, wanted, whole)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return step, [index * step for index in range(first, min(last, first + 50) + 1)]


def log_ticks(low: float, high: float, wanted: int) -> list[float]:
    """Round numbers (not their logarithms) between ten to the ``low`` and ten to the ``high``."""
    span = high - low
    if span < 0.5:  # less than a factor of three: the axis is all but linear
        return [value for value in ticks(10.0**low, 10.0**high, wanted)[1] if value > 0.0]
    if span > wanted:
        every = math.ceil(span / wanted)
        return [10.0**power for power in range(math.ceil(low / every) * every, math.floor(high) + 1, every)]
    factors = (1.0, 2.0, 5.0) if span * 3 <= wanted + 3 else (1.0, 3.0) if span * 2 <= wanted + 2 else (1.0,)
    found = [f * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for f in factors]
    return [value for value in found if low - 1e-9 <= math.log10(value) <= high + 1e-9]


def tick_text(value: float, step: float) -> str:
    """A tick's number with the digits that its step needs: ``0.94``, ``20``, ``1.5e-4``."""
    if value == 0.0 or abs(value) < step * 1e-6:
        return "0"
    size = max(abs(value), step)
    if size >= 1e5 or step < 1e-4:
        return _scientific(value, step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(round(step, decimals) - step) > 1e-3 * step:  # 0.25 needs one digit more than its power of ten says
        decimals += 1
    return f"{value:.{decimals}f}"


def log_tick_text(value: float) -> str:
    """A tick of a logarithmic axis: ``0.05``, ``200``, ``1e-4``."""
    if 1e-3 <= value < 1e5:
        return f"{value:.6g}"
    return _scientific(value, value)


def _scientific(value: float, step: float) -> str:
    power = math.floor(math.log10(abs(value)) + 1e-12)
    digits = max(0, power - math.floor(math.log10(step) + 1e-9))
    mantissa = f"{value / 10.0**power:.{min(digits, 6)}f}"
    return f"{mantissa}e{power}"


class NumberAxis(pg.AxisItem):
    """One axis. ``grid`` draws hairlines across the plot; ``whole`` allows whole numbers only; ``log`` is a switch.

    On a logarithmic axis positions are decimal logarithms; the plot hands over data in that form.
    """

    def __init__(self, orientation: str, *, grid: bool, whole: bool = False) -> None:
        super().__init__(orientation)
        self.log = False
        self.is_bare = False  # nothing is measured along it yet
        self.whole = whole
        self._has_grid = grid
        self.setStyle(tickLength=0, tickTextOffset=8, tickAlpha=255 if grid else 0, maxTickLevel=0, maxTextLevel=0)
        self.setStyle(hideOverlappingLabels=False, autoReduceTextSpace=False)
        self.enableAutoSIPrefix(False)
        self.setZValue(-10)
        self.recolour()

    def name(self, text: str) -> None:
        """Set the axis's name, with its unit."""
        if text != self.labelText:
            self._write(text)

    def labelString(self) -> str:
        """The name as the HTML that pyqtgraph draws."""
        return f'<span style="color:{tokens().dim}">{markup(self.labelText)}</span>'

    def _write(self, text: str) -> None:
        self.setLabel(text, color=tokens().dim)
        self.label.setFont(font_dim())

    def recolour(self) -> None:
        """Take colours and fonts from the theme in force."""
        colours = tokens()
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setTextPen(QColor(colours.dim))
        self.setTickPen(QPen(QColor(colours.line), 1))
        self.setGrid(255 if self._has_grid else False)
        self.setTickFont(font_dim())
        self._write(self.labelText)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        """One level of ticks: at most six, fewer where there is no room."""
        if self.is_bare or not math.isfinite(minVal) or not math.isfinite(maxVal) or maxVal <= minVal:
            return []
        room = self.style["tickTextHeight"] * 2.2 if self.orientation == "left" else font_dim().pointSizeF() * 7.0
        wanted = max(2, min(MOST_TICKS, int(size / max(room, 30.0))))
        if self.log:
            return [(None, [math.log10(value) for value in log_ticks(minVal, maxVal, wanted)])]
        step, values = ticks(minVal, maxVal, wanted, self.whole)
        while len(values) < 2 and wanted < MOST_TICKS and not self.whole:  # a single tick tells no scale
            wanted += 1
            step, values = ticks(minVal, maxVal, wanted, self.whole)
        return [(step, values)]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        """The words for a level of ticks."""
        if self.log or spacing is None:
            return [log_tick_text(10.0**value) for value in values]
        return [tick_text(value, spacing) for value in values]

    def boundingRect(self) -> QRectF:
        """The axis and half a number beyond either end, which would be left out otherwise."""
        height = self.style["tickTextHeight"]
        inner: QRectF = super().boundingRect()
        return inner.adjusted(-2 * height, -height, 2 * height, height)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the plot: an axis that scrolls alone surprises."""
        event.ignore()  # type: ignore[attr-defined]
