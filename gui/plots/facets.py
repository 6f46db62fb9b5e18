"""Several small pictures side by side in one plot, each over the same steps on a logarithmic scale."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QFontMetricsF

from engine.arrays import Array
from gui.base.theme import font_dim
from gui.plots.axes import NumberAxis

WIDTH = 0.84  # of the unit that a facet takes along the axis; the rest is air
MOST_LABELS = 4  # of one facet


def places(facet: int, steps: Array, last: float) -> Array:
    """Axis positions of ``steps`` (n,) from 1 to ``last`` in a facet counted from 0."""
    if last <= 1.0:
        return np.full(len(steps), facet + WIDTH / 2)
    return np.asarray(facet + WIDTH * np.log(np.maximum(steps, 1.0)) / math.log(last))


class FacetAxis(NumberAxis):
    """The axis under the facets: a few steps are named in each."""

    def __init__(self) -> None:
        super().__init__("bottom", grid=False, whole=True)
        self._count = 0
        self._last = 1.0

    def show_facets(self, count: int, last: float) -> None:
        """How many facets there are, and the last step of each."""
        if (count, last) != (self._count, self._last):
            self._count, self._last = count, last
            self.picture = None  # the labels that pyqtgraph kept are those of another training
            self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        """The first and the last step of every facet, and as many between as have room."""
        if not self._count or maxVal <= minVal:
            return []
        room = WIDTH * size / (maxVal - minVal)
        widest = QFontMetricsF(font_dim()).horizontalAdvance(f" {round(self._last):,} ")
        wanted = max(1, min(MOST_LABELS, int(room / widest)))
        steps = self._named(wanted)
        return [(None, [float(x) for facet in range(self._count) for x in places(facet, steps, self._last)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        """The steps at positions."""
        return [f"{round(self._last ** min((value - math.floor(value)) / WIDTH, 1.0)):,}" for value in values]

    def _named(self, wanted: int) -> Array:
        if self._last <= 1.0 or wanted == 1:
            return np.array([self._last])
        powers = np.append(2.0 ** np.arange(math.ceil(math.log2(self._last))), self._last)
        chosen = np.unique(np.round(np.linspace(0, len(powers) - 1, wanted)).astype(int))
        return np.asarray(powers[chosen])
