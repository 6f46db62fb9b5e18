"""The fitted Gaussian process of one history: which rows it uses, when it is fitted afresh, what is kept for speed."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from tune import k

from engine.maths.gaussian_process import Evidence, Posterior, Prior, fit, pair_distances
from engine.samplers.bayesian.encoding import Encoding

FIT_ROWS = 150
MOST_ROWS = 300


class Surrogate:
    """Fits processes. Its memory holds only results that could be computed again from the same arguments."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def posterior(self, encoding: Encoding, points: np.ndarray, values: np.ndarray) -> Posterior:
        """The process for warped ``values`` (n,) at ``points`` (n, d)."""
        features = encoding.features(points)
        theta = self.theta(encoding, features, values)
        return Posterior(features, encoding.owner, values, theta)

    def theta(self, encoding: Encoding, features: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Hyperparameters: a thorough fit to the rows up to a checkpoint, then a short one from there to all rows.

        Checkpoints grow by a quarter, so that the costly fit is rare; both depend on the arguments alone.
        """
        n = len(features)
        checkpoint = 2
        while (later := max(checkpoint + 1, int(1.25 * checkpoint))) <= min(n, FIT_ROWS):
            checkpoint = later
        start = self._thorough(encoding, features[:checkpoint], values[:checkpoint])
        if n == checkpoint or n > FIT_ROWS:
            return start
        evidence = Evidence(pair_distances(features, encoding.owner), values, self.prior(encoding))
        return fit(evidence, [start], iterations=10)

    def prior(self, encoding):
        from dataclasses import replace
        p = Prior.for_dimension(encoding.dimension, len(encoding.varying))
        ll = p.log_length.copy()
        for r, c in enumerate(encoding.varying):
            if encoding.is_category[c]: ll[r] += k("cat_shift", 0.0)
            if c in encoding._parents: ll[r] = k("par_len", ll[r])
        return replace(p, log_length=ll+k("len_shift",0.0), log_length_sd=k("len_sd", 3**.5), log_noise=k("noise", -4.0), log_noise_sd=k("noise_sd", 1.0))

    def _thorough(self, encoding: Encoding, features: np.ndarray, values: np.ndarray) -> np.ndarray:
        key = features.tobytes() + values.tobytes()
        if key in self._kept:
            return self._kept[key]
        prior = self.prior(encoding)
        evidence = Evidence(pair_distances(features, encoding.owner), values, prior)
        middle = prior.mode
        short, long = middle.copy(), middle.copy()
        short[:-2] = np.log(k('short',0.3) * np.sqrt(encoding.dimension))
        long[:-2] = np.log(1.5 * np.sqrt(encoding.dimension))
        theta = fit(evidence, [middle, short, long])
        self._kept[key] = theta
        while len(self._kept) > 8:
            self._kept.popitem(last=False)
        return theta
