"""Probability of success: a second Gaussian process, on success and failure, tells where a trial gives a score."""

from __future__ import annotations

import numpy as np

from engine.maths.acquisition import log_probability_of_improvement
from engine.maths.gaussian_process import Posterior


class SuccessModel:
    """P(success) by least-squares classification (Rasmussen and Williams 2006, section 6.5).

    ``posterior`` is fitted to labels of 1 (a score) and -1 (a failure), or to any other measure of success; what lies
    above ``threshold`` is one. ``blur`` is a variance beyond that of the process itself.
    """

    def __init__(self, posterior: Posterior, threshold: float = 0.0, blur: float = 1e-4) -> None:
        self.posterior = posterior
        self.threshold = threshold
        self._blur = blur

    def log_probability(self, features: np.ndarray) -> np.ndarray:
        """log P(success), (S,)."""
        mean, std = self.posterior.predict(features)
        return log_probability_of_improvement(mean[:, 0], self._noisy_std(std), self.threshold)[0]

    def with_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log P(success), (S,), and its gradient by the features, (S, D)."""
        mean, std, pullback = self.posterior.predict_with_pullback(features)
        noisy_std = self._noisy_std(std)
        value, by_mean, by_noisy_std = log_probability_of_improvement(mean[:, 0], noisy_std, self.threshold)
        return value, pullback(by_mean[:, None], by_noisy_std * std / noisy_std)

    def _noisy_std(self, std: np.ndarray) -> np.ndarray:
        return np.sqrt(std**2 + self.posterior.noise + self._blur)
