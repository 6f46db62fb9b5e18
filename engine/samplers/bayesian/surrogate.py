"""The fitted Gaussian process of one history: which rows it uses, when it is fitted afresh, what is kept for speed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.maths.gaussian_process import Evidence, Posterior, Prior, fit, pair_distances
from engine.samplers.bayesian.removed_dimensions import RemovedDimensions
from engine.samplers.encoding import Encoding

Transform = Callable[[np.ndarray], np.ndarray]

# Measured, on one busy core: a fit of 100 rows takes 15 ms, of 200 rows 45, of 300 rows 150; a prediction grows as n².
CHEAP_ROWS = 60  # up to which a short fit may take more steps
FIT_ROWS = 150  # that the hyperparameters are fitted to
MOST_ROWS = 300  # that predictions are made from
_MOST_FITS = 64  # that are remembered: of the versions that one study asks for in turn, a guess
_LAST_FITS = 8  # short ones: whoever asks for a choice and then for the model behind it needs as many
UNIMPORTANT = 1.0  # added to the log lengthscale of what people took out of the space


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a fit: features (n, D) that belong to parameters by ``owner`` (D,), noise (n,), order (n,), prior.

    ``known`` (n,) is variance beside the common noise, which ``scale`` (n,) multiplies.
    """

    features: np.ndarray
    owner: np.ndarray
    scale: np.ndarray
    known: np.ndarray
    utility: np.ndarray | None
    prior: Prior
    dimension: float

    def __getitem__(self, rows: slice | np.ndarray) -> _Rows:
        utility = None if self.utility is None else self.utility[rows]
        noise = self.scale[rows], self.known[rows]
        return _Rows(self.features[rows], self.owner, *noise, utility, self.prior, self.dimension)

    def evidence(self, targets: np.ndarray) -> Evidence:
        return Evidence(pair_distances(self.features, self.owner), targets, self.prior, self.scale, self.known)


class Surrogate:
    """Fits Gaussian processes. Its memory holds only results that could be computed again from the same arguments."""

    def __init__(self) -> None:
        self._fits: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._short_fits: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def posterior(
        self,
        encoding: Encoding,
        points: np.ndarray,
        values: np.ndarray,
        transform: Transform,
        noise_scale: np.ndarray | None = None,
        utility: np.ndarray | None = None,
        removed: RemovedDimensions | None = None,
        known_noise: np.ndarray | None = None,
    ) -> Posterior:
        """The posterior for the transformed ``values`` (n,) at ``points`` (n, d), in the order of the trials.

        Of more than MOST_ROWS trials it sees the best, those near the best one, and an even choice of the rest; which
        are the best says ``utility`` (n,), in place of the transformed values. ``noise_scale`` (n,) multiplies the
        common noise, ``known_noise`` (n,) is variance of the transformed values on top of it. ``removed`` is what the
        trials had beside the present space; it is asked for places in the present space alone.
        Raises ``numpy.linalg.LinAlgError`` where the numbers defeat the factorisation.
        """
        rows = _prepare_rows(encoding, points, noise_scale, known_noise, utility, removed)
        theta = self._fit_theta(rows, values, transform)
        targets = transform(values)
        if len(values) > MOST_ROWS:
            lengthscales = np.exp(theta[:-2])[rows.owner]
            chosen = _informative_rows(rows.features / lengthscales, targets if utility is None else utility)
            rows, targets = rows[chosen], targets[chosen]
        fixed = None if removed is None else removed.present
        return Posterior(rows.features, rows.owner, targets, theta, rows.scale, fixed, rows.known)

    def _fit_theta(self, rows: _Rows, values: np.ndarray, transform: Transform) -> np.ndarray:
        """Hyperparameters: a thorough fit to the rows up to a checkpoint, then a short one from there to all rows.

        Checkpoints grow by a quarter, so that the costly fit is rare; both depend on the arguments alone.
        """
        n = len(values)
        checkpoint = 2
        while (later := max(checkpoint + 1, int(1.25 * checkpoint))) <= n:
            checkpoint = later
        first = slice(0, checkpoint)
        start = self._fit_thoroughly(rows[first], transform(values[first]))
        if n == checkpoint or n > FIT_ROWS:
            return start
        targets = transform(values)
        key = start.tobytes() + rows.features.tobytes() + rows.scale.tobytes() + targets.tobytes()
        if key not in self._short_fits:
            iterations = 15 if n <= CHEAP_ROWS else 6
            self._short_fits[key] = fit(rows.evidence(targets), [start], iterations=iterations)
            while len(self._short_fits) > _LAST_FITS:
                self._short_fits.popitem(last=False)
        return self._short_fits[key]

    def _fit_thoroughly(self, rows: _Rows, targets: np.ndarray) -> np.ndarray:
        chosen = _representative_rows(targets if rows.utility is None else rows.utility)
        key = b"".join(part.tobytes() for part in (rows.features, targets, chosen, rows.known))
        if key not in self._fits:
            middle = rows.prior.mode
            starts = [middle]
            for factor in (0.3, 1.5) if len(chosen) < FIT_ROWS else ():
                other = middle.copy()
                other[:-2] = np.log(factor * np.sqrt(rows.dimension))
                starts.append(other)
            self._fits[key] = fit(rows[chosen].evidence(targets[chosen]), starts)
            while len(self._fits) > _MOST_FITS:
                self._fits.popitem(last=False)
        return self._fits[key]


def prior(encoding: Encoding, gone: int = 0) -> Prior:
    """What is believed of lengthscales and noise before any trial; ``gone`` counts what trials had beside the space."""
    believed = Prior.for_dimension(encoding.dimension, len(encoding.varying) + gone)
    believed.log_length[len(encoding.varying) :] += UNIMPORTANT
    return believed


def _prepare_rows(
    encoding: Encoding,
    points: np.ndarray,
    noise_scale: np.ndarray | None,
    known_noise: np.ndarray | None,
    utility: np.ndarray | None,
    removed: RemovedDimensions | None,
) -> _Rows:
    features, owner, gone = encoding.to_features(points), encoding.owner, 0
    if removed is not None:
        features = np.hstack([features, removed.features])
        owner = np.concatenate([owner, len(encoding.varying) + removed.owner])
        gone = int(removed.owner[-1]) + 1
    scale = np.ones(len(points)) if noise_scale is None else noise_scale
    known = np.zeros(len(points)) if known_noise is None else known_noise
    return _Rows(features, owner, scale, known, utility, prior(encoding, gone), encoding.dimension)


def _representative_rows(targets: np.ndarray) -> np.ndarray:
    """At most FIT_ROWS rows to fit to: the best third of them, and an even choice of the others."""
    if len(targets) <= FIT_ROWS:
        return np.arange(len(targets))
    order = np.argsort(-targets, kind="stable")
    best, others = order[: FIT_ROWS // 3], np.sort(order[FIT_ROWS // 3 :])
    even = others[np.linspace(0, len(others) - 1, FIT_ROWS - len(best)).astype(int)]
    return np.sort(np.concatenate([best, even]))


def _informative_rows(scaled: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """MOST_ROWS rows: the best 100, the 120 nearest to the best one, and an even choice of the others."""
    order = np.argsort(-targets, kind="stable")
    distance = ((scaled - scaled[order[0]]) ** 2).sum(axis=1)
    kept = np.union1d(order[:100], np.argsort(distance, kind="stable")[:120])
    others = np.setdiff1d(np.arange(len(targets)), kept)
    even = others[np.linspace(0, len(others) - 1, MOST_ROWS - len(kept)).astype(int)]
    return np.union1d(kept, even)
