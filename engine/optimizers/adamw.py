"""AdamW: Adam whose weight decay acts on the weights themselves instead of the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.arrays import Array
from engine.optimizers.adam import Adam
from engine.optimizers.base import registry, scale, weight_decay


@registry.register
@dataclass
class AdamW(Adam):
    """θ ← (1 − ηλ)θ, then Adam's step without λ in g (Loshchilov and Hutter 2019, algorithm 2; PyTorch's form).

    ``weight_decay`` = 0.01: λ, the share of each weight that is lost a step, times η; ``lr`` = 0.001, ``beta1`` = 0.9,
    ``beta2`` = 0.999 and ``epsilon`` = 1e-08 as in Adam.
    """

    title: ClassVar[str] = "AdamW"

    weight_decay: float = weight_decay(1e-2, "decoupled")

    def _apply_decay(self, weights: Array, gradients: Array, scratch: Array) -> Array:
        scale(weights, 1.0 - self.lr * self.weight_decay, weights)
        return gradients
