"""Parzen mixtures over the unit cube and categories, one product kernel per observation and one flat one.

Numbers have normal kernels cut to [0, 1], categories a kernel that keeps some mass for every choice. A coordinate that
is NaN in an observation is flat in its kernel, which marginalises hyperparameters that were inactive there.
(Bergstra et al., "Algorithms for hyper-parameter optimization", 2011; bandwidths as Watanabe, arXiv:2304.11127.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

NARROWEST = 0.03  # bandwidth at least, as a share of the range: a guess; Optuna takes 1/100 for 100 trials and more
_WIDE = 1e3  # bandwidth of an unknown coordinate, in ranges: as good as flat


class ParzenMixture:
    """Density over points (S, d): ``levels[i]`` is the number of choices of a category, 0 for a number.

    ``cells`` (d,) are the widths of the cells that a countable number owns (0 where continuous): no kernel is narrower.
    The flat kernel has weight ``flat``, relative to ``weights`` (n,).
    """

    def __init__(
        self, points: np.ndarray, weights: np.ndarray, levels: Sequence[int], cells: np.ndarray, flat: float
    ) -> None:
        n = len(points)
        self._points = points
        self._log_weights = np.log(np.append(weights, flat) / (weights.sum() + flat))
        self._numbers = np.array([i for i, count in enumerate(levels) if count == 0], dtype=int)
        self._categories = [i for i, count in enumerate(levels) if count > 0]
        self._levels = levels
        self._sharpness = 1.0 / max(n, 1)
        known = np.isfinite(points[:, self._numbers])
        self._centres = np.where(known, points[:, self._numbers], 0.5)
        widths = [_kernel_widths(points[:, i], cells[i]) for i in self._numbers]
        self._widths = np.stack(widths, axis=1) if widths else np.zeros((n, 0))
        self._precision = np.where(known, self._widths**-2, 0.0)
        low, high = -self._centres / self._widths, (1.0 - self._centres) / self._widths
        normaliser = np.log(self._widths * (scipy.special.ndtr(high) - scipy.special.ndtr(low)) * np.sqrt(2.0 * np.pi))
        pull = self._centres * self._precision
        self._constant = -0.5 * (self._centres * pull).sum(1) - np.where(known, normaliser, 0.0).sum(1)
        self._pull = pull

    def log_density(self, points: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Log density (S,) over the coordinates of ``points`` (S, d) that are ``active``."""
        x = points[:, self._numbers]
        live = active[:, self._numbers].astype(float)
        x = x * live
        logs = -0.5 * (x * x) @ self._precision.T + x @ self._pull.T
        if live.all():
            logs += self._constant
        else:
            low, high = -self._centres / self._widths, (1.0 - self._centres) / self._widths
            inside = scipy.special.ndtr(high) - scipy.special.ndtr(low)
            normaliser = np.log(self._widths * inside * np.sqrt(2.0 * np.pi))
            own = np.where(self._precision > 0, -0.5 * self._centres * self._pull - normaliser, 0.0)
            logs += live @ own.T
        for i in self._categories:
            logs += self._category_log_density(i, points[:, i], active[:, i])
        flat = np.where(active[:, self._categories], -np.log([self._levels[i] for i in self._categories]), 0.0).sum(1)
        logs += self._log_weights[:-1]
        flat = flat + self._log_weights[-1]
        top = np.maximum(logs.max(axis=1, initial=-np.inf), flat)
        logs -= top[:, None]
        return np.asarray(top + np.log(np.exp(logs, out=logs).sum(axis=1) + np.exp(flat - top)))

    def _category_log_density(self, column: int, units: np.ndarray, active: np.ndarray) -> np.ndarray:
        count = self._levels[column]
        table = np.log(np.full((count, len(self._points)), self._sharpness / (1.0 + count * self._sharpness)))
        observed = self._points[:, column]
        known = np.isfinite(observed)
        level = np.minimum(np.floor(np.where(known, observed, 0.0) * count), count - 1).astype(int)
        rows = np.arange(len(level))
        table[level, rows] = np.log((1.0 + self._sharpness) / (1.0 + count * self._sharpness))
        table[:, ~known] = -np.log(count)
        asked = np.minimum(np.floor(units * count), count - 1).astype(int)
        return np.where(active[:, None], table[asked], 0.0)

    def sample(self, size: int, rng: np.random.Generator) -> np.ndarray:
        """Points (size, d) drawn from the mixture."""
        n, d = self._points.shape
        drawn = rng.random((size, d))
        kernel = rng.choice(n + 1, size=size, p=np.exp(self._log_weights) / np.exp(self._log_weights).sum())
        own = np.flatnonzero(kernel < n)
        chosen = kernel[own]
        centre, width = self._centres[chosen], self._widths[chosen]
        low, high = scipy.special.ndtr(-centre / width), scipy.special.ndtr((1.0 - centre) / width)
        u = drawn[np.ix_(own, self._numbers)]
        inverse = centre + width * scipy.special.ndtri(np.clip(low + u * (high - low), 1e-16, 1.0 - 1e-16))
        numbers = np.where(self._precision[chosen] > 0, inverse, u)
        drawn[np.ix_(own, self._numbers)] = np.clip(numbers, 0.0, 1.0)
        for i in self._categories:
            count = self._levels[i]
            keep = rng.random(len(own)) < 1.0 / (1.0 + count * self._sharpness)
            observed = self._points[chosen, i]
            keep &= np.isfinite(observed)
            drawn[own[keep], i] = observed[keep]
        return drawn


def _kernel_widths(column: np.ndarray, cell: float) -> np.ndarray:
    """The larger gap to the two neighbours, the ends of the interval and its middle among them."""
    known = np.flatnonzero(np.isfinite(column))
    widths = np.full(len(column), _WIDE)
    if len(known):
        values = np.concatenate([column[known], [0.5]])
        order = np.argsort(values, kind="stable")
        ladder = np.concatenate([[0.0], values[order], [1.0]])
        gaps = np.maximum(np.diff(ladder)[:-1], np.diff(ladder)[1:])
        own = np.empty(len(values))
        own[order] = gaps
        narrowest = max(NARROWEST, (1.0 + len(known)) ** -2.0, 0.5 * cell)
        widths[known] = np.clip(own[:-1], narrowest, 1.0)
    return widths
