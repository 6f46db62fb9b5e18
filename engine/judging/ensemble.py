"""An ensemble of a study's trials from their stored predictions, and what it gains over the best one alone.

The gain is judged on rows that chose nothing: for each fold the ensemble and the single best trial are chosen on the
rows of the others, and both are judged on it. Its standard error is that over draws of the rows, corrected for choices
on rows that overlap (Nadeau and Bengio 2003). Without that, 73 % of 60 intervals of 90 % held the true gain of
simulated studies; with it, 90 % of 40.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.errors import UserFault
from engine.judging.drawn_scores import SLOW_DRAWS, is_fast, scores_on_draws
from engine.judging.draws import draw_parts, draw_rows
from engine.judging.greedy_selection import mean_predictions, predictions_of, select_models
from engine.judging.metric_choice import MetricChoice, choose_metric
from engine.judging.rescoring import fold_scores
from engine.judging.stored import Stored, has_own_rows, judged_trials
from engine.maths.intervals import NORMAL_90
from engine.trials import History

CANDIDATES = 20  # the best trials: poorer ones are hardly ever chosen (a guess)
MOST_CELLS = 20_000_000  # of all candidates together, 160 MB: of larger tables fewer are candidates
MOST_FOLDS = 10  # that judge the gain: of more, these are enough to see one (a guess)
PARTS = 5  # of a single fold, as in usual cross-validation
DRAWS = 200  # the standard deviation of 200 values is known to 5 %


@dataclass(frozen=True, slots=True)
class Ensemble:
    """``members`` are (trial, weight), the heaviest first; weights add up to 1.

    ``score`` and ``best_score`` (of trial ``best``) are means of folds on the rows that chose them. ``fresh_score``
    and ``fresh_best_score`` are on rows that chose neither; ``gain`` is by how much the first is better, above zero
    whatever the direction, between ``low`` and ``high`` with 90 %. ``candidates`` is how many trials could be chosen.
    """

    metric: str
    members: tuple[tuple[int, float], ...]
    score: float
    best: int
    best_score: float
    fresh_score: float
    fresh_best_score: float
    gain: float
    standard_error: float
    low: float
    high: float
    candidates: int

    @property
    def helps(self) -> bool:
        """Whether there is more than one member, and the whole interval of the gain lies above zero."""
        return len(self.members) > 1 and self.low > 0.0


def study_ensemble(
    stored: Stored, objective: object, history: History, is_cancelled: Callable[[], bool] = lambda: False
) -> Ensemble:
    """The ensemble of a study's trials.

    Raises :class:`UserFault` where the study keeps no predictions that could be averaged, and :class:`Cancelled` soon
    after ``is_cancelled()`` turns true.
    """
    trials = judged_trials(stored, objective, history)
    if has_own_rows(objective):
        raise UserFault("Every trial was judged on rows of its own, so there is no mean of what they say of a row.")
    metric = choose_metric(trials.metric, trials.rows, trials.positive)
    fit = [place for place, one in enumerate(trials.models) if one.kind in ("probability", "value")]
    if not fit:
        raise UserFault("These models tell no probabilities, so there is no mean to take.", "Tune another model.")
    if len(fit) < 2:
        raise UserFault("An ensemble takes two complete trials at least.", "Run some more.")
    numbers = [trials.numbers[place] for place in fit]
    return choose_ensemble(metric, trials.rows, [trials.models[place] for place in fit], numbers, is_cancelled)


def choose_ensemble(
    metric: MetricChoice,
    rows: OutOfFoldRows,
    models: Sequence[Predictions],
    numbers: Sequence[int],
    is_cancelled: Callable[[], bool] = lambda: False,
    seed: int = 0,
) -> Ensemble:
    """The ensemble of ``models``, predictions of the same ``rows`` by trials ``numbers``; raises as the one above."""
    every = metric.sign * scores_on_draws(metric, rows, models, np.ones((len(rows), 1), dtype=np.float32))[:, 0]
    most = max(2, min(CANDIDATES, MOST_CELLS // max(1, models[0].values.size)))
    order = [int(place) for place in np.argsort(every, kind="stable")[:most] if np.isfinite(every[place])]
    if len(order) < 2:
        raise UserFault("Fewer than two trials have a score on the rows that are kept.", "Run some more.")
    few, kept = [models[place] for place in order], [int(numbers[place]) for place in order]
    everywhere = np.ones(len(rows), dtype=bool)
    weights, _ = select_models(metric, rows, few, everywhere, is_cancelled)
    rng = np.random.default_rng(seed)
    judged, both, overlap = _on_unseen_rows(metric, rows, few, rng, is_cancelled)
    drawn = draw_rows(judged, DRAWS if is_fast(metric, judged) else SLOW_DRAWS, rng).counts
    fresh = [float(np.mean(fold_scores(metric, judged, one))) for one in both]
    gains = np.diff(-metric.sign * scores_on_draws(metric, judged, both, drawn), axis=0)[0]
    if not np.isfinite(fresh).all() or np.isfinite(gains).sum() < 2:
        raise UserFault("The folds are too small to judge an ensemble by this metric.", "Take fewer folds.")
    gain, error = metric.sign * (fresh[0] - fresh[1]), overlap * float(np.nanstd(gains, ddof=1))
    mix = predictions_of(few[0].kind, mean_predictions(few, weights, everywhere))
    scores = [float(np.mean(fold_scores(metric, rows, one))) for one in (mix, few[0])]
    heaviest = np.argsort(-weights, kind="stable")
    members = tuple((kept[place], float(weights[place])) for place in heaviest if weights[place] > 0)
    band = NORMAL_90 * error
    found = metric.name, members, scores[0], kept[0], scores[1], fresh[1], fresh[0], gain, error
    return Ensemble(*found, gain - band, gain + band, len(few))


def _on_unseen_rows(
    metric: MetricChoice,
    rows: OutOfFoldRows,
    models: Sequence[Predictions],
    rng: np.random.Generator,
    is_cancelled: Callable[[], bool],
) -> tuple[OutOfFoldRows, list[Predictions], float]:
    """Rows, each judged by what others chose: the predictions of the single best trial and of the ensemble.

    A row that stands in several folds, or belongs to a group that does, chooses in none of them what judges it. Last,
    by how much the standard error grows because the parts chose by rows that they share.
    """
    part = rows.folds if rows.fold_count > 1 else draw_parts(rows, PARTS, rng)
    unit = rows.rows if rows.groups is None else rows.groups
    alone, together = (np.zeros_like(models[0].values) for _ in range(2))
    said = np.zeros_like(models[0].labels)  # not always the likeliest class
    first = min(MOST_FOLDS, int(part.max()) + 1)
    shares = []
    for one in range(first):
        mine = part == one
        others = ~np.isin(unit, unit[mine])
        weights, best = select_models(metric, rows, models, others, is_cancelled)
        single = models[best]
        alone[mine] = single.values[mine]
        if len(said):
            said[mine] = single.labels[mine]
        together[mine] = mean_predictions(models, weights, mine)
        shares.append(mine.sum() / max(1, others.sum()))
    seen = part < first
    judged = replace(
        rows, rows=rows.rows[seen], folds=part[seen], y=rows.y[seen],
        groups=None if rows.groups is None else rows.groups[seen],
    )  # fmt: skip
    single_best = Predictions(models[0].kind, alone[seen], said[seen] if len(said) else said)
    overlap = math.sqrt(1.0 + first * float(np.mean(shares)))
    return judged, [single_best, predictions_of(models[0].kind, together[seen])], overlap
