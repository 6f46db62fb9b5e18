"""Lion: every weight moves by the same amount, in the direction of the sign of its momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, beta_option, registry, scale, weight_decay
from engine.optimizers.gradient_descent import descend
from engine.options import option


@registry.register
@dataclass
class Lion(Optimizer):
    """θ ← (1 − ηλ)θ − η sign(β1 m + (1−β1)g), m ← β2 m + (1−β2)g (Chen et al. 2023, algorithm 2).

    sign(0) is 0. Learning rates are 3 to 10 times smaller and weight decay as much larger than AdamW's.

    ``lr`` = 0.0001: η, how far every weight moves; ``beta1`` = 0.9: share of m in the direction; ``beta2`` = 0.99:
    memory of m; ``weight_decay`` = 0.0: λ, shrinks weights apart from the gradient.
    """

    title: ClassVar[str] = "Lion"
    slots: ClassVar[tuple[str, ...]] = ("mean",)

    lr: float = option(1e-4, label="Learning rate", low=0.0, log=True, help="How far one step moves each weight.")
    beta1: float = beta_option(0.9, 1, "gradients in the step")
    beta2: float = beta_option(0.99, 2, "gradients kept for later steps")
    weight_decay: float = weight_decay(0.0, "decoupled")

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, m = tile
        if not (isinstance(self.weight_decay, float) and self.weight_decay == 0.0):
            scale(w, 1.0 - self.lr * self.weight_decay, w)
        scale(m, self.beta1, a)
        scale(g, 1.0 - self.beta1, b)
        np.add(a, b, out=a)
        np.sign(a, out=a)
        descend(w, a, self.lr, a)
        scale(m, self.beta2, m)
        scale(g, 1.0 - self.beta2, b)
        np.add(m, b, out=m)
