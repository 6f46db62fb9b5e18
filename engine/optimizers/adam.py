"""Adam: running averages of the gradient and of its square, corrected for their start at zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, beta_option, decayed, epsilon_option, registry, weight_decay
from engine.options import option


@registry.register
@dataclass
class Adam(Optimizer):
    """θ ← θ − η m̂/(√v̂ + ε), m̂ and v̂ the bias-corrected means of g and g² (Kingma and Ba 2015, algorithm 1).

    PyTorch's form: ε is added after the correction, λθ is part of g. The averages are held as m/(1−β1) and v/(1−β2),
    which saves two passes a step.

    ``lr`` = 0.001: η; ``beta1`` = 0.9 and ``beta2`` = 0.999: memories of g and of g²; ``epsilon`` = 1e-08: ε, keeps the
    divisor from zero; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "Adam"
    slots: ClassVar[tuple[str, ...]] = ("mean", "squares")

    lr: float = option(1e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    beta1: float = beta_option(0.9, 1, "gradients")
    beta2: float = beta_option(0.999, 2, "squared gradients")
    epsilon: float = epsilon_option(1e-8)
    weight_decay: float = weight_decay()

    def __post_init__(self) -> None:
        """Begin with averages of nothing."""
        super().__post_init__()
        self._betas: tuple[Any, Any] | None = None  # those that the averages are held relative to

    def _prepare_step(self) -> None:
        if self._betas is None:
            self._betas = self.beta1, self.beta2
        elif self._betas[0] is not self.beta1 or self._betas[1] is not self.beta2:
            self._rebase_averages(*self._betas)
        correction = ((1.0 - self.beta2**self.steps) / (1.0 - self.beta2)) ** 0.5
        rate = self.lr * correction * (1.0 - self.beta1) / (1.0 - self.beta1**self.steps)
        self._numbers = self._as_cells(self.beta1, self.beta2, self.epsilon * correction, rate)

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, m, v, *more = tile
        g = self._apply_decay(w, g, b)
        beta1, beta2, floor, rate = self._numbers
        np.multiply(m, beta1, m)
        np.add(m, g, m)
        np.multiply(v, beta2, v)
        np.multiply(g, g, a)
        np.add(v, a, v)
        np.sqrt(self._update_divisor(v, *more), a)
        np.add(a, floor, a)
        np.divide(m, a, a)
        np.multiply(a, rate, a)
        np.subtract(w, a, w)

    def _rebase_averages(self, beta1: Any, beta2: Any) -> None:
        """Hold the averages relative to the betas as they are now, which have been others until the last step."""
        for name in self.slots:
            before, now = (beta1, self.beta1) if name == "mean" else (beta2, self.beta2)
            if not np.array_equal(before, now):
                held = self._arrays[name]
                np.multiply(held, (1.0 - before) / (1.0 - now), out=held)
        self._betas = self.beta1, self.beta2

    def _unbind_arrays(self) -> None:
        super()._unbind_arrays()
        self._betas = None

    def _update_divisor(self, squares: Array) -> Array:
        """What to divide by the root of."""
        return squares

    def _apply_decay(self, weights: Array, gradients: Array, scratch: Array) -> Array:
        return decayed(weights, gradients, self.weight_decay, scratch)
