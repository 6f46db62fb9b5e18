"""Gradient descent with momentum: a heavy ball that keeps rolling where gradients agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, decayed, momentum_option, registry, scale, weight_decay
from engine.optimizers.gradient_descent import descend
from engine.options import option


def gather(velocity: Array, gradient: Array, momentum: object) -> None:
    """``velocity ← momentum · velocity + gradient``: the learning rate stays outside, as in PyTorch."""
    scale(velocity, momentum, velocity)
    np.add(velocity, gradient, out=velocity)


@registry.register
@dataclass
class Momentum(Optimizer):
    """v ← μv + g + λθ, θ ← θ − ηv (Polyak 1964; Sutskever et al. 2013, in PyTorch's form).

    The learning rate multiplies the whole velocity, so a schedule acts on it at once.

    ``lr`` = 0.01: η; ``momentum`` = 0.9: μ, share of the velocity v that is kept; ``weight_decay`` = 0.0: λ, an L2
    penalty.
    """

    title: ClassVar[str] = "Momentum"
    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    lr: float = option(1e-2, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    momentum: float = momentum_option(0.9)
    weight_decay: float = weight_decay()

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, v = tile
        gather(v, decayed(w, g, self.weight_decay, b), self.momentum)
        descend(w, v, self.lr, a)
