"""Where trials fail: a second process on success and failure gives the probability that a trial gives a score."""

from __future__ import annotations

import numpy as np

from engine.maths.acquisition import log_probability_of_improvement
from engine.maths.gaussian_process import Posterior


class Feasibility:
    """P(success) by least-squares classification (Rasmussen and Williams 2006, section 6.5).

    ``posterior`` is fitted to labels of 1 (a score) and -1 (a failure), or to any other measure of success; what lies
    above ``threshold`` is one. ``blur`` is a variance beyond what the process itself is unsure of.
    """

    def __init__(self, posterior: Posterior, threshold: float = 0.0, blur: float = 1e-4) -> None:
        self.posterior = posterior
        self.threshold = threshold
        self._blur = blur

    def log_probability(self, features: np.ndarray) -> np.ndarray:
        """log P(success), (S,)."""
        mean, spread = self.posterior.predict(features)
        return log_probability_of_improvement(mean[:, 0], self._noisy(spread), self.threshold)[0]

    def with_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log P(success), (S,), and its gradient by the features, (S, D)."""
        mean, spread, pullback = self.posterior.predict_with_pullback(features)
        wide = self._noisy(spread)
        value, by_mean, by_wide = log_probability_of_improvement(mean[:, 0], wide, self.threshold)
        return value, pullback(by_mean[:, None], by_wide * spread / wide)

    def _noisy(self, spread: np.ndarray) -> np.ndarray:
        return np.sqrt(spread**2 + self.posterior.noise + self._blur)
