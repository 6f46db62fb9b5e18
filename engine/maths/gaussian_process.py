"""Gaussian process regression with one Matérn-5/2 kernel over mixed features, its MAP fit and its fast posterior.

Inputs are feature matrices (n, D) whose columns belong to hyperparameters (``owner``, (D,)): a number has one column, a
category one column per choice holding 0 or sqrt(1/2), so that squared Euclidean distance is the 0/1 Hamming distance.
The kernel is exp(-r)(1 + r + r²/3), r² = 5 Σ_i w_i D_i with w_i = 1/lengthscale_i² (Rasmussen and Williams 2006,
eq. 4.17). The vector theta holds the d log lengthscales, the log noise variance and the constant mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

SMALLEST_NOISE = 1e-6  # variance; stable with the inverse factor (measured), where BoTorch takes 1e-4
LOG_LENGTH_BOUNDS = (float(np.log(0.025)), float(np.log(150.0)))  # the lower is BoTorch's, the upper a guess
LOG_NOISE_BOUNDS = (float(np.log(SMALLEST_NOISE)), 0.0)  # at most the variance of the scores themselves
_JITTERS = (0.0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)  # ten times as much after each failure, as BoTorch does


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal priors on log lengthscale, log noise variance and mean.

    Log lengthscales deviate from ``log_length`` together (``shared_variance``) and each by itself (``own_variance``),
    so that what is learned of some hyperparameters holds, until shown otherwise, for those that were not yet explored.
    The location of the lengthscales grows with the square root of the dimension (Hvarfner et al., "Vanilla Bayesian
    optimization performs great in high dimensions", 2024). Noise is small unless the data say otherwise.
    """

    log_length: np.ndarray
    own_variance: float = 1.0
    shared_variance: float = 2.0
    log_noise: float = -8.0
    log_noise_sd: float = 2.0
    mean_sd: float = 1.0

    @classmethod
    def for_dimension(cls, dimension: float, count: int) -> Prior:
        """The dimension-scaled prior for ``count`` hyperparameters of which about ``dimension`` vary together."""
        return cls(np.full(count, np.sqrt(2.0) + 0.5 * np.log(max(dimension, 1.0))))

    @property
    def mode(self) -> np.ndarray:
        """Theta of highest prior density, its lengthscales cut to the bounds."""
        return np.append(np.clip(self.log_length, *LOG_LENGTH_BOUNDS), [self.log_noise, 0.0])


@lru_cache(maxsize=64)
def _pair_indices(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows i > j of the strict lower triangle and their flat positions in a Fortran-ordered (n, n) matrix."""
    i, j = np.tril_indices(n, -1)
    return i, j, j * n + i


def pair_distances(features: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Squared distances of every pair of rows by hyperparameter, (d, n(n-1)/2)."""
    n = len(features)
    i, j, flat = _pair_indices(n)
    distances = np.empty((int(owner[-1]) + 1 if len(owner) else 0, len(flat)))
    for parameter in range(len(distances)):
        block = features[:, owner == parameter]
        if block.shape[1] == 1:
            column = block[:, 0]
            np.square(column[i] - column[j], out=distances[parameter])
        else:
            squares = np.einsum("ij,ij->i", block, block)
            full = squares[:, None] + squares[None, :] - 2.0 * block @ block.T
            distances[parameter] = np.maximum(full[i, j], 0.0)
    return distances


class Evidence:
    """The negative log posterior density of theta given ``y`` (up to a constant), with its gradient.

    ``noise_scale`` (n,) multiplies the noise variance row by row; ``known_noise`` (n,) is variance that comes on top.
    """

    def __init__(
        self,
        distances: np.ndarray,
        y: np.ndarray,
        prior: Prior,
        noise_scale: np.ndarray | None = None,
        known_noise: np.ndarray | None = None,
    ) -> None:
        self._distances = distances
        self._y = y
        self._prior = prior
        self._scale = np.ones(len(y)) if noise_scale is None else noise_scale
        self._known = np.zeros(len(y)) if known_noise is None else known_noise
        self._flat = _pair_indices(len(y))[2]
        self._diagonal = np.arange(len(y)) * (len(y) + 1)

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and gradient at ``theta``; (1e10, zeros) where the matrix cannot be factorised."""
        n, d = len(self._y), len(self._distances)
        weights, noise, mean = np.exp(-2.0 * theta[:d]), np.exp(theta[d]), theta[d + 1]
        r = np.sqrt(5.0 * (weights @ self._distances))
        decay = np.exp(-r)
        buffer = np.zeros(n * n)
        buffer[self._flat] = decay * (1.0 + r + r * r / 3.0)
        buffer[self._diagonal] = 1.0 + noise * self._scale + self._known
        factor = _cholesky_factor(buffer.reshape((n, n), order="F"))
        if factor is None:
            return 1e10, np.zeros_like(theta)
        residual = self._y - mean
        alpha = scipy.linalg.lapack.dpotrs(factor, residual, lower=1)[0].ravel()
        value = 0.5 * residual @ alpha + np.log(np.diagonal(factor)).sum()
        inverse = scipy.linalg.lapack.dpotri(factor, lower=1)[0].ravel(order="F")
        i, j, flat = _pair_indices(n)
        pull = (alpha[i] * alpha[j] - inverse[flat]) * (5.0 / 3.0) * decay * (1.0 + r)
        gradient = np.empty_like(theta)
        gradient[:d] = -(self._distances @ pull) * weights
        gradient[d] = -0.5 * noise * (self._scale @ (alpha * alpha - inverse[self._diagonal]))
        gradient[d + 1] = -alpha.sum()
        prior_value, prior_gradient = self._prior_penalty(theta)
        return float(value + prior_value), gradient + prior_gradient

    def _prior_penalty(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        prior, d = self._prior, len(self._distances)
        away = theta - np.append(prior.log_length, [prior.log_noise, 0.0])
        pull = away.copy()
        own, shared = prior.own_variance, prior.shared_variance
        pull[:d] = (away[:d] - shared * away[:d].sum() / (own + shared * d)) / own
        pull[d:] /= np.square([prior.log_noise_sd, prior.mean_sd])
        return float(0.5 * away @ pull), pull


def fit(
    evidence: Callable[[np.ndarray], tuple[float, np.ndarray]], starts: Sequence[np.ndarray], iterations: int = 60
) -> np.ndarray:
    """The theta of highest posterior density that L-BFGS-B reaches from any of ``starts``."""
    bounds = [LOG_LENGTH_BOUNDS] * (len(starts[0]) - 2) + [LOG_NOISE_BOUNDS, (-3.0, 3.0)]
    lower, upper = np.array(bounds).T
    best, best_value = starts[0], np.inf
    for start in starts:
        found = scipy.optimize.minimize(
            evidence,
            np.clip(start, lower, upper),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": iterations, "gtol": 1e-2, "ftol": 1e-6, "maxcor": 8},
        )
        if found.fun < best_value:
            best, best_value = found.x, found.fun
    return np.asarray(best)


def _cholesky_factor(matrix: np.ndarray) -> np.ndarray | None:
    """Lower Cholesky factor (upper part undefined), with growing jitter; *None* where none helps."""
    n = len(matrix)
    for jitter in _JITTERS:
        attempt = matrix.copy(order="F")
        attempt.ravel(order="K")[:: n + 1] += jitter
        factor, info = scipy.linalg.lapack.dpotrf(attempt, lower=1, clean=0, overwrite_a=1)
        if info == 0:
            return np.asarray(factor)
    return None


class Posterior:
    """The process given data, ready for many queries. ``targets`` is (n,) or (n, F) for F versions of the labels.

    ``known_noise`` (n,) is variance of single rows beside the common noise. ``fixed_features`` (E,) are the values that
    all queries have in the last E columns of ``features``; they come without these columns then, and
    ``lengthscales`` are those of the hyperparameters that the other columns belong to.

    Raises ``numpy.linalg.LinAlgError`` where the covariance of the data cannot be factorised.
    """

    def __init__(
        self,
        features: np.ndarray,
        owner: np.ndarray,
        targets: np.ndarray,
        theta: np.ndarray,
        noise_scale: np.ndarray | None = None,
        fixed_features: np.ndarray | None = None,
        known_noise: np.ndarray | None = None,
    ) -> None:
        d = len(theta) - 2
        self.theta = theta
        self._owner = owner
        self.lengthscales = np.exp(theta[:d])
        self.noise = float(np.exp(theta[d]))
        self.mean = float(theta[d + 1])
        self.targets = targets.reshape(len(features), -1)
        self._root_weights = (1.0 / self.lengthscales)[owner]
        self._noise_scale = np.ones(len(features)) if noise_scale is None else noise_scale
        self._known_noise = np.zeros(len(features)) if known_noise is None else known_noise
        self._points = features * self._root_weights
        self._norms = np.einsum("ij,ij->i", self._points, self._points)
        covariance = np.asfortranarray(self._kernel_to_rows(self._points, self._norms)[0])
        covariance.ravel(order="K")[:: len(features) + 1] = 1.0 + self._row_noise
        factor = _cholesky_factor(covariance)
        if factor is None:
            raise np.linalg.LinAlgError("the covariance of the data is not positive definite")
        self._inverse_factor = np.tril(scipy.linalg.lapack.dtrtri(factor, lower=1)[0])
        self._fixed_features, self._rows_beside = fixed_features, features[:, :0]
        if fixed_features is not None and len(fixed_features):
            self._fix_features(fixed_features, features)
        self._solve_weights()

    def _fix_features(self, fixed: np.ndarray, features: np.ndarray) -> None:
        """Count how far every row is from ``fixed`` once, so that queries need not bring these columns."""
        own = features.shape[1] - len(fixed)
        self._rows_beside = features[:, own:]
        apart = (self._rows_beside - fixed) * self._root_weights[own:]
        self._root_weights, self._points = self._root_weights[:own], np.ascontiguousarray(self._points[:, :own])
        self._norms = np.einsum("ij,ij->i", self._points, self._points) + np.einsum("ij,ij->i", apart, apart)
        self.lengthscales = self.lengthscales[: self._owner[own]]

    @property
    def _row_noise(self) -> np.ndarray:
        """The variance of the noise of each row, (n,)."""
        return np.asarray(self.noise * self._noise_scale + self._known_noise)

    def _solve_weights(self) -> None:
        self.alpha = self._inverse_factor.T @ (self._inverse_factor @ (self.targets - self.mean))

    def _kernel_to_rows(self, queries: np.ndarray, norms: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Covariances (S, n) of scaled ``queries`` with the data, and the r and exp(-r) they come from."""
        squared = queries @ (-10.0 * self._points).T
        squared += 5.0 * norms[:, None]
        squared += 5.0 * self._norms
        r = np.sqrt(np.maximum(squared, 0.0, out=squared), out=squared)
        decay = np.exp(-r)
        return decay * (1.0 + r * (1.0 + r / 3.0)), r, decay

    def predict(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean (S, F) and standard deviation (S,) of the noise-free function at ``features`` (S, D)."""
        queries = features * self._root_weights
        covariance = self._kernel_to_rows(queries, np.einsum("ij,ij->i", queries, queries))[0]
        mean, std, _ = self._posterior_moments(covariance)
        return mean, std

    def predict_mean(self, features: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """The mean (S, F) of :meth:`predict` alone, which costs a fraction of it.

        ``weights`` (n, W) are those of other versions of the data, one a column, as of :meth:`weights_without`.
        """
        queries = features * self._root_weights
        covariance = self._kernel_to_rows(queries, np.einsum("ij,ij->i", queries, queries))[0]
        return np.asarray(self.mean + covariance @ (self.alpha if weights is None else weights))

    def weights_without(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """For each set of rows of the data the weights (n, sets) of the process without them, 0 in their places.

        Of the first version of the labels; by the inverse of a partitioned matrix, so nothing is factorised anew.
        """
        inverse = self._inverse_factor.T @ self._inverse_factor
        whole = self.alpha[:, 0]
        weights = np.empty((len(whole), len(rows)))
        for place, gone in enumerate(rows):
            pulled = np.linalg.solve(inverse[np.ix_(gone, gone)], whole[gone])
            weights[:, place] = whole - inverse[:, gone] @ pulled
            weights[gone, place] = 0.0
        return weights

    def predict_with_pullback(
        self, features: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
        """As :meth:`predict`, with a function from (∂a/∂mean (S, F), ∂a/∂std (S,)) to ∂a/∂features (S, D)."""
        queries = features * self._root_weights
        covariance, r, decay = self._kernel_to_rows(queries, np.einsum("ij,ij->i", queries, queries))
        mean, std, half = self._posterior_moments(covariance)

        def pullback(by_mean: np.ndarray, by_std: np.ndarray) -> np.ndarray:
            flow = by_mean @ self.alpha.T - (by_std / std)[:, None] * (half @ self._inverse_factor)
            flow *= (-5.0 / 3.0) * decay * (1.0 + r)
            return np.asarray((queries * flow.sum(1)[:, None] - flow @ self._points) * self._root_weights)

        return mean, std, pullback

    def _posterior_moments(self, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        half = covariance @ self._inverse_factor.T
        variance = np.maximum(1.0 - np.einsum("ij,ij->i", half, half), 1e-12)
        return self.mean + covariance @ self.alpha, np.sqrt(variance), half

    def predict_joint(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Joint mean (S, F) and covariance (S, S) of the noise-free function."""
        queries = features * self._root_weights
        norms = np.einsum("ij,ij->i", queries, queries)
        mean, _, half = self._posterior_moments(self._kernel_to_rows(queries, norms)[0])
        squared = 5.0 * np.maximum(norms[:, None] + norms - 2.0 * queries @ queries.T, 0.0)
        r = np.sqrt(squared)
        return mean, np.exp(-r) * (1.0 + r + squared / 3.0) - half @ half.T

    def condition_on(self, features: np.ndarray, targets: np.ndarray) -> Posterior:
        """The process with further rows (q, D) and their labels (q, F), without refactorising the old ones."""
        grown = object.__new__(Posterior)
        grown.__dict__.update(self.__dict__)
        queries = features * self._root_weights
        norms = np.einsum("ij,ij->i", queries, queries)
        cross = self._kernel_to_rows(queries, norms)[0] @ self._inverse_factor.T
        corner = self.predict_joint(features)[1] + self.noise * np.eye(len(features))
        factor = _cholesky_factor(np.asfortranarray(corner))
        if factor is None:
            raise np.linalg.LinAlgError("the covariance of the pending rows is not positive definite")
        corner_inverse = np.tril(scipy.linalg.lapack.dtrtri(factor, lower=1)[0])
        n, q = len(self._points), len(features)
        inverse = np.zeros((n + q, n + q))
        inverse[:n, :n] = self._inverse_factor
        inverse[n:, :n] = -corner_inverse @ cross @ self._inverse_factor
        inverse[n:, n:] = corner_inverse
        grown._inverse_factor = inverse
        grown._points = np.vstack([self._points, queries])
        grown._norms = np.append(self._norms, norms)
        if self._fixed_features is not None:
            grown._rows_beside = np.vstack([self._rows_beside, np.tile(self._fixed_features, (q, 1))])
        grown._noise_scale = np.append(self._noise_scale, np.ones(q))
        grown._known_noise = np.append(self._known_noise, np.zeros(q))
        old = np.broadcast_to(self.targets, (n, targets.shape[1]))
        grown.targets = np.vstack([old, targets])
        grown._solve_weights()
        return grown

    def prior_correlation(self, features: np.ndarray, point: np.ndarray) -> np.ndarray:
        """Prior correlation (S,) of the function at ``features`` (S, D) with that at one ``point`` (1, D)."""
        apart = (features - point) * self._root_weights
        r = np.sqrt(5.0 * np.einsum("ij,ij->i", apart, apart))
        return np.asarray(np.exp(-r) * (1.0 + r + r * r / 3.0))

    def with_scaled_lengthscales(self, factor: float) -> Posterior:
        """The process for the same rows with all lengthscales multiplied by ``factor``."""
        theta = self.theta.copy()
        theta[:-2] += np.log(factor)
        features = self._points / self._root_weights
        if self._fixed_features is not None:
            features = np.hstack([features, self._rows_beside])
        noise = self._noise_scale, self._fixed_features, self._known_noise
        return Posterior(features, self._owner, self.targets, theta, *noise)

    def leave_one_out_r2(self) -> float:
        """How well each row is predicted from the others, on the scale of the targets: 1 perfect, 0 as their mean."""
        targets, predicted = self.targets[:, 0], self.leave_one_out()[0]
        whole = float(np.square(targets - targets.mean()).sum())
        return 1.0 - float(np.square(targets - predicted).sum()) / whole if whole > 0.0 else 0.0

    def leave_one_out(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (n,), without noise, that the process without row i gives row i.

        Closed form (Rasmussen and Williams 2006, eq. 5.12) for the first version of the labels.
        """
        precision = np.einsum("ij,ij->j", self._inverse_factor, self._inverse_factor)
        mean = self.targets[:, 0] - self.alpha[:, 0] / precision
        variance = 1.0 / precision - self._row_noise
        return mean, np.sqrt(np.maximum(variance, 1e-12))
