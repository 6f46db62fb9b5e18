"""CMA-ES on the weights of small models: evolution that learns which directions go together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.errors import UserFault
from engine.maths.cma import CmaEs
from engine.optimizers.base import registry
from engine.optimizers.minimizer import LossAndGradient, Minimizer
from engine.options import option

LARGEST = 600  # weights: the covariance matrix has the square of that


@registry.register
@dataclass
class CMAES(Minimizer):
    """Covariance matrix adaptation (Hansen 2016, arXiv 1604.00772; :class:`~engine.maths.cma.CmaEs`).

    One iteration draws ``population`` weight vectors (0: 4 + 3 ln P) from a normal distribution, and moves and shapes
    it towards the better half, away from the worse. Gradients are not used. Refuses models of more than 600 weights.

    ``size`` = 0.3: standard deviation of the first generation; ``population`` = 0; ``seed`` = 0; ``lr`` = 1.0 always.
    """

    title: ClassVar[str] = "CMA-ES"
    uses_gradients: ClassVar[bool] = False

    size: float = option(0.3, label="First step size", low=1e-9, log=True, help="Deviation of the first generation.")
    population: int = option(0, label="Population", low=0, high=100_000, help="0 lets the number of weights decide.")
    seed: int = option(0, label="Seed", low=0, advanced=True)

    def _run_search(self, loss: LossAndGradient, weights: Array, iterations: int, after: Callable[[], None]) -> None:
        if weights.size > LARGEST:
            raise UserFault(
                f"CMA-ES would have to learn a matrix of {weights.size} × {weights.size} numbers.",
                f"Use it for models of at most {LARGEST} weights, or choose another optimizer.",
            )
        rng = np.random.default_rng(self.seed)
        distribution = CmaEs(weights.astype(float), self.size, self.population if self.population > 1 else None)
        for _ in range(iterations):
            steps = distribution.sample(rng)
            values = np.array([loss(distribution.mean + distribution.step * step)[0] for step in steps])
            distribution.update(steps[np.argsort(np.where(np.isfinite(values), values, np.inf), kind="stable")])
            loss(distribution.mean)  # so that whoever watches sees the mean's outputs
            weights[:] = distribution.mean
            after()
