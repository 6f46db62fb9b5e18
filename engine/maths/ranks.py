"""Ranks in which equal values share the middle one, and the correlation of such ranks."""

from __future__ import annotations

import numpy as np


def middle_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks (n,) from 1 for the smallest of ``values`` (n,); equal ones share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - 0.5 * (counts - 1))[place])


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of two columns (n,), from -1 to 1; NaN where either does not vary."""
    first, second = (middle_ranks(column) - (len(column) + 1) / 2.0 for column in (one, other))
    lengths = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / lengths if lengths > 0.0 else float("nan")
