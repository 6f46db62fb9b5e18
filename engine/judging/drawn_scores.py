"""The scores of many models on many draws of rows at once, by sums over rows where the metric is made of sums.

The score of a draw is what the study's own score is: the mean over folds. Metrics that are means (accuracy, log loss,
errors, costs) and those of counts (F1, Matthews ...) are one product of matrices; those of ranks take products with
sparse ones; the rest is computed draw by draw, of which there are fewer then.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.judging.metric_choice import MetricChoice

BINS = 128
"""Ranks that are told apart within a fold for AUC: with more rows than that, neighbours share one.

What a bin loses goes with the square of its width: AUC moves by under 1e-4 (measured on 10,000 rows).
"""
FINE_BINS = 512
"""The same for average precision, which asks for the order at its top."""
MOST_CLASSES = 12  # of metrics of counts, whose sums grow with the square of it: a guess
SLOW_DRAWS = 60  # of metrics that have to be computed draw by draw: their spread is known to a tenth
_EPS = 2.220446049250313e-16  # of double precision: where scikit-learn's log loss clips


def scores_on_draws(metric: MetricChoice, rows: OutOfFoldRows, models: Sequence[Predictions], weights: Array) -> Array:
    """Scores (models, draws), NaN where undefined; ``weights`` (n, B) are how often each prediction counts."""
    statistic = statistic_of(metric, rows)
    total = np.zeros((len(models), weights.shape[1]))
    defined = np.zeros_like(total)
    for fold in range(rows.fold_count):
        places = np.flatnonzero(rows.folds == fold)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = statistic(rows.y[places], [_taken(model, places) for model in models], weights[places])
        good = np.isfinite(found)
        total += np.where(good, found, 0.0)
        defined += good
    with np.errstate(invalid="ignore"):
        return np.where(defined > 0, total / defined, np.nan)


Statistic = Callable[[Array, list[Predictions], Array], Array]


def is_fast(metric: MetricChoice, rows: OutOfFoldRows) -> bool:
    """Whether the metric is made of sums, so that hundreds of draws cost little."""
    return not isinstance(statistic_of(metric, rows), _OneByOne)


def statistic_of(metric: MetricChoice, rows: OutOfFoldRows) -> Statistic:
    """How the metric is summed up over one fold."""
    name = metric.base.function if metric.base is not None else ""
    if metric.costs is not None:
        costs = metric.costs
        return _Mean(lambda y, model: costs[y, model.labels])
    if metric.alpha is not None:
        alpha = metric.alpha
        return _Mean(lambda y, model: np.maximum(alpha * (y - model.values), (alpha - 1.0) * (y - model.values)))
    if name in _LOSSES and not (name == "accuracy_score" and metric.name != "accuracy"):
        losses, finish = _LOSSES[name]
        return _Mean(losses, finish)
    if name == "r2_score":
        return _explained
    if name in _OF_COUNTS and len(rows.classes) <= MOST_CLASSES:
        return _Counts(metric, len(rows.classes), name)
    if name in ("roc_auc_score", "average_precision_score"):
        return _Ranks(metric, len(rows.classes), is_area=name == "roc_auc_score")
    return _OneByOne(metric)


def _taken(model: Predictions, places: Array) -> Predictions:
    labels = model.labels[places] if len(model.labels) else model.labels
    return Predictions(model.kind, model.values[places], labels)


def _true_probability(y: Array, model: Predictions) -> Array:
    return np.asarray(model.values[np.arange(len(y)), y])


_LOSSES: dict[str, tuple[Callable[[Array, Predictions], Array], Callable[[Array], Array]]] = {
    "accuracy_score": (lambda y, model: model.labels == y, lambda mean: mean),
    "log_loss": (lambda y, model: -np.log(np.clip(_true_probability(y, model), _EPS, 1.0)), lambda mean: mean),
    "mean_squared_error": (lambda y, model: (y - model.values) ** 2, lambda mean: mean),
    "root_mean_squared_error": (lambda y, model: (y - model.values) ** 2, np.sqrt),
    "mean_absolute_error": (lambda y, model: np.abs(y - model.values), lambda mean: mean),
    "mean_absolute_percentage_error": (
        lambda y, model: np.abs(y - model.values) / np.maximum(np.abs(y), _EPS),
        lambda mean: mean,
    ),
    "root_mean_squared_log_error": (lambda y, model: (np.log1p(y) - np.log1p(model.values)) ** 2, np.sqrt),
}


@dataclass(frozen=True, eq=False)
class _Mean:
    """The mean of a loss over rows."""

    losses: Callable[[Array, Predictions], Array]
    finish: Callable[[Array], Array] = lambda mean: mean

    def __call__(self, y: Array, models: list[Predictions], weights: Array) -> Array:
        losses = np.array([self.losses(y, model) for model in models], dtype=np.float64)
        shift = losses.mean(axis=1, keepdims=True)  # so that single precision is of the differences
        sums = (losses - shift).astype(np.float32) @ weights
        count = weights.sum(axis=0, dtype=np.float64)
        return np.where(count > 0, self.finish(np.maximum(shift + sums / count, 0.0)), np.nan)


def _explained(y: Array, models: list[Predictions], weights: Array) -> Array:
    """R²: one minus the sum of squares left over that around the mean of the drawn rows."""
    centred = y - y.mean()
    scale = max(float(np.std(centred)), 1e-300)
    squares = np.array([((y - model.values) / scale) ** 2 for model in models]).astype(np.float32) @ weights
    unit, count = (centred / scale).astype(np.float32), weights.sum(axis=0, dtype=np.float64)
    around = unit**2 @ weights - (unit @ weights) ** 2 / count
    return np.where((count > 1) & (around > 0), 1.0 - squares / around, np.nan)


_OF_COUNTS = {
    "balanced_accuracy_score",
    "f1_score",
    "precision_score",
    "recall_score",
    "jaccard_score",
    "matthews_corrcoef",
    "cohen_kappa_score",
}


@dataclass(frozen=True, eq=False)
class _Counts:
    """Metrics of the confusion matrix."""

    metric: MetricChoice
    classes: int
    name: str

    def __call__(self, y: Array, models: list[Predictions], weights: Array) -> Array:
        labels = np.array([model.labels for model in models])
        cells = np.zeros((self.classes, self.classes, len(models), weights.shape[1]), dtype=np.float32)
        for true in range(self.classes):
            mine = np.flatnonzero(y == true)
            for said in range(self.classes):
                cells[true, said] = (labels[:, mine] == said).astype(np.float32) @ weights[mine]
        return np.asarray(self._score(cells.astype(np.float64)))

    def _score(self, cells: Array) -> Array:
        """From counts (true, said, models, draws)."""
        right = np.einsum("kkmb->kmb", cells)
        true, said, every = cells.sum(axis=1), cells.sum(axis=0), cells.sum(axis=(0, 1))
        if self.name == "balanced_accuracy_score":
            return np.asarray(np.nanmean(np.where(true > 0, right / true, np.nan), axis=0))
        if self.name == "matthews_corrcoef":
            between = right.sum(axis=0) * every - (true * said).sum(axis=0)
            spread = (every**2 - (said**2).sum(axis=0)) * (every**2 - (true**2).sum(axis=0))
            return np.where(spread > 0, between / np.sqrt(spread), 0.0)
        if self.name == "cohen_kappa_score":
            expected = (true * said).sum(axis=0) / every**2
            return np.asarray((right.sum(axis=0) / every - expected) / (1.0 - expected))
        parts = {
            "precision_score": (right, said),
            "recall_score": (right, true),
            "f1_score": (2.0 * right, true + said),
            "jaccard_score": (right, true + said - right),
        }
        above, below = parts[self.name]
        of_class = np.where(below > 0, above / below, 0.0)
        if self.metric.positive is not None:
            return np.asarray(of_class[self.metric.positive])
        average = dict(self.metric.base.keywords).get("average", "macro") if self.metric.base else "macro"
        if average == "micro":
            return np.asarray(above.sum(axis=0) / below.sum(axis=0))
        there = true + said > 0
        if average == "weighted":
            return np.asarray((of_class * true).sum(axis=0) / every)
        return np.asarray(np.where(there, of_class, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1))


@dataclass(frozen=True, eq=False)
class _Ranks:
    """Areas under curves of ranks, each class against the rest; of a single draw every rank is told apart."""

    metric: MetricChoice
    classes: int
    is_area: bool

    def __call__(self, y: Array, models: list[Predictions], weights: Array) -> Array:
        # In here because SciPy is slow to load.
        from scipy.sparse import csr_array

        asked = [self.metric.positive] if self.metric.positive is not None else list(range(self.classes))
        found = []
        for k in asked:
            truth = (y == k).astype(np.int64)
            if truth.all() or not truth.any():
                continue
            if weights.shape[1] == 1:
                drawn = np.repeat(np.arange(len(y)), weights[:, 0].astype(np.int64))
                exact = [_area(model.values[drawn, k], truth[drawn], is_area=self.is_area) for model in models]
                found.append(np.array(exact)[:, None])
                continue
            scores = []
            for model in models:
                place, bins = _bins(model.values[:, k], BINS if self.is_area else FINE_BINS)
                ones = np.ones(len(y), dtype=np.float32)
                cells = csr_array((ones, (2 * place + truth, np.arange(len(y)))), shape=(2 * bins, len(y)))
                scores.append(self._score((cells @ weights).reshape(bins, 2, -1)))
            found.append(np.array(scores))
        nothing = np.full((len(models), weights.shape[1]), np.nan)
        return np.asarray(np.nanmean(found, axis=0)) if found else nothing

    def _score(self, sums: Array) -> Array:
        """From weights (ranks, negative and positive, draws), ranks ascending; they are counts, whole in float32."""
        negative, positive = sums[:, 0], sums[:, 1]
        if self.is_area:
            below = np.cumsum(negative, axis=0)
            pairs = below[-1].astype(np.float64) * positive.sum(axis=0, dtype=np.float64)
            below -= 0.5 * negative
            return np.where(pairs > 0, np.einsum("bd,bd->d", positive, below) / pairs, np.nan)
        negative, positive = negative.astype(np.float64), positive.astype(np.float64)
        above_right = np.cumsum(positive[::-1], axis=0)
        above = above_right + np.cumsum(negative[::-1], axis=0)
        precision = np.where(above > 0, above_right / above, 0.0)
        total = positive.sum(axis=0)
        return np.where(total > 0, (precision * positive[::-1]).sum(axis=0) / total, np.nan)


def _area(values: Array, truth: Array, *, is_area: bool) -> float:
    """The area under the curve of one class (n,) against the rest, NaN where one of them is not there."""
    order = np.argsort(-values)
    ordered = values[order]
    last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(values) - 1)  # of those that are alike
    right = np.cumsum(truth[order])[last]
    wrong = last + 1 - right
    if not len(values) or not right[-1] or not wrong[-1]:
        return math.nan
    before = np.append(0, right[:-1])
    if is_area:
        pairs = np.diff(wrong, prepend=0) * (before + right)
        return float(pairs.sum() / (2.0 * right[-1] * wrong[-1]))
    return float(((right - before) * right / (last + 1)).sum() / right[-1])


def _bins(values: Array, most: int) -> tuple[Array, int]:
    """The rank (n,) of each value from 0, equal ones alike, and how many there are: at most ``most``."""
    kinds, rank = np.unique(values, return_inverse=True)
    if len(kinds) <= most:
        return rank, len(kinds)
    return rank * most // len(kinds), most


@dataclass(frozen=True, eq=False)
class _OneByOne:
    """Any other metric: the rows of each draw, as often as they were drawn."""

    metric: MetricChoice

    def __call__(self, y: Array, models: list[Predictions], weights: Array) -> Array:
        found = np.full((len(models), weights.shape[1]), math.nan)
        for draw in range(weights.shape[1]):
            places = np.repeat(np.arange(len(y)), weights[:, draw].astype(np.int64))
            if len(places):
                found[:, draw] = [self.metric.of(y, model, places) for model in models]
        return found
