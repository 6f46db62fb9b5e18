"""RMSProp: each weight's gradient divided by the root of its recent mean square."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import (
    Optimizer,
    decayed,
    epsilon_option,
    momentum_option,
    narrowed,
    registry,
    scale,
    weight_decay,
)
from engine.optimizers.gradient_descent import descend
from engine.optimizers.momentum import gather
from engine.options import option


@registry.register
@dataclass
class RMSProp(Optimizer):
    """s ← αs + (1−α)g², θ ← θ − ηg/(√s + ε), g including λθ (Hinton's lecture 6e, 2012; PyTorch's form, ε outside).

    ``centered`` subtracts the squared running mean m of g from s (Graves 2013, eq. 38-40): the variance, held as
    s ← α(s + (1−α)(g−m)²), which rounding cannot bring below 0 (West 1979). With ``momentum`` μ the quotient q is
    gathered first: b ← μb + q, θ ← θ − ηb.

    ``lr`` = 0.01: η; ``alpha`` = 0.99: α, memory of g²; ``epsilon`` = 1e-08: ε, keeps the divisor from zero;
    ``momentum`` = 0.0: μ; ``centered`` = False; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "RMSProp"
    slots: ClassVar[tuple[str, ...]] = ("variance", "mean", "velocity")

    lr: float = option(1e-2, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    alpha: float = option(0.99, label="Memory", low=0.0, high=0.999999, help="Memory of the squared gradients.")
    epsilon: float = epsilon_option(1e-8)
    momentum: float = momentum_option(0.0)
    centered: bool = option(False, label="Centered", help="Divide by the standard deviation instead.", advanced=True)
    weight_decay: float = weight_decay()

    def restore(self, state: Mapping[str, Any]) -> None:
        """As every optimizer; states of earlier versions have the mean square itself."""
        if "squares" in state:
            square, mean = state["squares"], state["mean"]
            state = {**state, "variance": np.maximum(square - mean * mean, 0.0) if self.centered else square}
        super().restore(state)

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, s, m, v = tile
        g = decayed(w, g, self.weight_decay, b)
        scale(s, self.alpha, s)
        if self.centered:
            np.subtract(g, m, out=a)
            scale(a, 1.0 - self.alpha, a)
            np.add(m, a, out=m)
            np.multiply(a, a, out=a)
            scale(a, self.alpha / (1.0 - self.alpha), a)
        else:
            scale(g, 1.0 - self.alpha, a)
            np.multiply(a, g, out=a)
        np.add(s, a, out=s)
        np.sqrt(s, out=a)
        np.add(a, narrowed(self.epsilon, a.dtype), out=a)
        np.divide(g, a, out=a)
        if isinstance(self.momentum, float) and self.momentum == 0.0:
            descend(w, a, self.lr, a)
            return
        gather(v, a, self.momentum)
        descend(w, v, self.lr, a)
