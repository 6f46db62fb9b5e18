"""Weights and gradients layer by layer: how they are spread, and how that changes while a network learns."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QWidget

from engine.analysis import LayerQuantiles, Measure, layer_quantiles
from engine.arrays import Array
from gui.base.formats import count_text, number_text
from gui.base.theme import tokens
from gui.plots.axes import nice_range
from gui.plots.bands import Band, outline
from gui.plots.colours import NO_PEN, brush
from gui.plots.facets import places
from gui.plots.inner import registry
from gui.plots.inner.faceted import FacetedPlot, even_choice, layer_name
from gui.plots.signed_axis import SignedAxis, unit_of

AXES = {"gradients": "gradient", "weights": "weight"}
PALE, STRONG = 0.16, 0.3  # how opaque the outer and the inner band are


@registry.register
class LayersPlot(FacetedPlot):
    """``plot_layers``: a facet a layer, from the inputs to the outputs, over the epochs that were told of.

    In each the median as a line, the middle half and 5 to 95 % as bands.
    """

    measures = (Measure("gradients", "gradients by layer"), Measure("weights", "weights by layer"))
    log_at_first = frozenset({"gradients"})  # they shrink by powers of ten

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot_layers", "Weights and gradients by layer", SignedAxis(), parent)
        self._layers: tuple[LayerQuantiles, ...] = ()
        self._total = 0
        self._bands = [Band(), Band()]
        for item in (*self._bands, self._lines, self._dots):
            self.box.addItem(item, ignoreBounds=True)
        self.recolour()

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def recolour(self) -> None:
        """The bands as well."""
        super().recolour()
        for band, share in zip(self._bands, (PALE, STRONG), strict=True):
            band.setPen(NO_PEN)
            band.setBrush(brush(tokens().inner, share))

    def draw(self) -> None:
        """Hand the picture to the items."""
        picture = self.picture
        every = layer_quantiles(picture.curve, self.measure.name)
        every = tuple(layer for layer in every if len(layer.steps))
        self._total = len(every)
        self._layers = tuple(every[index] for index in even_choice(len(every)))
        self.headline.say(picture.subject, picture.sentence, self._remark(), loop="inner")
        if not self._layers:
            self.explain(picture.empty or self._empty_sentence(self.measure.name))
            self.describe(f"{self.headline.sentence}. {self._empty.text()}")
            return
        self.explain("")
        last = max(float(layer.steps[-1]) for layer in self._layers)
        values = np.concatenate([layer.quantiles.ravel() for layer in self._layers])
        widths = np.concatenate([layer.quantiles[[0, 1, 3, 4]].ravel() for layer in self._layers])
        self._values.unit = unit_of(widths) if self.log else 1.0  # medians are all but zero, and their wobble is noise
        self._facets.show_facets(len(self._layers), last)
        self._draw_layers(last)
        self._find_home(self.to_axis(values))
        self._name_axes(AXES[self.measure.name])
        self.describe(f"{self.headline.sentence}. {self._spoken()}")

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Which layer and epoch, and the five quantiles."""
        for layer in self._layers:
            if number < len(layer.steps):
                low, first, middle, third, high = (number_text(float(value), 2) for value in layer.quantiles[:, number])
                return (
                    f"{_name(layer)}, {self.picture.step_name} {layer.steps[number]:.0f}: median {middle}",
                    f"interquartile range {first} to {third}",
                    f"5 to 95 % {low} to {high}",
                )
            number -= len(layer.steps)
        return ()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Layer, step and the five quantiles."""
        layers = np.concatenate([np.full(len(one.steps), one.layer) for one in self._layers] or [np.zeros(0)])
        steps = np.concatenate([one.steps for one in self._layers] or [np.zeros(0)])
        quantiles = np.concatenate([one.quantiles for one in self._layers] or [np.zeros((5, 0))], axis=1)
        names = ("layer", self.picture.step_name, "5 %", "25 %", "median", "75 %", "95 %")
        return names, (layers.astype(int), steps.astype(int), *quantiles)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _draw_layers(self, last: float) -> None:
        outer, inner = QPainterPath(), QPainterPath()
        across, middles = [], []
        for facet, layer in enumerate(self._layers):
            x = places(facet, layer.steps, last)
            y = self.to_axis(layer.quantiles)
            outer.addPolygon(outline(x, y[0], y[4]))
            inner.addPolygon(outline(x, y[1], y[3]))
            across.append(x)
            middles.append(y[2])
        for band, path in zip(self._bands, (outer, inner), strict=True):
            band.setPath(path)
        self._draw_lines(across, middles)

    def _find_home(self, y: Array) -> None:
        low, high = float(y.min()), float(y.max())
        if self.log:
            room = 0.06 * (high - low) or 0.1
            low, high = low - room, high + room
        else:
            low, high = nice_range(low, high)
        self._show_range(low, high, [_title(layer) for layer in self._layers])

    def _remark(self) -> str:
        if not self._layers:
            return ""
        folds = len(np.unique(self.picture.curve.folds))
        parts = []
        dead = sum(layer.dead or 0 for layer in self._layers)
        if dead:
            parts.append(self.tr("{0}: the same output for every row").format(count_text(dead, "dead unit")))
        parts.append(self.tr("line: median · bands: middle half, and 5 to 95 %"))
        if folds > 1:
            parts.append(self.tr("mean of {0} folds").format(folds))
        if self._total > len(self._layers):
            parts.append(self.tr("showing {0} of {1} layers").format(len(self._layers), self._total))
        return " · ".join(parts)

    def _spoken(self) -> str:
        told = []
        for layer in self._layers:
            low, middle, high = (number_text(float(layer.quantiles[row, -1]), 2) for row in (0, 2, 4))
            told.append(f"{_name(layer)}: median {middle}, 5 to 95 % {low} to {high}")
        return f"{self.measure.title.capitalize()} at the end. {'; '.join(told)}."


def _name(layer: LayerQuantiles) -> str:
    return layer_name(layer.layer, layer.is_output)


def _title(layer: LayerQuantiles) -> str:
    return _name(layer) + (f" · {layer.dead} dead" if layer.dead else "")
