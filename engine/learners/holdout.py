"""The rows that early stopping holds out of training."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.learners.faults import BadInput


def hold_out(rows: int, share: float, places: Array | None, rng: np.random.Generator) -> tuple[Array, Array]:
    """The numbers of the rows held out and of those to train on, both rising.

    ``places`` (n,) are the rows' classes: each gives its share, rounded so that the sum is right, and at most all rows
    but one; *None* draws from all rows alike. Raises :class:`BadInput` where no row would be left to train on.
    """
    count = max(1, round(share * rows))
    if count >= rows:
        raise BadInput(
            f"Early stopping leaves no row to train on: {count} of {rows} would be held out.",
            "Give more rows, a smaller share, or train without early stopping.",
        )
    order = rng.permutation(rows)
    if places is None:
        return np.sort(order[:count]), np.sort(order[count:])
    kinds, sizes = np.unique(places, return_counts=True)
    taken = _rows_per_class(sizes, count)
    held = np.zeros(rows, bool)
    for kind, many in zip(kinds, taken, strict=True):
        held[order[places[order] == kind][:many]] = True
    return np.flatnonzero(held), np.flatnonzero(~held)


def _rows_per_class(sizes: Array, count: int) -> Array:
    """How many rows of each class, ``count`` in all: by largest remainders, the last row of a class last."""
    exact: Array = count * sizes / sizes.sum()
    taken: Array = np.minimum(np.floor(exact).astype(int), np.maximum(sizes - 1, 0))
    for room in (sizes - 1, sizes):  # single rows are held out only where nothing else is left
        while taken.sum() < count:
            open_ones = np.flatnonzero(taken < room)
            if not len(open_ones):
                break
            taken[open_ones[np.argmax((exact - taken)[open_ones])]] += 1
    return taken
