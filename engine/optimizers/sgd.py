"""Stochastic gradient descent on minibatches, plain or with momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.errors import UserFault
from engine.optimizers.base import Optimizer, decayed, momentum_option, registry, scale, weight_decay
from engine.optimizers.gradient_descent import descend
from engine.optimizers.momentum import gather
from engine.optimizers.nesterov import look_ahead
from engine.options import option


@registry.register
@dataclass
class SGD(Optimizer):
    """Robbins and Monro 1951, with PyTorch's momentum, dampening and Nesterov semantics.

    g ← g + λθ; with momentum μ > 0: v ← μv + (1 − τ)g (the first step sets v = g), then θ ← θ − ηv, or with
    ``nesterov`` θ ← θ − η(g + μv); without momentum θ ← θ − ηg.

    ``lr`` = 0.01: η; ``momentum`` = 0.0: μ, share of the velocity that is kept; ``nesterov`` = False: look ahead along
    it; ``dampening`` = 0.0: τ, share of each new gradient left out of it; ``weight_decay`` = 0.0: λ, an L2 penalty.
    """

    title: ClassVar[str] = "SGD"
    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    lr: float = option(1e-2, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    momentum: float = momentum_option(0.0)
    nesterov: bool = option(False, label="Nesterov", help="Look ahead along the velocity before stepping.")
    dampening: float = option(
        0.0, label="Dampening", low=0.0, high=1.0, help="Share of each new gradient left out of it.", advanced=True
    )
    weight_decay: float = weight_decay()

    def __post_init__(self) -> None:
        """Refuse Nesterov without momentum, for which it has no meaning."""
        super().__post_init__()
        if self.nesterov and (self.momentum == 0.0 or self.dampening != 0.0):
            raise UserFault(
                "Nesterov needs momentum above 0 and no dampening.",
                "Set momentum, for instance to 0.9.",
            )

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, v = tile
        g = decayed(w, g, self.weight_decay, b)
        if isinstance(self.momentum, float) and self.momentum == 0.0:
            descend(w, g, self.lr, a)
            return
        if self.steps > 1 and not (isinstance(self.dampening, float) and self.dampening == 0.0):
            scale(v, self.momentum, v)
            scale(g, 1.0 - self.dampening, a)
            np.add(v, a, out=v)
        else:
            gather(v, g, self.momentum)
        descend(w, look_ahead(v, g, self.momentum, a) if self.nesterov else v, self.lr, a)
