"""Fewer points that draw the same line: the first, last, smallest and largest of every pixel column."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array


def envelope(x: Array, y: Array, pixels: int) -> Array:
    """Indices (m,), ascending, of the points that a line of ``pixels`` columns needs.

    ``x`` (n,) is sorted; ``y`` (n,) may hold NaN and infinities, which are gaps. Of every run of points that share a
    pixel column the first, the last, the smallest and the largest stay, of every gap one point; so m is at most four
    for each column and gap, and both ends of the line are always among them.
    """
    n = len(x)
    if pixels < 1:
        raise ValueError("a line needs at least one pixel column")
    if n <= 4 * pixels:
        return np.arange(n)
    span = float(x[-1] - x[0])
    column = np.zeros(n, dtype=np.int64)
    if span > 0:
        column = np.minimum(((x - x[0]) / span * pixels).astype(np.int64), pixels - 1)
    drawn = np.isfinite(y)
    starts = np.flatnonzero((column[1:] != column[:-1]) | (drawn[1:] != drawn[:-1])) + 1
    starts = np.concatenate([[0], starts])
    ends = np.concatenate([starts[1:], [n]]) - 1
    ends[~drawn[starts]] = starts[~drawn[starts]]
    kept = np.zeros(n, dtype=bool)
    kept[starts] = kept[ends] = kept[-1] = True
    bucket = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, n)))
    for extreme in (np.minimum, np.maximum):
        values = extreme.reduceat(np.where(drawn, y, 0.0), starts)
        hits = np.flatnonzero(drawn & (y == values[bucket]))
        kept[hits[np.unique(bucket[hits], return_index=True)[1]]] = True
    return np.flatnonzero(kept)
