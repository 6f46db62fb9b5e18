"""What the search maximises: an acquisition on the surrogate, averaged over fantasies of pending trials."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from engine.maths import acquisition
from engine.maths.gaussian_process import Posterior
from engine.maths.hypervolume_improvement import BoxDecomposition, log_ehvi
from engine.samplers.bayesian.constraints import ConstraintModels
from engine.samplers.bayesian.success_model import SuccessModel
from engine.samplers.bayesian.wish_prior import WishPrior
from engine.samplers.encoding import Encoding

PI_MARGIN = 0.1  # standard deviations above the incumbent that PI asks for; without one it only refines: a guess
FANTASIES = 16  # of pending trials, half as many from 9 of them on: a guess (Optuna draws 128)
MOST_PENDING = 64  # pending trials that are imagined: more workers than one computer has, a guess


@dataclass(frozen=True, kw_only=True)
class AcquisitionFunction(ABC):
    """The value of points for the search, mostly in logarithms, with the probabilities that all kinds share.

    Those are to give a score at all (``success_model``) and to keep every constraint. ``caution`` multiplies the log
    probability of success. ``prior`` is what a person wishes.
    """

    encoding: Encoding
    success_model: SuccessModel | None = None
    caution: float = 1.0
    constraints: ConstraintModels | None = None
    prior: WishPrior | None = None

    @abstractmethod
    def base_value(self, features: np.ndarray) -> np.ndarray:
        """Value (S,) at features (S, D), without the probabilities."""

    @abstractmethod
    def base_value_and_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same with its gradient (S, D)."""

    def value(self, points: np.ndarray) -> np.ndarray:
        """Value (S,) at points (S, d)."""
        features = self.encoding.to_features(points)
        return self._with_prior(self._with_probabilities(self.base_value(features), features), points)

    def _with_prior(self, value: np.ndarray, points: np.ndarray) -> np.ndarray:
        return value if self.prior is None else value + self.prior.value(points)

    def _with_probabilities(self, value: np.ndarray, features: np.ndarray) -> np.ndarray:
        if self.success_model is not None:
            value = value + self.caution * self.success_model.log_probability(features)
        if self.constraints is not None:
            value = value + self.constraints.caution * self.constraints.log_probability(features)
        return np.asarray(value)

    def value_and_gradient(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Value (S,) and its gradient (S, d)."""
        active = self.encoding.active_mask(points)
        features = self.encoding.to_features(points, active)
        value, gradient = self.base_value_and_gradient(features)
        if self.success_model is not None:
            log_success, by_features = self.success_model.with_gradient(features)
            value = value + self.caution * log_success
            gradient = gradient + self.caution * by_features
        if self.constraints is not None:
            log_kept, by_features = self.constraints.with_gradient(features)
            value = value + self.constraints.caution * log_kept
            gradient = gradient + self.constraints.caution * by_features
        slopes = self.encoding.point_gradient(gradient, active)
        if self.prior is not None:
            log_prior, by_points = self.prior.value_and_gradient(points)
            value, slopes = value + log_prior, slopes + by_points
        return value, slopes


@dataclass(frozen=True, kw_only=True)
class SingleObjectiveAcquisition(AcquisitionFunction):
    """One objective. ``best`` (F,) is the value to beat for each version of the labels of ``posterior``.

    ``kind`` is one of ei, pi, ucb and thompson (which looks at :meth:`sampled` instead of :meth:`value`), or
    feasibility, for which only the probabilities count that all acquisition functions share.
    """

    posterior: Posterior
    best: np.ndarray
    kind: str = "ei"
    kappa: float = 1.8

    def base_value(self, features: np.ndarray) -> np.ndarray:
        """Log expected improvement or what ``kind`` says."""
        mean, std = self.posterior.predict(features)
        return self._value_of_moments(mean, std)[0]

    def base_value_and_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same with its gradient."""
        mean, std, pullback = self.posterior.predict_with_pullback(features)
        value, by_mean, by_std = self._value_of_moments(mean, std)
        return value, pullback(by_mean, by_std)

    def sampled(self, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Values (S,) at points (S, d) of one function drawn from the posterior, plus the log probabilities."""
        features = self.encoding.to_features(points)
        mean, covariance = self.posterior.predict_joint(features)
        values, vectors = np.linalg.eigh(covariance)
        drawn = mean.mean(axis=1) + vectors @ (np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(len(values)))
        return self._with_prior(self._with_probabilities(drawn, features), points)

    def _value_of_moments(self, mean: np.ndarray, std: np.ndarray) -> acquisition.ValueAndSlopes:
        """Value (S,), its slopes by mean (S, F) and by standard deviation (S,), over all versions of the labels."""
        versions = mean.shape[1]
        if self.kind == "feasibility":
            return np.zeros(len(mean)), np.zeros(mean.shape), np.zeros(len(mean))
        if self.kind == "ucb":
            value, _, by_std = acquisition.upper_confidence_bound(mean.mean(axis=1), std, self.kappa)
            return value, np.full(mean.shape, 1.0 / versions), by_std
        measure = (
            acquisition.log_probability_of_improvement if self.kind == "pi" else acquisition.log_expected_improvement
        )
        stds = np.broadcast_to(std[:, None], mean.shape)
        value, by_mean, by_std = measure(mean, stds, self.best + (PI_MARGIN if self.kind == "pi" else 0.0))
        if versions == 1:
            return value[:, 0], by_mean, by_std[:, 0]
        total, share = acquisition.log_sum_exp(value)
        return total - np.log(versions), share * by_mean, (share * by_std).sum(axis=1)


@dataclass(frozen=True, kw_only=True)
class ExpectedHypervolumeImprovement(AcquisitionFunction):
    """Two objectives: by how much the area that the front dominates is expected to grow."""

    posteriors: tuple[Posterior, Posterior]
    boxes: BoxDecomposition

    def base_value(self, features: np.ndarray) -> np.ndarray:
        """Log expected hypervolume improvement."""
        (one, one_std), (two, two_std) = (posterior.predict(features) for posterior in self.posteriors)
        return log_ehvi((one[:, 0], two[:, 0]), (one_std, two_std), self.boxes)[0]

    def base_value_and_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same with its gradient."""
        one, two = (posterior.predict_with_pullback(features) for posterior in self.posteriors)
        value, by_means, by_stds = log_ehvi((one[0][:, 0], two[0][:, 0]), (one[1], two[1]), self.boxes)
        gradient = one[2](by_means[0][:, None], by_stds[0]) + two[2](by_means[1][:, None], by_stds[1])
        return value, gradient


def with_fantasies(
    posterior: Posterior,
    features: np.ndarray,
    best: float,
    rng: np.random.Generator,
    constraints: ConstraintModels | None = None,
) -> tuple[Posterior, np.ndarray]:
    """The posterior as if pending trials (q, D) had brought draws of their joint prediction, and the incumbents then.

    Draws of trials that will more likely than not break ``constraints`` are not to be beaten.

    All versions share one factorisation (Wilson et al., "Maximizing acquisition functions for Bayesian optimization",
    2018, section 3, taken greedily).
    """
    features = features[-MOST_PENDING:]
    mean, covariance = posterior.predict_joint(features)
    versions = FANTASIES if len(features) <= 8 else FANTASIES // 2
    values, vectors = np.linalg.eigh(covariance + posterior.noise * np.eye(len(features)))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    half = rng.standard_normal((len(features), versions // 2))
    drawn = mean[:, :1] + root @ np.hstack([half, -half])
    extended = posterior.condition_on(features, drawn)
    if constraints is not None:
        drawn = drawn[constraints.log_probability(features) > np.log(0.5)]
        if not len(drawn):
            return extended, np.full(2 * (versions // 2), best)
    return extended, np.maximum(best, drawn.max(axis=0))
