"""A value axis for numbers of both signs, whose logarithmic scale passes through zero."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Array
from gui.plots.axes import NumberAxis, log_tick_text

FEWEST_TICKS = 3  # with fewer, numbers between powers of ten are named too


def signed_log(values: Array, unit: float) -> Array:
    """Axis positions: about ``values / unit`` below a unit, decimal logarithms of it beyond, with the sign kept."""
    return np.asarray(np.sign(values) * np.log10(1.0 + np.abs(values) / unit))


def unit_of(values: Array) -> float:
    """A power of ten at the small end of what is to be told apart; 1 where all is zero."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0.0)])
    if not len(sizes):
        return 1.0
    return float(10.0 ** math.floor(math.log10(float(np.quantile(sizes, 0.1)))))


class SignedAxis(NumberAxis):
    """The axis at the left; ``unit`` is the one that positions were made with.

    Where it is not ``signed``, its logarithmic scale is the usual one, for positive numbers.
    """

    def __init__(self) -> None:
        super().__init__("left", grid=True)
        self.unit = 1.0
        self.signed = True

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        """Zero and powers of ten on both sides, as many as have room."""
        if not self.log or not self.signed or not math.isfinite(minVal + maxVal) or maxVal <= minVal:
            return super().tickValues(minVal, maxVal, size)
        per_tick = max(self.style["tickTextHeight"] * 2.2, 30.0) / max(size, 1.0) * (maxVal - minVal)
        every = max(1, math.ceil(per_tick))
        top = math.ceil(max(abs(minVal), abs(maxVal)))
        first = max(1, every)  # the tick next to zero needs its room as well
        for factors in ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0)):
            sizes = [math.log10(1.0 + f * 10.0**power) for power in range(first, top + 1, every) for f in factors]
            found = sorted(x for x in (0.0, *sizes, *(-size for size in sizes)) if minVal <= x <= maxVal)
            if len(found) >= FEWEST_TICKS:
                break
        return [(None, found)]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        """The numbers at positions."""
        if not self.log or not self.signed:
            return super().tickStrings(values, scale, spacing)
        return [self._text(value) for value in values]

    def _text(self, position: float) -> str:
        if position == 0.0:
            return "0"
        size = float(f"{self.unit * (10.0 ** abs(position) - 1.0):.3g}")  # no trace of the way there and back
        return ("-" if position < 0.0 else "") + log_tick_text(size)
