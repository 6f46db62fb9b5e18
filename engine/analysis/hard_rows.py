"""The rows that none of the best models gets right: mislabelled, odd, or in need of another column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions

MOST_MODELS = 20
"""The best models that are asked: a poor one that says the same of every row is right somewhere by chance; a guess."""


@dataclass(frozen=True, eq=False)
class HardRows:
    """Rows of the table, the hardest first; of equally hard ones those whose truth was held least likely.

    ``rows`` (m,) count from 0 in the table, ``truth`` (m,) and ``said`` (m,) are class positions or numbers: what most
    models chose, or their median. ``miss`` (m,) is the share of models that were wrong; of a regression the least error
    of any model, signed, truth minus prediction. ``wrong_in_all`` rows are wrong in every model (classes only),
    ``disputed`` is the share of rows about which models disagree, ``of`` the number of rows that were predicted.
    """

    rows: Array
    truth: Array
    said: Array
    miss: Array
    classes: tuple[str, ...]
    models: int
    of: int
    wrong_in_all: int = 0
    disputed: float = 0.0


def hard_rows(rows: OutOfFoldRows, models: Sequence[Predictions], most: int = 100) -> HardRows:
    """The ``most`` hardest rows of ``models`` (best first, at most :data:`MOST_MODELS` are asked)."""
    asked = list(models[:MOST_MODELS])
    table_rows, place = np.unique(rows.rows, return_inverse=True)
    first = np.zeros(len(table_rows), dtype=np.int64)
    first[place[::-1]] = np.arange(len(rows))[::-1]
    truth = rows.y[first]
    if rows.classes:
        return _of_classes(rows, asked, table_rows, place, truth, most)
    repeats = np.bincount(place)
    said = np.stack([np.bincount(place, weights=model.values) / repeats for model in asked])
    off = truth - said
    least = off[np.abs(off).argmin(axis=0), np.arange(len(truth))]
    least = np.where((off > 0).all(axis=0) | (off < 0).all(axis=0), least, 0.0)  # between two models it is hit
    order = np.argsort(-np.abs(least), kind="stable")[:most]
    order = order[least[order] != 0.0]
    middle = np.median(said, axis=0)
    return HardRows(table_rows[order], truth[order], middle[order], least[order], (), len(asked), len(truth))


def _of_classes(
    rows: OutOfFoldRows, asked: list[Predictions], table_rows: Array, place: Array, truth: Array, most: int
) -> HardRows:
    wide, count = len(rows.classes), len(table_rows)
    votes = np.zeros((count, wide), dtype=np.int64)
    doubt = np.zeros(count)  # the probability that was given to the truth, where there are any
    for model in asked:
        own = np.zeros((count, wide), dtype=np.int64)
        np.add.at(own, (place, model.labels), 1)
        votes += own
        if model.kind == "probability":
            doubt += np.bincount(place, weights=model.values[np.arange(len(rows)), rows.y], minlength=count)
    total = votes.sum(axis=1)
    right = votes[np.arange(count), truth]
    miss = 1.0 - right / total
    unlike = votes.max(axis=1) < total
    wrong_votes = votes.copy()
    wrong_votes[np.arange(count), truth] = -1
    said = wrong_votes.argmax(axis=1)
    order = np.lexsort((np.arange(count), doubt, -miss))
    order = order[miss[order] > 0.5][:most]  # what most models get right is not hard
    return HardRows(
        table_rows[order], truth[order], said[order], miss[order], rows.classes, len(asked), count,
        int(np.sum(right == 0)), float(unlike.mean()),
    )  # fmt: skip
