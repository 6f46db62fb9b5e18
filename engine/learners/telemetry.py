"""What training tells while it goes on, and what can be read off afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.learners.network import Network

BLOCK = 1024  # rows evaluated at a time: hidden layers stay in the cache
BINS = 48  # of a histogram: a guess
QUANTILES = ("q05", "q25", "q50", "q75", "q95")
SHARES = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
QUANTILE_SAMPLE = 256  # entries of a layer's matrix, about, that tell its quantiles
SAMPLE = 64  # rows, about, that tell whether a unit is dead
_KEPT = np.int64(-(1 << 40))  # of a float64's bits: sign, exponent and 12 digits, which files store in half the room
CONVERGED = 0.95  # share of the whole improvement after which training counts as converged


@dataclass(frozen=True, slots=True)
class LayerSnapshot:
    """One layer at the end of one epoch: counts of weights and of the last step's gradients between bin edges.

    ``layer`` counts from 1, as in the records of :meth:`Layers.records`.
    ``dead`` is how many of its hidden units gave the same output for each of some dozen training rows (a rectifier
    that is always off, a squashing unit that is saturated); 0 for the output layer.
    """

    epoch: int
    layer: int
    weight_counts: Array
    weight_edges: Array
    gradient_counts: Array
    gradient_edges: Array
    dead: int


class Evaluation:
    """Loss and score of a network on rows it does not train on, worked out in blocks of preallocated buffers.

    As in training, the loss is the weighted mean over rows, Σwl / Σw, and the score counts every row once.
    """

    def __init__(
        self, network: Network, X: Array, Y: Array, known: Array | None = None, weights: Array | None = None
    ) -> None:
        """``X`` (n, 1 + D), ``Y`` (n, C); rows where ``known`` is false have a class never trained on: always wrong.

        ``weights`` (n,) of 0 or more say how much each row counts in the loss; without them all rows count the same.
        """
        self.unknown = 0 if known is None else int(np.count_nonzero(~known))
        if known is not None and self.unknown:
            X, Y = X[known], Y[known]
            weights = None if weights is None else weights[known]
        self._network, self._X, self._Y = network, X, Y
        self._weights = None if weights is None else np.asarray(weights, dtype=float)
        self._weight = float(len(X)) if self._weights is None else float(self._weights.sum())
        rows = min(BLOCK, len(X))
        self._z = np.empty((rows, Y.shape[1]), X.dtype)
        self._predicted = np.empty_like(self._z)
        self._workspace = network.loss.workspace(rows)
        self._reference = network.loss.reference(Y) if len(X) else np.zeros(1)
        whole = network.new_pass(rows) if rows else None
        self._passes = {} if whole is None else {rows: whole}
        if whole is not None and len(X) % rows:
            self._passes[len(X) % rows] = whole.cut(len(X) % rows)

    def run(self) -> tuple[float, float]:
        """Mean loss and score now; a loss of NaN where no row with a known class has a weight above 0."""
        loss, total = self._network.loss, 0.0
        score_sums: Array | float = 0.0
        if not len(self._X):
            return float("nan"), 0.0
        for at in range(0, len(self._X), BLOCK):
            x, y = self._X[at : at + BLOCK], self._Y[at : at + BLOCK]
            z, p = self._z[: len(x)], self._predicted[: len(x)]
            workspace = tuple(array[: len(x)] for array in self._workspace)
            self._network.outputs(x, z, self._passes[len(x)])
            loss.predict(z, p, workspace)
            values, score_terms = loss.measure(z, y, workspace)
            if self._weights is not None:
                values *= self._weights[at : at + BLOCK]
            total += float(values.sum())
            score_sums = score_sums + score_terms.sum(axis=0)
        known = len(self._X) / (len(self._X) + self.unknown)
        mean = total / self._weight if self._weight > 0 else float("nan")
        return mean, known * loss.score(np.asarray(score_sums), self._reference)


class Layers:
    """What is told of single layers at chosen epochs: quantiles of weights and gradients, and dead units."""

    def __init__(self, network: Network, X: Array, pool: Array | None = None) -> None:
        """``X`` (n, 1 + D) are the training rows, or those that ``pool`` names; a few of them are watched."""
        self._network = network
        self._rows = X[:: -(-len(X) // SAMPLE)] if pool is None else X[pool[:: -(-len(pool) // SAMPLE)]]
        self._through = network.new_pass(len(self._rows))
        self._z = np.empty((len(self._rows), network.layout.widths[-1]), X.dtype)
        numbers = range(1, len(network.W) + 1)
        kinds = [f"{kind}/layer{layer}" for layer in numbers for kind in ("weights", "gradients")]
        self._samplers = [_QuantileSampler(*pair) for pair in zip(network.W, network.gW, strict=True)]
        self._names = [f"{kind}/{quantile}" for kind in kinds for quantile in QUANTILES]
        self._names += [f"dead/layer{layer}" for layer in numbers[:-1]]

    def records(self) -> dict[str, float]:
        """Quantiles of each layer's weights and of the last step's gradients by them, and its number of dead units.

        Such as ``weights/layer1/q05``, ``gradients/layer1/q50`` and ``dead/layer1``, layers counted from 1; from about
        256 weights of a layer, evenly spread, and to 12 binary digits.
        """
        found = np.concatenate([sampler.quantiles() for sampler in self._samplers], axis=None)
        short = (found.view(np.int64) & _KEPT).view(float)
        return dict(zip(self._names, [*short.tolist(), *map(float, self.dead())], strict=True))

    def dead(self) -> list[int]:
        """How many units of each hidden layer give the same output for every row; 0 where there is one row."""
        hidden = self._through.hidden
        if len(self._rows) < 2 or not hidden:
            return [0] * len(hidden)
        self._network.outputs(self._rows, self._z, self._through)
        return [int(np.count_nonzero((array == array[0]).all(axis=0))) for array in hidden]

    def snapshots(self, epoch: int) -> list[LayerSnapshot]:
        """Every layer's histograms and dead units."""
        pairs = zip(self._network.W, self._network.gW, [*self.dead(), 0], strict=True)
        return [
            LayerSnapshot(epoch, layer, *np.histogram(weights, BINS), *np.histogram(gradient, BINS), dead)
            for layer, (weights, gradient, dead) in enumerate(pairs, 1)
        ]


def chosen(epoch: int, last: int) -> bool:
    """Whether single layers are looked at after this epoch: 1, 2, 4, 8, ... and the last."""
    return epoch & (epoch - 1) == 0 or epoch == last


def columns_of(records: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Records of equal names as a list for each name."""
    return {name: [record[name] for record in records] for name in (records[0] if records else ())}


def records_of(columns: Mapping[str, Sequence[float]]) -> list[Mapping[str, float]]:
    """What :func:`columns_of` was given."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


class _QuantileSampler:
    """The :data:`QUANTILES` of one layer's weights and of their gradients."""

    def __init__(self, weights: Array, gradient: Array) -> None:
        step = -(-weights.size // QUANTILE_SAMPLE)
        while math.gcd(step, weights.shape[1]) > 1:  # such a step would keep to a few units, or to one
            step += 1
        self._parts = [array.reshape(-1)[::step] for array in (weights, gradient)]
        self._ordered = np.empty((2, len(self._parts[0])), weights.dtype)
        last = self._ordered.shape[1] - 1
        places = last * SHARES
        self._below = places.astype(np.intp)
        self._above = np.minimum(self._below + 1, last)
        self._share = places - self._below

    def quantiles(self) -> Array:
        """As they are now (2, 5), between neighbours in proportion."""
        ordered = self._ordered
        ordered[0], ordered[1] = self._parts
        ordered.sort(axis=1)
        low, high = ordered.take(self._below, axis=1), ordered.take(self._above, axis=1)
        between: Array = low + self._share * (high - low)
        return between


class TrainingHistory(dict[str, Array]):
    """Records by name, one array entry a step: ``history["train_loss"]``; ``history["step"]`` counts from 1.

    ``layers`` holds the records of single layers (:meth:`Layers.records`) in the same form, for fewer steps: 1, 2, 4,
    8, ... and the last. ``snapshots`` holds histograms of the chosen epochs; ``parameters`` how many numbers were
    trained; ``stopped`` why training ended ("" when it went its full length).
    """

    def __init__(self, columns: Mapping[str, object], parameters: int) -> None:
        super().__init__({name: np.asarray(values) for name, values in columns.items()})
        self.parameters = parameters
        self.stopped = ""
        self.best_step = 0
        self.layers: dict[str, Array] = {}
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
