"""An ensemble of a study's trials from their stored predictions: greedy selection with replacement (Caruana 2004).

Starting from the best trial, the trial whose mean with those chosen so far has the best score is added again and again;
weights are how often each was chosen. The gain is judged on rows that chose nothing: the rows are parted at random, for
each part the ensemble and the single best trial are chosen on the others, and what both say of the part is put
together. Its standard error is that over draws of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.judging.corrected import TWO_SIDED_90
from engine.judging.drawn_scores import scores_on_draws
from engine.judging.draws import draw_parts, draw_rows
from engine.judging.metric_choice import MetricChoice, choose_metric
from engine.judging.stored import Stored, has_own_rows, judged_trials
from engine.trials import History

Array = np.ndarray[Any, Any]
ROUNDS = 25  # Caruana's plots are flat from there on; published systems take 40 to 100
PATIENCE = 6  # rounds without a better score, after which none is expected: a guess
CANDIDATES = 20  # the best trials: poorer ones are hardly ever chosen (a guess)
PARTS = 5  # of the rows, as in usual cross-validation
DRAWS = 200  # the standard deviation of 200 values is known to 5 %


@dataclass(frozen=True, slots=True)
class Ensemble:
    """``members`` are (trial, weight), weights add up to 1. ``score`` is the mean of folds on the rows that chose it.

    ``gain`` is by how much it is better than the best single trial (above zero whatever the direction) on rows that
    chose neither, with a 90 % interval; ``naive_gain`` that on the rows that chose both.
    """

    metric: str
    members: tuple[tuple[int, float], ...]
    score: float
    best: int
    best_score: float
    gain: float
    standard_error: float
    low: float
    high: float
    naive_gain: float

    @property
    def helps(self) -> bool:
        """Whether the gain is above zero beyond its 90 % interval, and there is more than one member."""
        return len(self.members) > 1 and self.low > 0.0


def study_ensemble(
    stored: Stored, objective: object, history: History, is_cancelled: Callable[[], bool] = lambda: False
) -> Ensemble | None:
    """The ensemble of a study's trials; *None* where there are fewer than two beside each other, or it was cancelled.

    Raises :class:`engine.errors.UserFault` where the study keeps no predictions.
    """
    if has_own_rows(objective):
        return None
    trials = judged_trials(stored, objective, history)
    metric = choose_metric(trials.metric, trials.rows, trials.positive)
    fit = [place for place, one in enumerate(trials.models) if not metric.refusal(one) and one.kind != "margin"]
    if len(fit) < 2:
        return None
    numbers = [trials.numbers[place] for place in fit]
    return choose_ensemble(metric, trials.rows, [trials.models[place] for place in fit], numbers, is_cancelled)


def choose_ensemble(
    metric: MetricChoice,
    rows: OutOfFoldRows,
    models: Sequence[Predictions],
    numbers: Sequence[int],
    is_cancelled: Callable[[], bool] = lambda: False,
    seed: int = 0,
) -> Ensemble | None:
    """The ensemble of ``models``, predictions of the same ``rows`` by trials ``numbers``; *None* where cancelled."""
    whole = np.ones((len(rows), 1), dtype=np.float32)
    every = metric.sign * scores_on_draws(metric, rows, models, whole)[:, 0]
    order = [int(place) for place in np.argsort(every, kind="stable")[:CANDIDATES] if np.isfinite(every[place])]
    if len(order) < 2:
        return None
    few, kept = [models[place] for place in order], [numbers[place] for place in order]
    votes = _votes(few, len(rows.classes))
    chosen = _select(metric, rows, few, votes, whole)
    rng = np.random.default_rng(seed)
    part = draw_parts(rows, PARTS, rng)
    together, alone = np.zeros_like(votes[0]), np.zeros_like(votes[0])
    for one in range(PARTS):
        if is_cancelled():
            return None
        others = (part != one).astype(np.float32)[:, None]
        mine = _select(metric, rows, few, votes, others)
        single = int(np.nanargmin(metric.sign * scores_on_draws(metric, rows, few, others)[:, 0]))
        together[part == one] = _mean(votes[:, part == one], mine)
        alone[part == one] = votes[single][part == one]
    weights = np.hstack([whole, draw_rows(rows, DRAWS, rng).counts])
    both = [_predictions(few[0], together), _predictions(few[0], alone)]
    scores = metric.sign * scores_on_draws(metric, rows, both, weights)
    gains = scores[1] - scores[0]
    if is_cancelled() or not np.isfinite(gains[0]):
        return None
    gain, error = float(gains[0]), float(np.nanstd(gains[1:], ddof=1))
    mix = _mixed(few[0], votes, chosen)
    score, single = (_exact(metric, rows, one) for one in (mix, few[0]))
    counts = np.bincount(chosen, minlength=len(few))
    every_one = np.argsort(-counts, kind="stable")
    members = tuple((int(kept[place]), float(counts[place] / counts.sum())) for place in every_one)
    band = TWO_SIDED_90 * error
    naive = metric.sign * (single - score)
    named = tuple(one for one in members if one[1] > 0)
    return Ensemble(metric.name, named, score, int(kept[0]), single, gain, error, gain - band, gain + band, naive)


def _votes(models: Sequence[Predictions], classes: int) -> Array:
    """What is averaged: probabilities, values, or votes (models, n, K) of models that only say a class."""
    if models[0].kind == "label":
        return np.array([np.eye(classes, dtype=np.float32)[one.labels] for one in models])
    return np.array([one.values for one in models], dtype=np.float32)


def _mixed(like: Predictions, votes: Array, chosen: Sequence[int]) -> Predictions:
    return _predictions(like, _mean(votes, chosen))


def _mean(votes: Array, chosen: Sequence[int]) -> Array:
    """The mean of the chosen ones."""
    counts = np.bincount(chosen, minlength=len(votes)).astype(np.float32)
    return np.asarray(np.tensordot(counts / counts.sum(), votes, axes=1))


def _predictions(like: Predictions, mean: Array) -> Predictions:
    if like.kind == "value":
        return Predictions("value", mean)
    labels = mean.argmax(axis=1)
    return Predictions("label", labels, labels) if like.kind == "label" else Predictions(like.kind, mean, labels)


def _select(
    metric: MetricChoice, rows: OutOfFoldRows, models: Sequence[Predictions], votes: Array, weights: Array
) -> list[int]:
    """The places chosen, as often as they were, up to the round with the best score on ``weights`` (n, 1)."""
    total = np.zeros_like(votes[0])
    chosen: list[int] = []
    best, best_loss = 1, math.inf
    for count in range(1, ROUNDS + 1):
        mixes = [_predictions(models[0], (total + one) / count) for one in votes]
        losses = metric.sign * scores_on_draws(metric, rows, mixes, weights)[:, 0]
        if not np.isfinite(losses).any():
            break
        place = int(np.nanargmin(losses))
        chosen.append(place)
        total += votes[place]
        if losses[place] < best_loss:
            best, best_loss = count, float(losses[place])
        elif count - best >= PATIENCE:
            break
    return chosen[:best] or [0]


def _exact(metric: MetricChoice, rows: OutOfFoldRows, model: Predictions) -> float:
    return float(np.nanmean([metric.of(rows.y, model, rows.folds == fold) for fold in range(rows.fold_count)]))
