"""NAdam: Adam with Nesterov's look-ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import (
    Optimizer,
    State,
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
class NAdam(Optimizer):
    """θ ← θ − η m̂/(√v̂ + ε) with m̂ = μ' m/(1−Πμμ') + (1−μ) g/(1−Πμ) (Dozat 2016, algorithm 2; PyTorch's form).

    μ_t = β1(1 − ½·0.96^(tψ)) with ψ = ``momentum_decay``; μ' is the next step's; λθ is part of g.

    ``lr`` = 0.002: η; ``beta1`` = 0.9: what μ rises to; ``beta2`` = 0.999: memory of g²; ``epsilon`` = 1e-08: ε, keeps
    the divisor from zero; ``momentum_decay`` = 0.004: ψ, how fast μ rises; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "NAdam"
    slots: ClassVar[tuple[str, ...]] = ("mean", "squares")

    lr: float = option(2e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    beta1: float = beta_option(0.9, 1, "gradients")
    beta2: float = beta_option(0.999, 2, "squared gradients")
    epsilon: float = epsilon_option(1e-8)
    momentum_decay: float = option(
        4e-3, label="Momentum warm-up", low=0.0, help="How fast momentum rises to beta 1.", advanced=True
    )
    weight_decay: float = weight_decay()

    def __post_init__(self) -> None:
        """Begin the product of momenta at one."""
        super().__post_init__()
        self._product: Any = 1.0

    def state(self) -> State:
        """As every optimizer, and the product of momenta."""
        return {**super().state(), "product": self._product}

    def restore(self, state: Mapping[str, object]) -> None:
        """As every optimizer."""
        super().restore(state)
        self._product = state["product"]

    def reset(self) -> None:
        """As every optimizer."""
        super().reset()
        self._product = 1.0

    def _prepare_step(self) -> None:
        now = self.beta1 * (1.0 - 0.5 * 0.96 ** (self.steps * self.momentum_decay))
        following = self.beta1 * (1.0 - 0.5 * 0.96 ** ((self.steps + 1) * self.momentum_decay))
        self._product = self._product * now
        self._of_mean, self._of_gradient, self._root = self._as_cells(
            -self.lr * following / (1.0 - self._product * following),
            -self.lr * (1.0 - now) / (1.0 - self._product),
            (1.0 - self.beta2**self.steps) ** 0.5,
        )[:3]

    def keep_rows(self, rows: Any) -> None:
        """As every optimizer, with the product of momenta."""
        super().keep_rows(rows)
        if isinstance(self._product, np.ndarray):
            self._product = self._product[rows]

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
        np.divide(a, self._root, out=a)
        np.add(a, narrowed(self.epsilon, a.dtype), out=a)
        np.multiply(g, self._of_gradient, out=b)
        np.divide(b, a, out=b)
        np.add(w, b, out=w)
        np.multiply(m, self._of_mean, out=b)
        np.divide(b, a, out=b)
        np.add(w, b, out=w)
