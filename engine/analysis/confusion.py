"""Which classes a model takes for which: counts of rows by truth and by what was said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.thresholds import ThresholdCurve
from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions

OTHERS = "others"


@dataclass(frozen=True, eq=False)
class Confusion:
    """``counts`` (K, K) of predictions: a row of the matrix is the truth, a column what was said."""

    classes: tuple[str, ...]
    counts: Array

    @property
    def total(self) -> int:
        """How many predictions there are."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """How many of them are right."""
        return int(np.trace(self.counts))

    @property
    def recall(self) -> Array:
        """Of the rows of each class, the share that was found (K,); NaN of a class without rows."""
        return _share(np.diag(self.counts), self.counts.sum(axis=1))

    @property
    def precision(self) -> Array:
        """Of what was said to be of each class, the share that is (K,); NaN of a class that nobody said."""
        return _share(np.diag(self.counts), self.counts.sum(axis=0))

    @property
    def worst(self) -> tuple[int, int] | None:
        """The commonest mistake, as the places of truth and of what was said; *None* where there is none."""
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        if not wrong.any():
            return None
        true, said = np.unravel_index(int(wrong.argmax()), wrong.shape)
        return int(true), int(said)

    def shortened(self, most: int) -> Confusion:
        """At most ``most`` classes, those that are mistaken most; all others become one."""
        if len(self.classes) <= most:
            return self
        wrong = self.counts.sum(axis=0) + self.counts.sum(axis=1) - 2 * np.diag(self.counts)
        kept = np.sort(np.argsort(-wrong, kind="stable")[: most - 1])
        place = np.full(len(self.classes), most - 1)
        place[kept] = np.arange(len(kept))
        counts = np.zeros((most, most), dtype=self.counts.dtype)
        np.add.at(counts, (place[:, None], place[None, :]), self.counts)
        return Confusion((*(self.classes[one] for one in kept.tolist()), OTHERS), counts)


def confusion(rows: OutOfFoldRows, predictions: Predictions) -> Confusion:
    """The matrix of one model's stored predictions of classes."""
    wide = len(rows.classes)
    counts = np.bincount(rows.y * wide + predictions.labels, minlength=wide * wide)
    return Confusion(rows.classes, counts.reshape(wide, wide))


def confusion_at(curve: ThresholdCurve, threshold: float) -> Confusion:
    """The matrix of two classes where the positive one is said from ``threshold`` on; classes by name."""
    counts = curve.at(threshold)
    table = np.array([[counts.tn, counts.fp], [counts.fn, counts.tp]])
    names = curve.negative, curve.positive
    order = sorted(range(2), key=lambda place: names[place])
    return Confusion((names[order[0]], names[order[1]]), table[np.ix_(order, order)])


def _share(part: Array, whole: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / whole, dtype=float)
