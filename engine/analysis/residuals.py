"""How far predictions of numbers are off, and whether that follows a pattern."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions

LEAST_ROWS = 20  # fewer show no pattern; a guess


@dataclass(frozen=True, eq=False)
class Residuals:
    """``residual`` (n,) is truth minus ``predicted`` (n,), in the target's unit; ``rows`` (n,) are those of the table.

    ``bias`` is the mean residual and ``bias_error`` its standard error, ``low`` and ``high`` enclose the middle 90 %.
    ``growth`` is Spearman's rank correlation of predictions with sizes of residuals and ``growth_p`` its p value, NaN
    of few rows.
    """

    rows: Array
    predicted: Array
    residual: Array
    bias: float
    bias_error: float
    spread: float
    low: float
    high: float
    growth: float
    growth_p: float

    def __len__(self) -> int:
        return len(self.residual)


def residuals(rows: OutOfFoldRows, predictions: Predictions) -> Residuals:
    """Those of one model of a regression."""
    said = np.asarray(predictions.values, dtype=float)
    off = rows.y - said
    n = len(off)
    spread = float(np.std(off, ddof=1)) if n > 1 else math.nan
    low, high = np.percentile(off, [5.0, 95.0])
    growth, p = math.nan, math.nan
    if n >= LEAST_ROWS and np.ptp(said) > 0 and np.ptp(off) > 0:
        from scipy.stats import spearmanr  # slow to load

        found = spearmanr(said, np.abs(off))
        growth, p = float(found.statistic), float(found.pvalue)
    return Residuals(
        rows.rows, said, off, float(off.mean()), spread / math.sqrt(n), spread, float(low), float(high), growth, p
    )
