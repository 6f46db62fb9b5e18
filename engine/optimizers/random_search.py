"""Random search on the weights: what training would be without any gradient, for comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import registry
from engine.optimizers.minimizer import LossAndGradient, Minimizer
from engine.options import option


@registry.register
@dataclass
class RandomSearch(Minimizer):
    """The (1+1) evolution strategy: keep a random change of all weights when it lowers the loss (Rechenberg 1973).

    The size of changes grows by ``e^(1/3)`` after a success and shrinks by ``e^(-1/12)`` after a failure, which holds
    about one success in five (Kern et al. 2004). One iteration tries ``tries`` changes. Gradients are not used.

    ``size`` = 0.1: standard deviation of the first changes; ``tries`` = 50; ``seed`` = 0; ``lr`` = 1.0 always.
    """

    title: ClassVar[str] = "Random search"
    uses_gradients: ClassVar[bool] = False

    size: float = option(
        0.1, label="First step size", low=1e-9, log=True, help="Deviation of the first random changes."
    )
    tries: int = option(50, label="Tries an iteration", low=1, high=100_000)
    seed: int = option(0, label="Seed", low=0, advanced=True)

    def _run_search(self, loss: LossAndGradient, weights: Array, iterations: int, after: Callable[[], None]) -> None:
        rng = np.random.default_rng(self.seed)
        best, size, here = loss(weights.copy())[0], self.size, weights.astype(float)
        for _ in range(iterations):
            for _ in range(self.tries):
                there = here + size * rng.standard_normal(here.size)
                value = loss(there)[0]
                if value < best:
                    best, here, size = value, there, size * np.exp(1.0 / 3.0)
                else:
                    size *= np.exp(-1.0 / 12.0)
            loss(here)  # so that whoever watches sees the best point's outputs
            weights[:] = here
            after()
