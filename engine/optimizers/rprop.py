"""Rprop: each weight has a step of its own, which grows while its gradient keeps its sign; sizes do not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import Optimizer, narrowed, registry, scale
from engine.options import option


@registry.register
@dataclass
class Rprop(Optimizer):
    """Δ ← Δ·η⁺ where g keeps its sign, Δ·η⁻ where it turned; θ ← θ − sign(g)Δ, none where it turned.

    Riedmiller and Braun 1993, in PyTorch's form without going back (iRprop⁻, Igel and Hüsken 2000). The signs of small
    batches say little, so a model trained with it uses every row in each step; a schedule changes nothing after the
    first step.

    ``lr`` = 0.01: every Δ at first; ``eta_minus`` = 0.5 and ``eta_plus`` = 1.2: η⁻ and η⁺; ``smallest`` = 1e-06 and
    ``largest`` = 50.0: what Δ stays between.
    """

    title: ClassVar[str] = "Rprop"
    full_batch: ClassVar[bool] = True
    slots: ClassVar[tuple[str, ...]] = ("previous", "sizes")

    lr: float = option(1e-2, label="Learning rate", low=0.0, log=True, help="How far the first step moves the weights.")
    eta_minus: float = option(0.5, label="Shrinking factor", low=0.01, high=0.99, help="Where a gradient has turned.")
    eta_plus: float = option(1.2, label="Growing factor", low=1.0, high=10.0, help="Where a gradient keeps its sign.")
    smallest: float = option(1e-6, label="Smallest step", low=0.0, log=True, advanced=True)
    largest: float = option(50.0, label="Largest step", low=0.0, log=True, advanced=True)

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, previous, sizes = tile
        if self.steps == 1:
            sizes[...] = narrowed(self.lr, w.dtype)
        np.multiply(g, previous, out=a)
        np.sign(a, out=a)
        np.maximum(a, 0.0, out=b)
        scale(b, self.eta_plus - 1.0, b)
        np.minimum(a, 0.0, out=a)
        np.add(a, 1.0, out=previous)  # 0 where the gradient turned: it is forgotten there, so nothing moves
        np.multiply(previous, g, out=previous)
        scale(a, 1.0 - self.eta_minus, a)
        np.add(a, b, out=b)
        np.add(b, 1.0, out=b)
        np.multiply(sizes, b, out=sizes)
        np.maximum(sizes, narrowed(self.smallest, w.dtype), out=sizes)
        np.minimum(sizes, narrowed(self.largest, w.dtype), out=sizes)
        np.sign(previous, out=a)
        np.multiply(a, sizes, out=a)
        np.subtract(w, a, out=w)
