"""Greedy selection of models with replacement, the ensemble of a library of models (Caruana et al. 2004).

The model whose mean with those chosen so far has the best score is added again and again; how often a model was chosen
is its weight. It needs predictions alone, and overfits less than fitted weights do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.data.reading.cancelling import Cancelled
from engine.judging.drawn_scores import scores_on_draws
from engine.judging.metric_choice import MetricChoice

ROUNDS = 40  # published systems take 40 to 100, and Caruana's plots are flat from 25 on
PATIENCE = 6  # rounds without a better score, after which none is expected: a guess


def select_models(
    metric: MetricChoice,
    rows: OutOfFoldRows,
    models: Sequence[Predictions],
    inside: Array,
    is_cancelled: Callable[[], bool],
) -> tuple[Array, int]:
    """The weights (models,) of the ensemble that is chosen on the rows ``inside`` (n,), a mask, and the best of them.

    Weights add up to 1; rounds after the best score are taken back. Where no model has a score there, the first is all.
    Raises :class:`Cancelled` soon after ``is_cancelled()`` turns true.
    """
    mine = replace(rows, rows=rows.rows[inside], folds=rows.folds[inside], y=rows.y[inside], groups=None)
    values = np.array([model.values[inside] for model in models])
    once = np.ones((len(mine), 1), dtype=np.float32)
    total, chosen = np.zeros_like(values[0]), np.zeros((ROUNDS + 1, len(models)))
    best, best_loss, first = 0, math.inf, 0
    for count in range(1, ROUNDS + 1):
        if is_cancelled():
            raise Cancelled
        mixes = [predictions_of(models[0].kind, (total + one) / count) for one in values]
        losses = metric.sign * scores_on_draws(metric, mine, mixes, once)[:, 0]
        if not np.isfinite(losses).any():
            break
        place = int(np.nanargmin(losses))
        first = place if count == 1 else first
        total += values[place]
        chosen[count] = chosen[count - 1]
        chosen[count, place] += 1.0
        least = best_loss - 1e-9 * max(1.0, abs(best_loss)) if best else math.inf  # less is more than the order of sums
        if losses[place] < least:
            best, best_loss = count, float(losses[place])
        elif count - best >= PATIENCE:
            break
    if not best:
        chosen[best, first] = 1.0
    return chosen[best] / chosen[best].sum(), first


def mean_predictions(models: Sequence[Predictions], weights: Array, inside: Array) -> Array:
    """The weighted mean of what ``models`` say of the rows ``inside`` (n,), a mask."""
    used = np.flatnonzero(weights)
    return np.asarray(sum(weights[place] * models[int(place)].values[inside] for place in used))


def predictions_of(kind: str, mean: Array) -> Predictions:
    """Means of probabilities (n, K) or of values (n,) as predictions; the likeliest class is the one that is chosen."""
    return Predictions("value", mean) if kind == "value" else Predictions("probability", mean, mean.argmax(axis=1))
