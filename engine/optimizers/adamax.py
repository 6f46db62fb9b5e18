"""Adamax: Adam with the largest recent gradient in the place of the root mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import (
    Optimizer,
    beta_option,
    decayed,
    epsilon_option,
    narrowed,
    registry,
    scale,
    weight_decay,
)
from engine.options import option


@registry.register
@dataclass
class Adamax(Optimizer):
    """u ← max(β2 u, |g| + ε), θ ← θ − η/(1−β1ᵗ) m/u, m the mean of g (Kingma and Ba 2015, algorithm 2).

    PyTorch's form: λθ is part of g.

    ``lr`` = 0.002: η; ``beta1`` = 0.9 and ``beta2`` = 0.999: memories of g and of its largest size;
    ``epsilon`` = 1e-08: ε, keeps the divisor from zero; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "Adamax"
    slots: ClassVar[tuple[str, ...]] = ("mean", "largest")

    lr: float = option(2e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    beta1: float = beta_option(0.9, 1, "gradients")
    beta2: float = beta_option(0.999, 2, "the largest gradient")
    epsilon: float = epsilon_option(1e-8)
    weight_decay: float = weight_decay()

    def _prepare_step(self) -> None:
        self._rate = self.lr / (1.0 - self.beta1**self.steps)

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, m, u = tile
        g = decayed(w, g, self.weight_decay, b)
        scale(m, self.beta1, m)
        scale(g, 1.0 - self.beta1, a)
        np.add(m, a, out=m)
        scale(u, self.beta2, u)
        np.abs(g, out=a)
        np.add(a, narrowed(self.epsilon, a.dtype), out=a)
        np.maximum(u, a, out=u)
        np.divide(m, u, out=a)
        scale(a, self._rate, a)
        np.subtract(w, a, out=w)
