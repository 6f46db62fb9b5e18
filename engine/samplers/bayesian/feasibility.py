"""Where trials fail: a smooth estimate of the probability that a configuration gives a score at all."""

from __future__ import annotations

import numpy as np

LONGEST = 1.0


class Feasibility:
    """A kernel regression on success with the surrogate's own lengthscales, cut to at most one.

    p(x) = (a + Σ_ok k) / (1 + Σ_all k), where a = (n_ok + ½)/(n + 1) is Jeffreys' estimate of the share of successes.
    """

    def __init__(self, good: np.ndarray, failed: np.ndarray, owner: np.ndarray, lengthscales: np.ndarray) -> None:
        self._root_weights = (1.0 / np.minimum(lengthscales, LONGEST))[owner]
        self._points = np.vstack([good, failed]) * self._root_weights
        self._success = np.append(np.ones(len(good)), np.zeros(len(failed)))
        self._prior = (len(good) + 0.5) / (len(good) + len(failed) + 1.0)

    def log_probability(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log p (S,) and its gradient by the features (S, D)."""
        queries = features * self._root_weights
        squared = (
            np.einsum("ij,ij->i", queries, queries)[:, None]
            + np.einsum("ij,ij->i", self._points, self._points)
            - 2.0 * queries @ self._points.T
        )
        r = np.sqrt(5.0 * np.maximum(squared, 0.0))
        decay = np.exp(-r)
        kernel = decay * (1.0 + r + r * r / 3.0)
        above, below = self._prior + kernel @ self._success, 1.0 + kernel.sum(axis=1)
        flow = (self._success / above[:, None] - 1.0 / below[:, None]) * (-5.0 / 3.0) * decay * (1.0 + r)
        gradient = (queries * flow.sum(axis=1)[:, None] - flow @ self._points) * self._root_weights
        return np.log(above / below), gradient
