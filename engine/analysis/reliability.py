"""Whether probabilities are to be believed: of the rows said to be so likely, how many are so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.maths.intervals import wilson_interval

BINS = 10  # scikit-learn's calibration display has 5, papers 10 to 15: as many as 1,000 rows can carry
_LEAST = 1e-6  # a probability of 0 or 1 has no finite odds
_STEPS = 50  # of Newton's method, which needs about six here


@dataclass(frozen=True, eq=False)
class Reliability:
    """Bins of about as many predictions each.

    ``predicted`` (b,) is the mean probability in each, ``observed`` (b,) the share of rows that were so, with a 90 %
    interval ``low`` to ``high``; ``counts`` (b,) are predictions. ``of`` is the class that was asked for; empty: the
    one that was chosen, whichever it is. ``slope`` and its standard error are those of a logistic regression of the
    truth on the log odds of what was said (Cox 1958): below 1 probabilities are too far from one half, above 1 too near
    to it; NaN where there is none. ``mean`` and ``base`` are the mean probability and the share that was so.
    """

    of: str
    predicted: Array
    observed: Array
    low: Array
    high: Array
    counts: Array
    brier: float
    expected_error: float
    slope: float
    slope_error: float
    mean: float
    base: float

    @property
    def rows(self) -> int:
        """How many predictions there are."""
        return int(self.counts.sum())


def reliability(
    rows: OutOfFoldRows, predictions: Predictions, positive: int | None, bins: int = BINS
) -> Reliability | None:
    """Of one model: the ``positive`` class of two, or the chosen class of more; *None* without probabilities."""
    if predictions.kind != "probability":
        return None
    if positive is not None and len(rows.classes) == 2:
        said, truth, of = predictions.values[:, positive], rows.y == positive, rows.classes[positive]
    else:
        said, truth, of = predictions.values.max(axis=1), rows.y == predictions.values.argmax(axis=1), ""
    edges = np.percentile(said, np.linspace(0, 1, bins + 1) * 100)  # as scikit-learn's calibration_curve by quantiles
    place = np.searchsorted(edges[1:-1], said)
    counts = np.bincount(place, minlength=bins)
    kept = counts > 0
    means = np.bincount(place, weights=said, minlength=bins)[kept] / counts[kept]
    right = np.bincount(place, weights=truth, minlength=bins)[kept]
    counts = counts[kept]
    observed = right / counts
    low, high = wilson_interval(right, counts)
    slope, error = _slope(said, truth)
    return Reliability(
        of=of,
        predicted=means,
        observed=observed,
        low=low,
        high=high,
        counts=counts,
        brier=float(np.mean((said - truth) ** 2)),
        expected_error=float(np.sum(counts * np.abs(observed - means)) / counts.sum()),
        slope=slope,
        slope_error=error,
        mean=float(said.mean()),
        base=float(truth.mean()),
    )


def _slope(said: Array, truth: Array) -> tuple[float, float]:
    """Slope and standard error of truth on log odds, by Newton's method; NaN where it has no maximum."""
    inside = np.clip(said, _LEAST, 1.0 - _LEAST)
    odds = np.log(inside) - np.log1p(-inside)
    X = np.column_stack([np.ones(len(odds)), odds])
    y = truth.astype(float)
    if not 0.0 < y.mean() < 1.0 or np.ptp(odds) == 0.0:
        return math.nan, math.nan
    weights = np.array([0.0, 1.0])
    for _ in range(_STEPS):
        mean = 1.0 / (1.0 + np.exp(-np.clip(X @ weights, -700, 700)))
        information = (X * (mean * (1.0 - mean))[:, None]).T @ X
        try:
            step = np.linalg.solve(information, X.T @ (y - mean))
        except np.linalg.LinAlgError:
            return math.nan, math.nan
        while _likelihood(X, y, weights + step) < _likelihood(X, y, weights) - 1e-9 and np.abs(step).max() > 1e-12:
            step = step / 2.0  # a whole step may overshoot
        weights = weights + step
        if not np.isfinite(weights).all() or abs(weights[1]) > 1e3:  # the classes are parted: it grows without end
            return math.nan, math.nan
        if np.abs(step).max() < 1e-10:
            covariance = np.linalg.inv(information)
            return float(weights[1]), float(math.sqrt(max(covariance[1, 1], 0.0)))
    return math.nan, math.nan


def _likelihood(X: Array, y: Array, weights: Array) -> float:
    """The logarithm of the likelihood of a logistic regression."""
    odds = X @ weights
    return float(np.sum(y * odds - np.logaddexp(0.0, odds)))
