"""What trainings of a network have told, as plain records that travel between processes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array

DIVERGED = "diverged"
NEAR = 1.1  # of the lowest loss: what still counts as a good learning rate; a guess


@dataclass(frozen=True, slots=True)
class Training:
    """One optimizer's training of the network, epoch by epoch; entry *i* of a list is after epoch *i* + 1.

    ``gradients`` counts how often the loss of a batch and its gradient were worked out by then, ``seconds`` is
    processor time. ``ended`` says why it stopped early: *diverged*, or the optimizer's own reason. ``weights`` holds
    the weights before the first epoch and after each as float32, row after row, or nothing where they would be too
    many.
    """

    optimizer: str
    rate: float | None
    train_loss: list[float]
    val_loss: list[float]
    gradients: list[int]
    seconds: list[float]
    parameters: int
    ended: str
    weights: bytes

    @property
    def final_loss(self) -> float:
        """The last validation loss; infinite where training diverged."""
        return math.inf if self.ended == DIVERGED or not self.val_loss else self.val_loss[-1]

    @property
    def trajectory(self) -> Array:
        """The kept weights (epochs + 1, parameters); without rows where none were kept."""
        found: Array = np.frombuffer(self.weights, np.float32).reshape(-1, max(1, self.parameters))
        return found


@dataclass(frozen=True, slots=True)
class Sweep:
    """One optimizer's trainings: the last validation loss by learning rate, and the training that ended lowest.

    ``losses`` are infinite where training diverged; ``best`` is *None* where every one did. Rates larger than the last
    ones tried were not tried: training had become worse than at its start. A method without a learning rate has one
    training and no rates.
    """

    optimizer: str
    rates: list[float]
    losses: list[float]
    best: Training | None

    @property
    def tolerance(self) -> float:
        """The factor between the nearest rates on either side of the best whose loss is above 1.1 x the lowest.

        A rate chosen within it may be good, outside it none is; at the ends of what was tried, one step farther.
        """
        good = [place for place, loss in enumerate(self.losses) if loss <= NEAR * min(self.losses)]
        step = self.rates[1] / self.rates[0]
        return step * step * self.rates[good[-1]] / self.rates[good[0]]


@dataclass(frozen=True, slots=True)
class TrialPath:
    """The weights of one training on its way, as plain values that travel between processes.

    ``weights`` holds float32 rows, before the first update and after each of ``steps``; ``val_loss`` and ``train_loss``
    are by epoch, of ``updates`` each. ``rates`` are the learning rates at ``steps``; ``bends`` are updates at which
    ``curvature`` is the largest eigenvalue of the Hessian. ``limit`` over the learning rate is what plain descent is
    stable below, 0 for optimizers of which nothing such is known. ``ended`` is *diverged* or why it stopped early.
    """

    steps: list[int]
    weights: bytes
    parameters: int
    train_loss: list[float]
    val_loss: list[float]
    updates: int
    rates: list[float]
    bends: list[int]
    curvature: list[float]
    limit: float
    ended: str

    @property
    def trajectory(self) -> Array:
        """The kept weights (k, P)."""
        found: Array = np.frombuffer(self.weights, np.float32).reshape(-1, max(1, self.parameters))
        return found


@dataclass(frozen=True, slots=True)
class SlopeCheck:
    """What the validation loss of the first fold changes by along a step: as derivatives say, and as measured."""

    told: float
    measured: float
