"""Intervals: the normal quantiles that they are made with, and those of shares."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array

NORMAL_90 = 1.6448536269514722
"""The 95 % point of the normal distribution: an interval of 90 % has 5 % on each side."""
NORMAL_95 = 1.959963984540054
"""Its 97.5 % point."""


def wilson_interval(found: Array | float, of: Array | float, z: float = NORMAL_90) -> tuple[Array, Array]:
    """Low and high ends of the shares ``found`` / ``of`` (n,): Wilson (1927), which stays between 0 and 1."""
    share = np.asarray(found / of)
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
