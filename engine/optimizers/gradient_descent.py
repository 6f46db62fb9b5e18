"""Gradient descent over all rows: the steepest way down, one step an epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, decayed, registry, scale, weight_decay
from engine.options import option


def descend(weights: Array, direction: Array, lr: object, scratch: Array) -> None:
    """``weights -= lr · direction``."""
    scale(direction, lr, scratch)
    np.subtract(weights, scratch, out=weights)


@registry.register
@dataclass
class GradientDescent(Optimizer):
    """θ ← θ − η (g + λθ), with g the gradient over all training rows (Cauchy 1847).

    The same rule as plain :class:`~engine.optimizers.sgd.SGD`; a model trained with it uses every row in each step.

    ``lr`` = 0.1: η; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "Gradient descent"
    full_batch: ClassVar[bool] = True

    lr: float = option(1e-1, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    weight_decay: float = weight_decay()

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b = tile
        descend(w, decayed(w, g, self.weight_decay, b), self.lr, a)
