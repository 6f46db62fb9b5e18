"""Reshapes scores so that a stationary model suits them, and back for people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from engine.maths.ranks import middle_ranks

_QUANTILES = (0.1, 0.25, 0.5, 0.75, 1.0)  # of the distances to the best that are tried as c: a guess
_LINEAR = 10.0  # times the range: a c so large that the logarithm is as good as a straight line

EARLY = 15  # trials that choose c: a guess; later ones crowd around the best
EVIDENCE = 3.0  # log likelihood that each step away from the straight line must win: about a factor of 20, a guess


@dataclass(frozen=True, slots=True)
class Warp:
    """A monotone map from reported values (larger is better) to standardised ones, known at the trials."""

    values: np.ndarray
    warped: np.ndarray

    def spread_of(self, spread: np.ndarray) -> np.ndarray:
        """Standard deviations (n,) of the reported values on the warped scale."""
        if not spread.any():
            return np.zeros(len(spread))
        known, first = np.unique(self.values, return_index=True)
        above = np.interp(self.values + spread, known, self.warped[first]) - self.warped
        below = self.warped - np.interp(self.values - spread, known, self.warped[first])
        return np.asarray(np.maximum(above, below))

    def inverse(self, warped: np.ndarray | float) -> np.ndarray:
        """Values on the reported scale: between trials by interpolation, straight on above the best."""
        known, first = np.unique(self.warped, return_index=True)
        values = self.values[first]
        warped = np.asarray(warped, dtype=float)
        if len(known) < 2:
            return np.full(warped.shape, values[0])
        inside = np.interp(warped, known, values)
        rise = (values[-1] / 2 - values[-2] / 2) / (known[-1] - known[-2])
        with np.errstate(over="ignore"):
            beyond = np.nan_to_num(values[-1] + 2 * (warped - known[-1]) * rise)
        return np.asarray(np.where(warped > known[-1], beyond, inside))


def identity(values: np.ndarray) -> np.ndarray:
    """The values as they are, for models that need no warp."""
    return values


def warp(values: np.ndarray) -> Warp:
    """Standardised values whose good end is resolved and whose bad end has no long tail.

    First a logarithm of the distance to the best, -log(best - value + c), with the c that makes the values most
    nearly normal (profile likelihood over a few quantiles of the distances, the largest of which leaves the values as
    they are; the idea of Box and Cox 1964). Then the worse half is replaced by normal quantiles of its ranks, scaled to
    the better half (Song et al., "The Vizier Gaussian process bandit algorithm", 2024). All equal values map to zero.
    """
    if not len(values) or values.max() == values.min():
        return Warp(values, np.zeros(len(values)))
    scale = max(float(np.abs(values).max()), 1e-300)  # so that huge values do not overflow
    regret = values.max() / scale - values / scale
    warped = _half_rank(_log_regret(regret / regret.max()))
    std = max(float(warped.std()), 1e-9)
    return Warp(values, (warped - warped.mean()) / std)


def _log_regret(regret: np.ndarray) -> np.ndarray:
    """-log(regret + c) for the c of highest likelihood among the first trials, in units of its standard deviation.

    Later trials crowd around the best one: they would call for an ever smaller c, and for a search of ever finer
    differences.
    """
    early = regret[:EARLY]
    best, best_likelihood = -regret, -np.inf
    for step, shift in enumerate(
        (_LINEAR, *np.quantile(early[early > 0], _QUANTILES[::-1])) if early.max() > 0 else ()
    ):
        shift = max(float(shift), 1e-290)
        logs = np.log(early + shift)
        std = float(logs.std())
        if std > 0:
            likelihood = -len(early) * np.log(std) - logs.sum() - EVIDENCE * step
            if likelihood > best_likelihood:
                best, best_likelihood = -np.log(regret + shift) / std, likelihood
    return best


def _half_rank(values: np.ndarray) -> np.ndarray:
    """Values below the middle of the first trials replaced by normal quantiles of their ranks."""
    early = values[:EARLY]
    middle = float(np.median(early))
    std = float(np.sqrt(np.mean((early[early >= middle] - middle) ** 2)))
    if std <= 0.0:
        std = float(np.abs(values - middle).max())
    bad = values < middle
    if not bad.any():
        return values
    rank = middle_ranks(values[bad]) / (bad.sum() + 1.0)
    warped = values.copy()
    warped[bad] = middle + std * scipy.special.ndtri(0.5 * rank)
    return warped
