"""What the search maximises: an acquisition on the surrogate, averaged over fantasies of pending trials."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import scipy

from engine.maths import acquisition
from engine.maths.gaussian_process import Posterior
from engine.maths.hypervolume_improvement import Strips, log_gain
from engine.samplers.bayesian.feasibility import Feasibility
from engine.samplers.bayesian.limits import Limits
from engine.samplers.encoding import Encoding

PI_MARGIN = 0.1
FANTASIES = 16
MOST_PENDING = 64


@dataclass(frozen=True, kw_only=True)
class Acquisition(ABC):
    """Worth of points, mostly in logarithms, with the chances that all kinds share: to succeed, to keep constraints.

    ``caution`` multiplies the log probability of success.
    """

    encoding: Encoding
    feasibility: Feasibility | None = None
    caution: float = 1.0
    limits: Limits | None = None

    @abstractmethod
    def value(self, features: np.ndarray) -> np.ndarray:
        """Worth (S,) at features (S, D), before success."""

    @abstractmethod
    def with_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same with its gradient (S, D)."""

    def score(self, points: np.ndarray) -> np.ndarray:
        """Worth (S,) at points (S, d)."""
        features = self.encoding.features(points)
        return self._with_chances(self.value(features), features)

    def _with_chances(self, value: np.ndarray, features: np.ndarray) -> np.ndarray:
        if self.feasibility is not None:
            value = value + self.caution * self.feasibility.log_probability(features)
        if self.limits is not None:
            value = value + self.limits.caution * self.limits.log_probability(features)
        return np.asarray(value)

    def slope(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Worth (S,) and its gradient (S, d)."""
        active = self.encoding.active(points)
        features = self.encoding.features(points, active)
        value, gradient = self.with_gradient(features)
        if self.feasibility is not None:
            log_success, by_features = self.feasibility.with_gradient(features)
            value = value + self.caution * log_success
            gradient = gradient + self.caution * by_features
        if self.limits is not None:
            log_kept, by_features = self.limits.with_gradient(features)
            value = value + self.limits.caution * log_kept
            gradient = gradient + self.limits.caution * by_features
        return value, self.encoding.gradient(gradient, active)


@dataclass(frozen=True, kw_only=True)
class Improvement(Acquisition):
    """One objective. ``best`` (F,) is the value to beat for each version of the labels of ``posterior``.

    ``kind`` is one of ei, pi, ucb and thompson (which looks at :meth:`sampled` instead of :meth:`score`), or chance,
    for which only the chances count that all acquisitions share.
    """

    posterior: Posterior
    best: np.ndarray
    kind: str = "ei"
    kappa: float = 1.8

    def value(self, features: np.ndarray) -> np.ndarray:
        """Log expected improvement or what ``kind`` says."""
        mean, spread = self.posterior.predict(features)
        return self._worth(mean, spread)[0]

    def with_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same with its gradient."""
        mean, spread, pullback = self.posterior.predict_with_pullback(features)
        value, by_mean, by_spread = self._worth(mean, spread)
        return value, pullback(by_mean, by_spread)

    def sampled(self, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Values (S,) at points (S, d) of one function drawn from the process, plus the log chance of success."""
        features = self.encoding.features(points)
        mean, covariance = self.posterior.joint(features)
        values, vectors = np.linalg.eigh(covariance)
        drawn = mean.mean(axis=1) + vectors @ (np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(len(values)))
        return self._with_chances(drawn, features)

    def _worth(self, mean: np.ndarray, spread: np.ndarray) -> acquisition.Valued:
        """Value (S,), slope by mean (S, F), slope by spread (S,), over all versions of the labels."""
        versions = mean.shape[1]
        if self.kind == "chance":
            return np.zeros(len(mean)), np.zeros(mean.shape), np.zeros(len(mean))
        if self.kind == "ucb":
            value, _, by_spread = acquisition.upper_confidence_bound(mean.mean(axis=1), spread, self.kappa)
            return value, np.full(mean.shape, 1.0 / versions), by_spread
        measure = (
            acquisition.log_probability_of_improvement if self.kind == "pi" else acquisition.log_expected_improvement
        )
        wide = np.broadcast_to(spread[:, None], mean.shape)
        value, by_mean, by_spread = measure(mean, wide, self.best + (PI_MARGIN if self.kind == "pi" else 0.0))
        if versions == 1:
            return value[:, 0], by_mean, by_spread[:, 0]
        share = scipy.special.softmax(value, axis=1)
        joined = scipy.special.logsumexp(value, axis=1) - np.log(versions)
        return joined, share * by_mean, (share * by_spread).sum(axis=1)


@dataclass(frozen=True, kw_only=True)
class FrontGain(Acquisition):
    """Two objectives: the expected gain of the area that the front dominates."""

    posteriors: tuple[Posterior, Posterior]
    strips: Strips

    def value(self, features: np.ndarray) -> np.ndarray:
        """Log expected hypervolume improvement."""
        (one, one_spread), (two, two_spread) = (posterior.predict(features) for posterior in self.posteriors)
        return log_gain((one[:, 0], two[:, 0]), (one_spread, two_spread), self.strips)[0]

    def with_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same with its gradient."""
        one, two = (posterior.predict_with_pullback(features) for posterior in self.posteriors)
        value, by_means, by_spreads = log_gain((one[0][:, 0], two[0][:, 0]), (one[1], two[1]), self.strips)
        gradient = one[2](by_means[0][:, None], by_spreads[0]) + two[2](by_means[1][:, None], by_spreads[1])
        return value, gradient


def with_fantasies(
    posterior: Posterior, features: np.ndarray, best: float, rng: np.random.Generator, limits: Limits | None = None
) -> tuple[Posterior, np.ndarray]:
    """The process as if pending trials (q, D) had brought draws of their joint prediction, and the value to beat then.

    Draws of trials that will more likely than not break ``limits`` are not to be beaten.

    All versions share one factorisation (Wilson et al., "Maximizing acquisition functions for Bayesian optimization",
    2018, section 3, taken greedily).
    """
    features = features[-MOST_PENDING:]
    mean, covariance = posterior.joint(features)
    versions = FANTASIES if len(features) <= 8 else FANTASIES // 2
    values, vectors = np.linalg.eigh(covariance + posterior.noise * np.eye(len(features)))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    half = rng.standard_normal((len(features), versions // 2))
    drawn = mean[:, :1] + root @ np.hstack([half, -half])
    extended = posterior.extended(features, drawn)
    if limits is not None:
        drawn = drawn[limits.log_probability(features) > np.log(0.5)]
        if not len(drawn):
            return extended, np.full(2 * (versions // 2), best)
    return extended, np.maximum(best, drawn.max(axis=0))
