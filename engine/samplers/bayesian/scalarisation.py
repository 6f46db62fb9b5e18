"""Several objectives as one: every trial looks at them with other weights (Knowles, "ParEGO", 2006)."""

from __future__ import annotations

import numpy as np

from engine import seeds
from engine.samplers.base import SuggestRequest
from engine.samplers.bayesian.warping import warp

WEIGHTINGS = 9  # fixed weightings that take turns: a guess; each has enough trials to learn from


def objective_weights(count: int, request: SuggestRequest) -> np.ndarray:
    """Weights (m,), another of a few fixed choices for every trial."""
    turn = request.number % WEIGHTINGS
    if count == 2:
        first = (1 + turn * 5 % WEIGHTINGS) / (WEIGHTINGS + 1)
        return np.array([first, 1.0 - first])
    return seeds.generator(request.seed, "bayesian", "weights", turn).dirichlet(np.ones(count))


def scalarised(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One value (n,) for each row of (n, m): the augmented Chebyshev distance from the best of every objective."""
    if values.shape[1] == 1:
        return np.asarray(values[:, 0])
    warped = np.stack([warp(column).warped for column in values.T], axis=1)
    short = (warped.max(axis=0) - warped) * weights
    return np.asarray(-(short.max(axis=1) + 0.05 * short.sum(axis=1)))
