"""What the views of single layers share: a facet a layer, its name above it, and a line over the epochs told of."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from engine.analysis import Measure
from engine.arrays import Array
from gui.base.theme import font_dim, space, tokens
from gui.plots.colours import NO_PEN, brush, colour, line_pen
from gui.plots.curve import Curve
from gui.plots.facets import WIDTH, FacetAxis
from gui.plots.inner.base import InnerPlot
from gui.plots.signed_axis import SignedAxis, signed_log

MOST_LAYERS = 8  # of more layers an even choice is shown


class FacetedPlot(InnerPlot):
    """Draws lines in facets, in inner; the scale of each measure is remembered.

    ``log_at_first`` names the measures that begin on a logarithmic scale.
    """

    log_at_first: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, name: str, title: str, values: SignedAxis, parent: QWidget | None = None) -> None:
        self._facets, self._values = FacetAxis(), values
        super().__init__(name, title, (self._facets, self._values), parent)
        self._logs: dict[str, bool] = {}
        self._points: tuple[Array, Array] = (np.zeros(0), np.zeros(0))
        self._lines = Curve()
        self._dots = pg.ScatterPlotItem(symbol="o", size=space(5), pxMode=True, antialias=True)
        self._names: list[pg.TextItem] = []

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def take_measure(self, measure: Measure) -> None:
        """Show the other measure; its scale is the one it had last."""
        super().take_measure(measure)
        super().set_log(self._logs.get(measure.name, measure.name in self.log_at_first))

    def set_log(self, log: bool) -> None:
        """Choose the scale and remember it for this measure."""
        self._logs[self.measure.name] = log
        super().set_log(log)

    def to_axis(self, values: Array) -> Array:
        """Values as they are, or on a logarithmic scale that passes through zero."""
        return signed_log(values, self._values.unit) if self.log else values

    def recolour(self) -> None:
        """All in inner: parameters are what is seen."""
        shade = tokens().inner
        self._lines.setPen(line_pen(shade, 2.0))
        self._dots.setPen(NO_PEN)
        self._dots.setBrush(brush(shade))
        for name in self._names:
            self._dress_name(name)

    def nearest(self, at: QPointF) -> int | None:
        """The point of a line under the mouse."""
        return self.closest(*self._points, at)

    # -- for views ---------------------------------------------------------------------------------------------------

    def _draw_lines(self, across: list[Array], along: list[Array]) -> None:
        """One line a facet, at axis positions, with a dot at each epoch."""
        self._points = np.concatenate(across), np.concatenate(along)
        gap = np.array([np.nan])
        self._lines.setData(
            np.concatenate([part for x in across for part in (x, gap)]),
            np.concatenate([part for y in along for part in (y, gap)]),
        )
        self._dots.setData(*self._points)

    def _show_range(self, low: float, high: float, names: list[str]) -> None:
        """Show axis positions from ``low`` to ``high``, and a facet under each of ``names``."""
        pixel = (high - low) / max(self.box.height(), space(100))
        top = high + space(24) * pixel  # the names stand above what is drawn
        self.set_home((-0.06, len(names) - 1 + WIDTH + 0.06), (low - space(4) * pixel, top))
        while len(self._names) < len(names):
            name = pg.TextItem(anchor=(0.0, 0.0))
            name.textItem.document().setDocumentMargin(0)
            self._names.append(name)
            self._dress_name(name)
            self.box.addItem(name, ignoreBounds=True)
        for facet, item in enumerate(self._names):
            item.setVisible(facet < len(names))
            if facet < len(names):
                item.setText(names[facet])
                item.setPos(float(facet), top)

    def _name_axes(self, values: str) -> None:
        scale = self.tr(" (signed log scale)") if self.log else ""
        self._values.name(values + scale)
        self._facets.name(self.tr("{0} (log scale)").format(self.picture.step_name))

    def _empty_sentence(self, what: str) -> str:
        """Why nothing of ``what`` (a plural) is seen, or when it will be."""
        subject = self.picture.subject or self.tr("This trial")
        if self.picture.is_over and self.picture.tells_layers:
            words = self.tr("{0} was trained before {1} were recorded. Retry it to see them.")
            if not len(self.picture.curve):
                words = self.tr("{0} ended before its first epoch, so nothing is known of its {1}.")
            return words.format(subject, what)
        if self.picture.is_over:
            return self.tr("{0} did not record {1}; only Twinloop's own neural networks and linear models do.").format(
                subject, what
            )
        return self.tr("{0} appear here at epochs 1, 2, 4, 8 and so on while the trial learns.").format(
            what.capitalize()
        )

    def _dress_name(self, name: pg.TextItem) -> None:
        name.setFont(font_dim())
        name.setColor(colour(tokens().dim))


def even_choice(count: int) -> list[int]:
    """Which of ``count`` layers are shown: all, or the first, the last and as many between as there is room for."""
    return [int(one) for one in np.unique(np.round(np.linspace(0, count - 1, min(count, MOST_LAYERS))))]


def layer_name(layer: int, is_output: bool = False) -> str:
    """``layer 2``, or what the last of several is called."""
    return "output layer" if is_output and layer > 1 else f"layer {layer}"
