"""Adadelta: steps as long as recent steps were, against the size of recent gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, decayed, epsilon_option, narrowed, registry, scale, weight_decay
from engine.options import option


@registry.register
@dataclass
class Adadelta(Optimizer):
    """s ← ρs + (1−ρ)g², δ = √(u + ε)/√(s + ε) g, u ← ρu + (1−ρ)δ², θ ← θ − ηδ (Zeiler 2012, algorithm 1).

    PyTorch's form: λθ is part of g.

    ``lr`` = 1.0: η, 1 in the paper; ``rho`` = 0.9: ρ, memory of g² and δ²; ``epsilon`` = 1e-06: ε, which the first
    steps' length hangs on; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "Adadelta"
    slots: ClassVar[tuple[str, ...]] = ("squares", "moves")

    lr: float = option(1.0, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    rho: float = option(0.9, label="Memory", low=0.0, high=0.999999, help="Memory of squared gradients and steps.")
    epsilon: float = epsilon_option(1e-6)
    weight_decay: float = weight_decay()

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, s, u = tile
        g = decayed(w, g, self.weight_decay, b)
        floor = narrowed(self.epsilon, w.dtype)
        scale(s, self.rho, s)
        np.multiply(g, g, out=a)
        scale(a, 1.0 - self.rho, a)
        np.add(s, a, out=s)
        np.add(s, floor, out=a)
        np.sqrt(a, out=a)
        np.divide(g, a, out=a)
        np.add(u, floor, out=b)
        np.sqrt(b, out=b)
        np.multiply(a, b, out=a)
        scale(u, self.rho, u)
        np.multiply(a, a, out=b)
        scale(b, 1.0 - self.rho, b)
        np.add(u, b, out=u)
        scale(a, self.lr, a)
        np.subtract(w, a, out=w)
