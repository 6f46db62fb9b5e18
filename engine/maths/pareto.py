"""Several objectives at once: who dominates whom, how crowded a front is, how much of the space it dominates.

Losses are (n, m), smaller is better in every column.
"""

from __future__ import annotations

import numpy as np


def dominance_matrix(losses: np.ndarray) -> np.ndarray:
    """Matrix (n, n): entry (i, j) says that i is nowhere worse than j and somewhere better."""
    no_worse = (losses[:, None, :] <= losses[None, :, :]).all(axis=2)
    return np.asarray(no_worse & ~no_worse.T)


def front_indices(losses: np.ndarray) -> np.ndarray:
    """The index (n,) of the non-dominated front that each row belongs to, 0 being the best (Deb et al. 2002)."""
    n = len(losses)
    index = np.zeros(n, dtype=int)
    if losses.shape[1] == 1:
        index[:] = np.unique(losses[:, 0], return_inverse=True)[1]
        return index
    above = dominance_matrix(losses)
    dominators = above.sum(axis=0)
    current, level = np.flatnonzero(dominators == 0), 0
    while len(current):
        index[current] = level
        dominators = dominators - above[current].sum(axis=0)
        dominators[current] = -1
        current, level = np.flatnonzero(dominators == 0), level + 1
    return index


def is_efficient(losses: np.ndarray) -> np.ndarray:
    """Mask (n,) of the rows that no other row dominates."""
    return np.asarray(front_indices(losses) == 0)


def crowding_distance(losses: np.ndarray) -> np.ndarray:
    """Crowding distance (n,) of the rows of one front: large where neighbours are far, infinite at the ends."""
    n, m = losses.shape
    distance = np.zeros(n)
    for objective in range(m):
        order = np.argsort(losses[:, objective], kind="stable")
        column = losses[order, objective]
        span = column[-1] - column[0] if n else 0.0
        if span > 0 and np.isfinite(span):
            distance[order[1:-1]] += (column[2:] - column[:-2]) / span
        distance[order[[0, -1]]] = np.inf
    return distance


def rank(losses: np.ndarray, violation: np.ndarray | None = None) -> np.ndarray:
    """Row numbers from best to worst: by front, then from the least crowded, then by age.

    Rows with a ``violation`` (n,) above 0 come after all others, the smallest first (Deb, "An efficient constraint
    handling method for genetic algorithms", 2000).
    """
    if violation is not None and (violation > 0.0).any():
        kept, broken = np.flatnonzero(violation <= 0.0), np.flatnonzero(violation > 0.0)
        return np.concatenate([kept[rank(losses[kept])], broken[np.argsort(violation[broken], kind="stable")]])
    level = front_indices(losses)
    distance = np.zeros(len(losses))
    if losses.shape[1] > 1:
        for front in np.unique(level):
            rows = np.flatnonzero(level == front)
            distance[rows] = crowding_distance(losses[rows])
    return np.lexsort((np.arange(len(losses)), -distance, level))


def hypervolume(losses: np.ndarray, reference: np.ndarray) -> float:
    """The volume between the front of ``losses`` and the point ``reference`` (m,) that no useful row exceeds.

    Sweeps two objectives; more are sliced along the last one (Fonseca et al. 2006, without their tree).
    """
    inside = losses[(losses < reference).all(axis=1)]
    if not len(inside):
        return 0.0
    if losses.shape[1] == 1:
        return float(reference[0] - inside[:, 0].min())
    inside = inside[is_efficient(inside)]
    order = np.argsort(inside[:, -1], kind="stable")
    inside = inside[order]
    edges = np.append(inside[:, -1], reference[-1])
    volume = 0.0
    for count, depth in enumerate(np.diff(edges), start=1):
        if depth > 0:
            volume += depth * hypervolume(inside[:count, :-1], reference[:-1])
    return float(volume)
