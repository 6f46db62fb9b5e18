"""How sure a mean over folds is whose models share rows to train on.

The variance of the mean of J scores is (1/J + n_test / n_train) s², with Student's t on J - 1 degrees of freedom:
Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003, equation 9.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array

_ROUNDING = 1e-13  # relative: a few hundred times what a sum of doubles is rounded by


def fold_ratio(folds: int) -> float:
    """Rows that judge over rows that train in k-fold validation; 1 where there is a single fold."""
    return 1.0 / (folds - 1) if folds > 1 else 1.0


def score_std(scores: Array) -> Array:
    """The standard deviation (n - 1) of scores (J, ...), J at least 2; 0 where they differ by rounding alone."""
    std = scores.std(axis=0, ddof=1)
    return np.where(std > _ROUNDING * np.abs(scores).max(axis=0), std, 0.0)


def corrected_error(scores: Array, ratio: float) -> Array:
    """The standard error (...) of the mean of scores (J, ...); NaN for fewer than two.

    ``ratio`` are the rows that judge over those that train (:func:`fold_ratio`).
    """
    count = len(scores)
    if count < 2:
        return np.full(scores.shape[1:], np.nan)
    return np.asarray(score_std(scores) * np.sqrt(1.0 / count + ratio))


def half_width(error: Array | float, count: int, confidence: float) -> Array:
    """Half the interval of a mean of ``count`` scores with this standard error; NaN for fewer than two."""
    if count < 2:
        return np.asarray(error) * np.nan
    # In here because SciPy is slow to load.
    from scipy.special import stdtrit

    return np.asarray(stdtrit(count - 1, 0.5 + confidence / 2.0) * error)


def mean_p_value(mean: float, error: float, count: int) -> float:
    """The chance of so large a mean of ``count`` scores were its true value 0 (two-sided); 1 where it is not known."""
    if count < 2 or np.isnan(error):
        return 1.0
    if error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    # In here because SciPy is slow to load.
    from scipy.special import stdtr

    return 2.0 * float(stdtr(count - 1, -abs(mean) / error))
