"""The fitted Gaussian process of one history: which rows it uses, when it is fitted afresh, what is kept for speed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from engine.maths.gaussian_process import Evidence, Posterior, Prior, fit, pair_distances
from engine.samplers.encoding import Encoding

Transform = Callable[[np.ndarray], np.ndarray]

CHEAP_ROWS = 60
FIT_ROWS = 150
MOST_ROWS = 300
_KEPT = 64


class Surrogate:
    """Fits processes. Its memory holds only results that could be computed again from the same arguments."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def posterior(
        self,
        encoding: Encoding,
        points: np.ndarray,
        values: np.ndarray,
        transform: Transform,
        noise_scale: np.ndarray | None = None,
        worth: np.ndarray | None = None,
    ) -> Posterior:
        """The process for the transformed ``values`` (n,) at ``points`` (n, d), in the order of the trials.

        Of more than MOST_ROWS trials it sees the best, those near the best one, and an even choice of the rest; which
        are the best says ``worth`` (n,), in place of the transformed values.
        Raises ``numpy.linalg.LinAlgError`` where the numbers defeat the factorisation.
        """
        features = encoding.features(points)
        scale = np.ones(len(values)) if noise_scale is None else noise_scale
        theta = self._theta(encoding, features, values, transform, scale, worth)
        targets = transform(values)
        if len(values) > MOST_ROWS:
            lengthscales = np.exp(theta[:-2])[encoding.owner]
            rows = _informative(features / lengthscales, targets if worth is None else worth)
            features, targets, scale = features[rows], targets[rows], scale[rows]
        return Posterior(features, encoding.owner, targets, theta, scale)

    def _theta(
        self,
        encoding: Encoding,
        features: np.ndarray,
        values: np.ndarray,
        transform: Transform,
        scale: np.ndarray,
        worth: np.ndarray | None,
    ) -> np.ndarray:
        """Hyperparameters: a thorough fit to the rows up to a checkpoint, then a short one from there to all rows.

        Checkpoints grow by a quarter, so that the costly fit is rare; both depend on the arguments alone.
        """
        n = len(features)
        checkpoint = 2
        while (later := max(checkpoint + 1, int(1.25 * checkpoint))) <= n:
            checkpoint = later
        first = slice(0, checkpoint)
        targets = transform(values[first])
        start = self._thorough(
            encoding, features[first], targets, scale[first], targets if worth is None else worth[first]
        )
        if n == checkpoint or n > FIT_ROWS:
            return start
        evidence = _evidence(encoding, features, transform(values), scale)
        return fit(evidence, [start], iterations=15 if n <= CHEAP_ROWS else 6)

    def _thorough(
        self, encoding: Encoding, features: np.ndarray, targets: np.ndarray, scale: np.ndarray, worth: np.ndarray
    ) -> np.ndarray:
        rows = _representative(worth)
        key = features.tobytes() + targets.tobytes() + rows.tobytes()
        if key not in self._kept:
            middle = prior(encoding).mode
            starts = [middle]
            for factor in (0.3, 1.5) if len(rows) < FIT_ROWS else ():
                other = middle.copy()
                other[:-2] = np.log(factor * np.sqrt(encoding.dimension))
                starts.append(other)
            self._kept[key] = fit(_evidence(encoding, features[rows], targets[rows], scale[rows]), starts)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


def prior(encoding: Encoding) -> Prior:
    """What is believed of lengthscales and noise before any trial."""
    return Prior.for_dimension(encoding.dimension, len(encoding.varying))


def _evidence(encoding: Encoding, features: np.ndarray, targets: np.ndarray, scale: np.ndarray) -> Evidence:
    return Evidence(pair_distances(features, encoding.owner), targets, prior(encoding), scale)


def _representative(targets: np.ndarray) -> np.ndarray:
    """At most FIT_ROWS rows to fit to: the best third of them, and an even choice of the others."""
    if len(targets) <= FIT_ROWS:
        return np.arange(len(targets))
    order = np.argsort(-targets, kind="stable")
    best, others = order[: FIT_ROWS // 3], np.sort(order[FIT_ROWS // 3 :])
    even = others[np.linspace(0, len(others) - 1, FIT_ROWS - len(best)).astype(int)]
    return np.sort(np.concatenate([best, even]))


def _informative(scaled: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """MOST_ROWS rows: the best 100, the 120 nearest to the best one, and an even choice of the others."""
    order = np.argsort(-targets, kind="stable")
    distance = ((scaled - scaled[order[0]]) ** 2).sum(axis=1)
    kept = np.union1d(order[:100], np.argsort(distance, kind="stable")[:120])
    others = np.setdiff1d(np.arange(len(targets)), kept)
    even = others[np.linspace(0, len(others) - 1, MOST_ROWS - len(kept)).astype(int)]
    return np.union1d(kept, even)
