"""Dead units layer by layer: how many hidden units tell nothing of a row, and how that changes while a network learns.

They are numbers of units, not shares: how wide a layer is, a trial does not report.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from engine.analysis import Measure, layer_kinds
from engine.analysis.layers import DeadUnits, dead_units
from engine.arrays import Array
from gui.base.formats import number_text
from gui.plots.axes import nice_range
from gui.plots.facets import places
from gui.plots.inner import registry
from gui.plots.inner.faceted import FacetedPlot, even_choice, layer_name
from gui.plots.signed_axis import SignedAxis

LEAST_RANGE = 5.0  # units: fewer would give fractions of one at the axis
DEAD = "dead unit: same output for every row"


class UnitAxis(SignedAxis):
    """The axis at the left, in whole units."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = True


@registry.register
class UnitsPlot(FacetedPlot):
    """``plot_units``: a facet a hidden layer, from the inputs to the outputs, over the epochs that were told of."""

    measures = (Measure("dead", "dead units by layer"),)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plot_units", "Dead units by layer", UnitAxis(), parent)
        self._layers: tuple[DeadUnits, ...] = ()
        self._every: tuple[DeadUnits, ...] = ()
        for item in (self._lines, self._dots):
            self.box.addItem(item, ignoreBounds=True)
        self.recolour()

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Hand the picture to the items."""
        picture = self.picture
        self._every = dead_units(picture.curve)
        self._layers = tuple(self._every[index] for index in even_choice(len(self._every)))
        self.headline.say(picture.subject, picture.sentence, self._remark(), loop="inner")
        if not self._layers:
            self.explain(picture.empty or self._why_empty())
            self.describe(f"{self.headline.sentence}. {self._empty.text()}")
            return
        self.explain("")
        last = max(float(layer.steps[-1]) for layer in self._layers)
        self._facets.show_facets(len(self._layers), last)
        across = [places(facet, layer.steps, last) for facet, layer in enumerate(self._layers)]
        self._draw_lines(across, [self.to_axis(layer.counts) for layer in self._layers])
        most = max(LEAST_RANGE, *(float(layer.counts.max()) for layer in self._layers))
        high = float(self.to_axis(np.array(most))) if self.log else nice_range(0.0, most)[1]
        self._show_range(0.0, high, [_title(layer) for layer in self._layers])
        self._name_axes(self.tr("dead units"))
        self.describe(f"{self.headline.sentence}. {self._spoken()}")

    def lines_about(self, number: int) -> tuple[str, ...]:
        """Which layer and epoch, and how many."""
        for layer in self._layers:
            if number < len(layer.steps):
                count = float(layer.counts[number])
                noun = "dead unit" if count == 1.0 else "dead units"
                folds = self._folds()
                return (
                    f"{layer_name(layer.layer)}, {self.picture.step_name} {layer.steps[number]:.0f}",
                    f"{number_text(count, 3)} {noun}" + (self.tr(", mean over folds") if folds > 1 else ""),
                )
            number -= len(layer.steps)
        return ()

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Layer, step and number of dead units."""
        layers = np.concatenate([np.full(len(one.steps), one.layer) for one in self._layers] or [np.zeros(0)])
        steps = np.concatenate([one.steps for one in self._layers] or [np.zeros(0)])
        counts = np.concatenate([one.counts for one in self._layers] or [np.zeros(0)])
        return ("layer", self.picture.step_name, "dead units"), (layers.astype(int), steps.astype(int), counts)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _folds(self) -> int:
        return len(np.unique(self.picture.curve.folds))

    def _remark(self) -> str:
        """Where most units are dead; of all layers, also of those that are not shown."""
        if not self._every:
            return ""
        parts = [self._verdict(), self.tr(DEAD)]
        if (folds := self._folds()) > 1:
            parts.append(self.tr("mean of {0} folds").format(folds))
        if len(self._every) > len(self._layers):
            parts.append(self.tr("showing {0} of {1} layers").format(len(self._layers), len(self._every)))
        return " · ".join(parts)

    def _verdict(self) -> str:
        now = self.tr("at the end") if self.picture.is_over else self.tr("now")
        worst = max(self._every, key=lambda layer: float(layer.counts[-1]))  # the first of equals
        if worst.at_end:
            if len(self._every) == 1:
                return self.tr("{0} of the units dead {1}").format(f"{worst.at_end:,}", now)
            return self.tr("Most dead units {0}: {1} in {2}").format(now, f"{worst.at_end:,}", layer_name(worst.layer))
        highest = max(self._every, key=lambda layer: float(layer.counts.max()))
        if not highest.counts.any():
            return self.tr("No unit was dead at any of these {0}s").format(self.picture.step_name)
        step = highest.steps[int(highest.counts.argmax())]
        return self.tr("No unit is dead {0}; at most {1} in {2} at {3} {4:.0f}").format(
            now, f"{np.ceil(highest.counts.max()):,.0f}", layer_name(highest.layer), self.picture.step_name, step
        )

    def _why_empty(self) -> str:
        if layer_kinds(self.picture.curve):
            subject = self.picture.subject or self.tr("This trial")
            return self.tr("{0} has no hidden layer, so it has no units that could be dead.").format(subject)
        return self._empty_sentence(self.tr("dead units"))

    def _spoken(self) -> str:
        told = [f"{layer_name(layer.layer)}: {layer.at_end:,}" for layer in self._layers]
        return f"{self._verdict()}. Dead units by layer: {'; '.join(told)}."


def _title(layer: DeadUnits) -> str:
    return f"{layer_name(layer.layer)} · {f'{layer.at_end:,}' if layer.at_end else 'none'} dead"
