"""RAdam: Adam that waits with its division until the average of squares is worth dividing by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

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

_TRACTABLE = 5.0  # below this length of its average the variance of 1/√v diverges; PyTorch's bound, the paper has 4


@registry.register
@dataclass
class RAdam(Optimizer):
    """θ ← θ − η r m̂/(√v + ε)·√(1−β2ᵗ) once ρ exceeds 5, θ ← θ − η m̂ before (Liu et al. 2020, algorithm 2).

    ρ = ρ∞ − 2tβ2ᵗ/(1−β2ᵗ) with ρ∞ = 2/(1−β2) − 1, r = √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ)). PyTorch's form: ε is added
    before the correction, λθ is part of g.

    ``lr`` = 0.001: η; ``beta1`` = 0.9 and ``beta2`` = 0.999: memories of g and of g²; ``epsilon`` = 1e-08: ε, keeps the
    divisor from zero; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "RAdam"
    slots: ClassVar[tuple[str, ...]] = ("mean", "squares")

    lr: float = option(1e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    beta1: float = beta_option(0.9, 1, "gradients")
    beta2: float = beta_option(0.999, 2, "squared gradients")
    epsilon: float = epsilon_option(1e-8)
    weight_decay: float = weight_decay()

    def _prepare_step(self) -> None:
        kept = self.beta2**self.steps
        longest = 2.0 / (1.0 - np.asarray(self.beta2)) - 1.0
        length = longest - 2.0 * self.steps * kept / (1.0 - kept)
        rectified = length > _TRACTABLE
        length = np.where(rectified, length, longest)
        # Averages of a length at which nothing is ever rectified leave the square root, which is not used then.
        square = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        factor = np.sqrt(np.where(rectified, square, 1.0) * (1.0 - kept))
        rate = self.lr / (1.0 - self.beta1**self.steps)
        rates = np.where(rectified, 0.0, rate), np.where(rectified, rate * factor, 0.0)
        # NumPy's own numbers would draw float32 weights through double precision.
        self._rates: tuple[Any, Any] = rates if self._stacked else (float(rates[0]), float(rates[1]))

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, m, v = tile
        g = decayed(w, g, self.weight_decay, b)
        scale(m, self.beta1, m)
        scale(g, 1.0 - self.beta1, a)
        np.add(m, a, out=m)
        scale(v, self.beta2, v)
        np.multiply(g, g, out=a)
        scale(a, 1.0 - self.beta2, a)
        np.add(v, a, out=v)
        np.sqrt(v, out=a)
        np.add(a, narrowed(self.epsilon, a.dtype), out=a)
        plain, adaptive = self._rates
        if np.any(adaptive):
            np.divide(m, a, out=a)
            scale(a, adaptive, a)
            np.subtract(w, a, out=w)
        if np.any(plain):
            scale(m, plain, a)
            np.subtract(w, a, out=w)
