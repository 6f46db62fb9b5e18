"""From which probability on a row is said to be positive, and what each such threshold costs, without another fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions

Aim = Literal["cost", "accuracy", "balanced_accuracy", "f1"]
AIMS: dict[Aim, str] = {
    "cost": "lowest cost",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
}
"""What a threshold can be chosen by, and its words."""
USUAL = 0.5
"""Where scikit-learn's classifiers draw the line of two classes."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What one mistake costs: a row of the other class that is said to be positive, and a positive one missed."""

    false_positive: float = 1.0
    false_negative: float = 1.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Right and wrong rows at one threshold."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def precision(self) -> float:
        """Of the rows said to be positive, the share that is; NaN where none was said."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """Of the positive rows, the share that was found."""
        return _ratio(self.tp, self.tp + self.fn)

    def value(self, aim: Aim, costs: Costs) -> float:
        """The aim's value: the mean cost of a row, or a share."""
        return float(_values(aim, costs, *(np.array(float(one)) for one in (self.tp, self.fp, self.fn, self.tn))))


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """Counts at every threshold that makes a difference.

    A row is said to be ``positive`` where its probability is at least the threshold. ``thresholds`` (m,) grow; the last
    is infinite: no row is positive. ``tp`` and ``fp`` (m,) are the counts there.
    """

    positive: str
    negative: str
    thresholds: Array
    tp: Array
    fp: Array
    positives: int
    negatives: int

    def at(self, threshold: float) -> Counts:
        """The counts at any threshold; a look-up, not a pass over the rows."""
        place = int(np.searchsorted(self.thresholds, threshold, side="left"))
        tp, fp = int(self.tp[place]), int(self.fp[place])
        return Counts(tp, fp, self.positives - tp, self.negatives - fp)

    def values(self, aim: Aim, costs: Costs = Costs()) -> Array:
        """The aim's value at each of :attr:`thresholds` (m,)."""
        tp, fp = self.tp.astype(float), self.fp.astype(float)
        return _values(aim, costs, tp, fp, self.positives - tp, self.negatives - fp)

    def best(self, aim: Aim, costs: Costs = Costs()) -> float:
        """The threshold that is best by the aim; of several the one in the middle of the widest stretch.

        It lies half-way to the next lower probability, so that it does not hang on a single row.
        """
        values = self.values(aim, costs)
        losses = np.where(np.isfinite(values), values if aim == "cost" else -values, math.inf)
        at = np.flatnonzero(losses <= losses.min() + 1e-12)
        above = np.append(self.thresholds[:-1], 1.0)[at]
        below = np.concatenate([[0.0], self.thresholds[:-1]])[at]
        widest = int(np.argmax(above - below))
        return float((above[widest] + below[widest]) / 2.0)


@dataclass(frozen=True, slots=True)
class ChosenThreshold:
    """The threshold that is best on all rows, and what such a choice is worth.

    ``value`` is the aim's on rows of a fold whose threshold was chosen on the other folds, mean over folds; ``usual``
    is that of :data:`USUAL` on the same rows. ``gain`` is their difference, positive where the choice helps, with the
    standard error of the mean over folds; NaN of a single fold, where nothing can be held out.
    """

    aim: Aim
    threshold: float
    value: float
    usual: float
    gain: float
    standard_error: float


def threshold_curve(rows: OutOfFoldRows, predictions: Predictions, positive: int) -> ThresholdCurve | None:
    """The curve of one model of two classes; *None* where it told no probabilities."""
    if len(rows.classes) != 2 or predictions.kind != "probability":
        return None
    every = np.ones(len(rows), dtype=bool)
    return _curve(rows, predictions, positive, every)


def choose_threshold(
    rows: OutOfFoldRows,
    predictions: Predictions,
    positive: int,
    aim: Aim,
    costs: Costs = Costs(),
) -> ChosenThreshold | None:
    """The best threshold and its worth on rows that did not choose it; *None* where there are no probabilities."""
    whole = threshold_curve(rows, predictions, positive)
    if whole is None:
        return None
    chosen, usual = [], []
    for fold in range(rows.fold_count if rows.fold_count > 1 else 0):
        inside = rows.folds == fold
        others = np.isin(rows.rows, rows.rows[inside], invert=True)  # in repeated folds a row is in several
        if not others.any():
            continue
        here = _curve(rows, predictions, positive, inside)
        threshold = _curve(rows, predictions, positive, others).best(aim, costs)
        chosen.append(here.at(threshold).value(aim, costs))
        usual.append(here.at(USUAL).value(aim, costs))
    best = whole.best(aim, costs)
    if not chosen:
        nothing = math.nan
        return ChosenThreshold(aim, best, whole.at(best).value(aim, costs), whole.at(USUAL).value(aim, costs),
                               nothing, nothing)  # fmt: skip
    gains = (np.array(usual) - np.array(chosen)) * (1.0 if aim == "cost" else -1.0)
    error = float(np.std(gains, ddof=1) / math.sqrt(len(gains))) if len(gains) > 1 else math.nan
    value, at_usual, gain = (float(np.mean(one)) for one in (chosen, usual, gains))
    return ChosenThreshold(aim, best, value, at_usual, gain, error)


def _curve(rows: OutOfFoldRows, predictions: Predictions, positive: int, chosen: Array) -> ThresholdCurve:
    scores, truth = predictions.values[chosen, positive], rows.y[chosen] == positive
    order = np.argsort(scores, kind="stable")
    scores, truth = scores[order], truth[order]
    levels, first = np.unique(scores, return_index=True)
    found = np.concatenate([[0], np.cumsum(truth)])
    below = np.append(first, len(scores))
    positives = int(found[-1])
    tp = positives - found[below]
    fp = (len(scores) - below) - tp
    names = rows.classes[positive], rows.classes[1 - positive]
    return ThresholdCurve(*names, np.append(levels, math.inf), tp, fp, positives, len(scores) - positives)


def _values(aim: Aim, costs: Costs, tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        if aim == "cost":
            return np.asarray((costs.false_positive * fp + costs.false_negative * fn) / (tp + fp + fn + tn))
        if aim == "accuracy":
            return np.asarray((tp + tn) / (tp + fp + fn + tn))
        if aim == "f1":
            return np.asarray(np.where(2 * tp + fp + fn > 0, 2 * tp / (2 * tp + fp + fn), 0.0))
        return np.asarray((tp / (tp + fn) + tn / (tn + fp)) / 2.0)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
