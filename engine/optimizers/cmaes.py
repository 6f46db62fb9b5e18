"""CMA-ES on the weights of small models: evolution that learns which directions go together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.errors import UserFault
from engine.optimizers import registry
from engine.optimizers.base import Array
from engine.optimizers.minimizer import LossAndGradient, Minimizer
from engine.options import option

LARGEST = 600  # weights: the covariance matrix has the square of that


@registry.register
@dataclass
class CMAES(Minimizer):
    """Covariance matrix adaptation (Hansen 2016, arXiv 1604.00772, table 1 and equations 5 to 49).

    One iteration draws ``population`` weight vectors (0: 4 + 3 ln P) from a normal distribution, and moves and shapes
    it towards the better half. Gradients are not used. Refuses models of more than 600 weights.

    ``size`` = 0.3: spread of the first generation; ``population`` = 0; ``seed`` = 0; ``lr`` = 1.0 always.
    """

    title: ClassVar[str] = "CMA-ES"

    size: float = option(0.3, label="First step size", low=1e-9, log=True, help="Spread of the first generation.")
    population: int = option(0, label="Population", low=0, high=100_000, help="0 lets the number of weights decide.")
    seed: int = option(0, label="Seed", low=0, advanced=True)

    def _search(self, loss: LossAndGradient, weights: Array, iterations: int, after: Callable[[], None]) -> None:
        if weights.size > LARGEST:
            raise UserFault(
                f"CMA-ES would have to learn a matrix of {weights.size} × {weights.size} numbers.",
                f"Use it for models of at most {LARGEST} weights, or choose another optimizer.",
            )
        rng = np.random.default_rng(self.seed)
        cloud = _Cloud(weights.astype(float), self.size, self.population)
        for _ in range(iterations):
            steps = cloud.draw(rng)
            values = np.array([loss(cloud.mean + cloud.sigma * step)[0] for step in steps])
            cloud.adapt(steps[np.argsort(np.where(np.isfinite(values), values, np.inf), kind="stable")])
            loss(cloud.mean)  # so that whoever watches sees the mean's outputs
            weights[:] = cloud.mean
            after()


class _Cloud:
    """The normal distribution: mean, step size sigma, covariance C with its eigenvectors B and lengths D."""

    def __init__(self, mean: Array, sigma: float, population: int) -> None:
        n = self.n = mean.size
        self.mean, self.sigma = mean, sigma
        self.count = population if population > 1 else 4 + int(3 * math.log(n))
        half = self.count // 2
        ranks = math.log((self.count + 1) / 2) - np.log(np.arange(1, half + 1))  # eq. 49
        self.shares = ranks / ranks.sum()
        self.mass = mu = 1.0 / float(np.sum(self.shares**2))
        # Table 1: how fast paths, step size and covariance learn.
        self.c_sigma = (mu + 2) / (n + mu + 5)
        self.damping = 1 + 2 * max(0.0, math.sqrt((mu - 1) / (n + 1)) - 1) + self.c_sigma
        self.c_c = (4 + mu / n) / (n + 4 + 2 * mu / n)
        self.c_1 = 2 / ((n + 1.3) ** 2 + mu)
        self.c_mu = min(1 - self.c_1, 2 * (0.25 + mu + 1 / mu - 2) / ((n + 2) ** 2 + mu))
        self.expected = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))  # E‖N(0, I)‖
        self.path_sigma, self.path_c = np.zeros(n), np.zeros(n)
        self.C, self.B, self.D = np.eye(n), np.eye(n), np.ones(n)
        self.generation, self._decomposed = 0, 0

    def draw(self, rng: np.random.Generator) -> Array:
        """A generation of steps y ~ N(0, C), eq. 38 and 39."""
        return (rng.standard_normal((self.count, self.n)) * self.D) @ self.B.T

    def adapt(self, steps: Array) -> None:
        """Learn from steps sorted best first, eq. 41 to 47."""
        self.generation += 1
        best = steps[: len(self.shares)]
        move = self.shares @ best
        self.mean = self.mean + self.sigma * move
        whitened = self.B @ ((self.B.T @ move) / self.D)
        self.path_sigma = (1 - self.c_sigma) * self.path_sigma + math.sqrt(
            self.c_sigma * (2 - self.c_sigma) * self.mass
        ) * whitened
        length = float(np.linalg.norm(self.path_sigma))
        settled = length / math.sqrt(1 - (1 - self.c_sigma) ** (2 * self.generation))
        on = settled < (1.4 + 2 / (self.n + 1)) * self.expected
        self.path_c = (1 - self.c_c) * self.path_c
        if on:
            self.path_c += math.sqrt(self.c_c * (2 - self.c_c) * self.mass) * move
        lost = 0.0 if on else self.c_c * (2 - self.c_c)
        self.C *= 1 - self.c_1 - self.c_mu + self.c_1 * lost
        self.C += self.c_1 * np.outer(self.path_c, self.path_c)
        self.C += self.c_mu * (best.T * self.shares) @ best
        self.sigma *= math.exp(min(1.0, self.c_sigma / self.damping * (length / self.expected - 1)))
        # Decomposing costs n³; the covariance changes little in so few generations (appendix B.2).
        if self.generation - self._decomposed > 1 / (10 * self.n * (self.c_1 + self.c_mu)):
            self._decomposed = self.generation
            values, self.B = np.linalg.eigh((self.C + self.C.T) / 2)
            self.D = np.sqrt(np.maximum(values, 1e-30))
