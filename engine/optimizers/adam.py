"""Adam: running averages of the gradient and of its square, corrected for their start at zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.optimizers import registry
from engine.optimizers.base import Array, Optimizer, beta_option, decayed, epsilon_option, weight_decay
from engine.options import option


@registry.register
@dataclass
class Adam(Optimizer):
    """θ ← θ − η m̂/(√v̂ + ε), m̂ and v̂ the bias-corrected means of g and g² (Kingma and Ba 2015, algorithm 1).

    PyTorch's form: ε is added after the correction, λθ is part of g, and ``amsgrad`` (Reddi et al. 2018) divides by
    the largest uncorrected v so far. The averages are held as m/(1−β1) and v/(1−β2), which saves two passes a step.
    """

    title: ClassVar[str] = "Adam"
    slots: ClassVar[tuple[str, ...]] = ("mean", "squares", "largest")

    lr: float = option(1e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    beta1: float = beta_option(0.9, 1, "gradients")
    beta2: float = beta_option(0.999, 2, "squared gradients")
    epsilon: float = epsilon_option(1e-8)
    weight_decay: float = weight_decay()
    amsgrad: bool = option(False, label="AMSGrad", help="Never let a weight's rate grow again.", advanced=True)

    def _prepare(self) -> None:
        spread = ((1.0 - self.beta2**self.steps) / (1.0 - self.beta2)) ** 0.5
        self._floor: Any = self.epsilon * spread
        self._rate: Any = self.lr * spread * (1.0 - self.beta1) / (1.0 - self.beta1**self.steps)

    def _update(self, *tile: Array) -> None:
        w, g, a, b, m, v, top = tile
        g = self._decay(w, g, b)
        np.multiply(m, self.beta1, out=m)
        np.add(m, g, out=m)
        np.multiply(v, self.beta2, out=v)
        np.multiply(g, g, out=a)
        np.add(v, a, out=v)
        if self.amsgrad:
            np.maximum(top, v, out=top)
            v = top
        np.sqrt(v, out=a)
        np.add(a, self._floor, out=a)
        np.divide(m, a, out=a)
        np.multiply(a, self._rate, out=a)
        np.subtract(w, a, out=w)

    def _decay(self, weights: Array, gradients: Array, scratch: Array) -> Array:
        return decayed(weights, gradients, self.weight_decay, scratch)
