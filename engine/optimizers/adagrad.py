"""AdaGrad: a learning rate for each weight that falls with the gradients it has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, decayed, epsilon_option, narrowed, registry, weight_decay
from engine.optimizers.gradient_descent import descend
from engine.options import option


@registry.register
@dataclass
class AdaGrad(Optimizer):
    """s ← s + g², θ ← θ − η/(1 + (t−1)ρ) · g/(√s + ε), g including λθ (Duchi et al. 2011; PyTorch's form).

    ``lr`` = 0.01: η; ``lr_decay`` = 0.0: ρ, slows every weight's rate over the steps t; ``epsilon`` = 1e-10: ε, keeps
    the divisor from zero; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "AdaGrad"
    slots: ClassVar[tuple[str, ...]] = ("squares",)

    lr: float = option(1e-2, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    lr_decay: float = option(
        0.0, label="Rate decay", low=0.0, help="Slows the learning rate by 1/(1 + steps × this).", advanced=True
    )
    epsilon: float = epsilon_option(1e-10)
    weight_decay: float = weight_decay()

    def _prepare_step(self) -> None:
        self._rate = self.lr / (1.0 + (self.steps - 1) * self.lr_decay)

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, s = tile
        g = decayed(w, g, self.weight_decay, b)
        np.multiply(g, g, out=a)
        np.add(s, a, out=s)
        np.sqrt(s, out=a)
        np.add(a, narrowed(self.epsilon, a.dtype), out=a)
        np.divide(g, a, out=a)
        descend(w, a, self._rate, a)
