"""Rows that are equal: which they are, whether chance explains them, and rows that must stay on one side of a split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SHARE_TOLD = 0.03
"""Repetitions that are fewer than this share of the rows are not worth a word; a guess (2 % in iris as published)."""
TIMES_CHANCE = 3.0
"""Pairs of equal rows are told where they are more than so many times those of unrelated columns; a guess."""


@dataclass(frozen=True, slots=True)
class EqualRows:
    """``distinct`` different rows, ``rows`` in all, each of which occurs ``fewest`` to ``most`` times."""

    distinct: int
    rows: int
    fewest: int
    most: int


def same_rows(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """For each row the number (int64) of its content, counted from 0 in the order in which contents first occur.

    Two rows are the same where a model sees no difference: equal inputs (missing ones equal each other) and target.
    """
    # In here because pandas is slow to load.
    import pandas as pd

    content = pd.DataFrame(X).assign(target=y.astype("float64")) + 0.0  # -0.0 is 0.0
    return np.asarray(pd.factorize(pd.util.hash_pandas_object(content, index=False))[0], dtype=np.int64)


def look_for(same: np.ndarray, sides: np.ndarray) -> EqualRows | None:
    """All equal rows, where enough lie on several of ``sides`` (the number of each row's part), else *None*."""
    occurs = np.bincount(same)
    first = np.full(len(occurs), -1)
    first[same[::-1]] = sides[::-1]
    mixed = np.zeros(len(occurs), dtype=bool)
    mixed[same[sides != first[same]]] = True
    if occurs[mixed].sum() - np.count_nonzero(mixed) <= SHARE_TOLD * len(same):
        return None
    counts = occurs[occurs > 1]
    return EqualRows(len(counts), int(counts.sum()), int(counts.min()), int(counts.max()))


def are_chance(X: np.ndarray, y: np.ndarray, same: np.ndarray) -> bool:
    """Whether there are no more pairs of equal rows than columns of few values would bring about unrelated."""
    rows, occurs = len(y), np.bincount(same)
    pairs = float(np.sum(occurs * (occurs - 1.0)))
    if not pairs:
        return True
    expected = rows * (rows - 1.0)
    for column in (*X.T, y):
        counts = np.unique(column, return_counts=True, equal_nan=True)[1]
        expected *= float(np.sum((counts / rows) ** 2))
    return pairs <= TIMES_CHANCE * expected


def kept_together(*numbers: np.ndarray) -> np.ndarray:
    """One number (int64) a row for rows that any of ``numbers`` (groups, contents) keeps together, also by a chain."""
    # In here because scipy is slow to load.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = len(numbers[0])
    codes = [np.unique(one, return_inverse=True)[1] for one in numbers]
    starts = rows + np.cumsum([0, *(int(one.max()) + 1 for one in codes)])
    ends = np.concatenate([start + one for start, one in zip(starts, codes, strict=False)])
    begins = np.tile(np.arange(rows), len(codes))
    links = coo_array((np.ones(len(ends), dtype=bool), (begins, ends)), shape=(starts[-1], starts[-1]))
    return np.asarray(connected_components(links, directed=False)[1][:rows], dtype=np.int64)
