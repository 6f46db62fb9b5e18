"""The inner loop layer by layer: the quantiles of weights and gradients at the epochs at which a trial told of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.trials import Curve

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)  # that telemetry records
KINDS = ("gradients", "weights")
_NAME = re.compile(r"(gradients|weights)/layer(\d+)/q50")
_DEAD = re.compile(r"dead/layer(\d+)")


@dataclass(frozen=True, eq=False)
class LayerQuantiles:
    """One layer's weights or gradients. ``layer`` counts from 1, behind the inputs; ``is_output`` marks the last.

    ``steps`` (n,) ascending; ``quantiles`` (5, n) at :data:`QUANTILES`, averaged over the folds that told of a step;
    ``dead`` how many hidden units never changed their output when the trial last told, rounded up over folds, *None*
    where nothing was told.
    """

    layer: int
    is_output: bool
    steps: Array
    quantiles: Array
    dead: int | None


@dataclass(frozen=True, eq=False)
class DeadUnits:
    """One hidden layer's units that gave the same output for every row. ``layer`` counts from 1, behind the inputs.

    ``steps`` (n,) ascending, n >= 1; ``counts`` (n,) averaged over the folds that told of a step.
    """

    layer: int
    steps: Array
    counts: Array

    @property
    def at_end(self) -> int:
        """How many there were when the trial last told, rounded up over folds."""
        return int(np.ceil(self.counts[-1]))


def layer_kinds(curve: Curve) -> tuple[str, ...]:
    """Which of :data:`KINDS` a curve tells of."""
    told = {found[1] for name in curve.names if (found := _NAME.fullmatch(name))}
    return tuple(kind for kind in KINDS if kind in told)


def layer_quantiles(curve: Curve, kind: str) -> tuple[LayerQuantiles, ...]:
    """The layers of ``kind`` (``gradients``, ``weights``) from the inputs to the outputs; empty where none is told."""
    layers = sorted(int(found[2]) for name in curve.names if (found := _NAME.fullmatch(name)) and found[1] == kind)
    return tuple(_quantiles_of(curve, kind, layer, layer == layers[-1]) for layer in layers)


def dead_units(curve: Curve) -> tuple[DeadUnits, ...]:
    """The hidden layers that told of dead units, from the inputs to the outputs; empty where none did."""
    layers = sorted(int(found[1]) for name in curve.names if (found := _DEAD.fullmatch(name)))
    return tuple(told for layer in layers if (told := _dead_units_of(curve, layer)) is not None)


def _quantiles_of(curve: Curve, kind: str, layer: int, is_output: bool) -> LayerQuantiles:
    names = [f"{kind}/layer{layer}/q{round(100 * quantile):02d}" for quantile in QUANTILES]
    columns = np.array([curve.values(name) if name in curve.names else np.full(len(curve), np.nan) for name in names])
    steps, means = _fold_means(curve, columns)
    dead = _dead_units_of(curve, layer)
    return LayerQuantiles(layer, is_output, steps, means, None if dead is None else dead.at_end)


def _dead_units_of(curve: Curve, layer: int) -> DeadUnits | None:
    name = f"dead/layer{layer}"
    if name not in curve.names:
        return None
    steps, means = _fold_means(curve, curve.values(name)[None])
    return DeadUnits(layer, steps, means[0]) if len(steps) else None


def _fold_means(curve: Curve, columns: Array) -> tuple[Array, Array]:
    """Steps (n,) at which all of ``columns`` (m, rows) are told, ascending, and their means (m, n) over folds."""
    rows = np.flatnonzero(np.isfinite(columns).all(axis=0))  # a few of a training's many epochs
    steps, place = np.unique(curve.steps[rows], return_inverse=True)
    count = np.bincount(place, minlength=len(steps))
    means = np.array([np.bincount(place, weights=column, minlength=len(steps)) for column in columns[:, rows]])
    return steps.astype(float), means / np.maximum(count, 1)
