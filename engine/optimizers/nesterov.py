"""Nesterov's accelerated gradient: momentum that looks where it is about to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, decayed, momentum_option, registry, scale, weight_decay
from engine.optimizers.gradient_descent import descend
from engine.optimizers.momentum import gather
from engine.options import option


def look_ahead(velocity: Array, gradient: Array, momentum: object, out: Array) -> Array:
    """``gradient + momentum · velocity``: the gradient as if the coming velocity step had been taken."""
    scale(velocity, momentum, out)
    np.add(out, gradient, out=out)
    return out


@registry.register
@dataclass
class Nesterov(Optimizer):
    """v ← μv + g, θ ← θ − η (g + μv), g including λθ (Nesterov 1983; Sutskever et al. 2013, in PyTorch's form).

    ``lr`` = 0.01: η; ``momentum`` = 0.9: μ, share of the velocity v that is kept; ``weight_decay`` = 0.0: λ, an L2
    penalty.
    """

    title: ClassVar[str] = "Nesterov momentum"
    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    lr: float = option(1e-2, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    momentum: float = momentum_option(0.9)
    weight_decay: float = weight_decay()

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, v = tile
        g = decayed(w, g, self.weight_decay, b)
        gather(v, g, self.momentum)
        descend(w, look_ahead(v, g, self.momentum, a), self.lr, a)
