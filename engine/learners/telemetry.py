"""What training tells while it goes on, and what can be read off afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.learners.network import Network

Array = np.ndarray[Any, Any]

BLOCK = 1024  # rows evaluated at a time: hidden layers stay in the cache
BINS = 48
CONVERGED = 0.95  # share of the whole improvement after which training counts as converged


@dataclass(frozen=True, slots=True)
class LayerSnapshot:
    """One layer at the end of one epoch: counts of weights and of the last step's gradients between bin edges.

    ``dead`` is how many of its hidden units gave the same output for every training row looked at (a rectifier that
    is always off, a squashing unit that is saturated); 0 for the output layer.
    """

    epoch: int
    layer: int
    weight_counts: Array
    weight_edges: Array
    gradient_counts: Array
    gradient_edges: Array
    dead: int


class Evaluation:
    """Loss and score of a network on rows it does not train on, worked out in blocks of preallocated buffers."""

    def __init__(self, network: Network, X: Array, Y: Array, known: Array | None = None) -> None:
        """``X`` (n, 1 + D), ``Y`` (n, C); rows where ``known`` is false have a class never trained on: always wrong."""
        self.unknown = 0 if known is None else int(np.count_nonzero(~known))
        if known is not None and self.unknown:
            X, Y = X[known], Y[known]
        self._network, self._X, self._Y = network, X, Y
        rows = min(BLOCK, len(X))
        self._z = np.empty((rows, Y.shape[1]), X.dtype)
        self._predicted = np.empty_like(self._z)
        self._side = network.loss.side(rows)
        self._reference = network.loss.reference(Y) if len(X) else np.zeros(1)
        whole = network.new_pass(rows) if rows else None
        self._passes = {} if whole is None else {rows: whole}
        if whole is not None and len(X) % rows:
            self._passes[len(X) % rows] = whole.cut(len(X) % rows)

    def run(self) -> tuple[float, float]:
        """Mean loss and score now; a loss of NaN where no row has a known class."""
        loss, total = self._network.loss, 0.0
        tally: Array | float = 0.0
        if not len(self._X):
            return float("nan"), 0.0
        for at in range(0, len(self._X), BLOCK):
            x, y = self._X[at : at + BLOCK], self._Y[at : at + BLOCK]
            z, p = self._z[: len(x)], self._predicted[: len(x)]
            side = tuple(array[: len(x)] for array in self._side)
            self._network.outputs(x, z, self._passes[len(x)])
            loss.predict(z, p, side)
            values, tallies = loss.measure(z, y, side)
            total += float(values.sum())
            tally = tally + tallies.sum(axis=0)
        known = len(self._X) / (len(self._X) + self.unknown)
        return total / len(self._X), known * loss.score(np.asarray(tally), self._reference)


def snapshot(network: Network, X: Array, epoch: int) -> list[LayerSnapshot]:
    """Every layer's histograms and dead units now, looking at up to 1,024 rows of ``X``."""
    rows = X[:BLOCK]
    through = network.new_pass(len(rows))
    network.outputs(rows, np.empty((len(rows), network.layout.widths[-1]), X.dtype), through)
    found = []
    for layer, (weights, gradient) in enumerate(zip(network.W, network.gW, strict=True)):
        hidden = through.hidden[layer] if layer < len(through.hidden) else None
        dead = 0 if hidden is None or len(rows) < 2 else int(np.count_nonzero(np.ptp(hidden, axis=0) == 0.0))
        found.append(LayerSnapshot(epoch, layer, *np.histogram(weights, BINS), *np.histogram(gradient, BINS), dead))
    return found


class History(dict[str, Array]):
    """Records by name, one array entry a step: ``history["train_loss"]``; ``history["step"]`` counts from 1.

    ``snapshots`` holds histograms of the chosen epochs; ``parameters`` how many numbers were trained; ``stopped`` why
    training ended ("" when it went its full length).
    """

    def __init__(self, columns: Mapping[str, Any], parameters: int) -> None:
        super().__init__({name: np.asarray(values) for name, values in columns.items()})
        self.parameters = parameters
        self.stopped = ""
        self.best_step = 0
        self.snapshots: list[LayerSnapshot] = []

    @property
    def steps_to_converge(self) -> int:
        """The first step with 95 % of the whole improvement of the loss (validation's, where there is one)."""
        losses = self.get("val_loss", self.get("train_loss", np.zeros(0)))
        if not len(losses) or not np.isfinite(losses).all():
            return 0
        level = losses[0] - CONVERGED * (losses[0] - losses.min())
        return int(self["step"][np.argmax(losses <= level)])

    @property
    def generalisation_gap(self) -> Array:
        """Validation loss minus training loss at each step; empty without validation rows."""
        if "val_loss" not in self:
            return np.zeros(0)
        gap: Array = self["val_loss"] - self["train_loss"]
        return gap
