"""What the best score of a search is worth: bootstrap bias corrected cross-validation (Tsamardinos et al. 2018).

The best of many trials owes something to luck. Rows are drawn with replacement; the trial that is best on the drawn
rows is judged on those that were not drawn. The mean over many draws is free of the choice's luck, at the price of no
further fit. The standard error comes from the same draws: the lucky rows of the winner itself would make it too small.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.judging.drawn_scores import SLOW_DRAWS, is_fast, scores_on_draws
from engine.judging.draws import draw_rows
from engine.judging.metric_choice import MetricChoice
from engine.maths.intervals import NORMAL_90

DRAWS = 300  # suffice for a mean (evidence: 1,000 are usual); its error is then a seventeenth of one draw's spread
"""The 95 % point of the normal distribution: an interval of 90 % has 5 % on each side."""


@dataclass(frozen=True, slots=True)
class CorrectedScore:
    """``score`` is free of the luck of the choice, ``naive`` what the best of ``trials`` has as it was chosen.

    ``low`` and ``high`` are a 90 % interval of ``score``. ``number`` is the best trial, which was best in a share
    ``chosen`` of the draws; ``rows`` how many predictions judged. ``optimism`` is by how much the best score flatters,
    below zero where by chance the rows that chose nothing judge better.
    """

    metric: str
    score: float
    standard_error: float
    low: float
    high: float
    naive: float
    number: int
    trials: int
    chosen: float
    rows: int
    optimism: float


def correct_score(
    metric: MetricChoice,
    rows: OutOfFoldRows,
    models: Sequence[Predictions],
    numbers: Sequence[int],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> CorrectedScore | None:
    """The corrected score of the best of ``models``, all of them predictions of the same ``rows``.

    ``numbers`` are their trials. *None* where no draw could be judged, or somebody cancelled.
    """
    rng = np.random.default_rng(seed)
    drawn = draw_rows(rows, draws if is_fast(metric, rows) else min(draws, SLOW_DRAWS), rng)
    whole = np.ones((len(rows), 1), dtype=np.float32)
    if is_cancelled():
        return None
    both = scores_on_draws(metric, rows, models, np.hstack([whole, drawn.counts]))  # ranks are looked up once
    every, inside = both[:, 0], both[:, 1:]
    if is_cancelled() or not np.isfinite(every).any():
        return None
    best = _first_best(metric.sign * every)
    lost = np.where(np.isfinite(inside), metric.sign * inside, math.inf)
    winners = lost.argmin(axis=0)
    left, share = drawn.left, float(drawn.left.mean())
    if not is_fast(metric, rows):  # it may be of sums, or of extremes, which grow with the number of rows
        left = _filled_up(rows, left, rng)
    judged = _judged(metric, rows, models, winners, left)
    if is_cancelled() or not np.isfinite(judged).any():
        return None
    naive = _exact(metric, rows, models[best])
    shift = naive - float(every[best])  # of ranks that share one, where those are counted
    score = float(np.nanmean(judged)) + shift
    error = float(np.nanstd(judged, ddof=1)) * _shrunk(share, is_filled=left is not drawn.left)
    band = NORMAL_90 * error
    chosen = float(np.mean(winners == best))
    found = metric.name, score, error, *_cut(metric, score, score - band, score + band), naive
    optimism = metric.sign * (score - naive)
    return CorrectedScore(*found, int(numbers[best]), len(models), chosen, len(rows), optimism)


def _cut(metric: MetricChoice, score: float, low: float, high: float) -> tuple[float, float]:
    """An interval around ``score`` that ends at the score of predictions without a mistake, where there is one."""
    if metric.base is None:
        return low, high
    if metric.direction == "maximize":
        return low, max(score, min(high, metric.base.perfect))
    return min(score, max(low, metric.base.perfect)), high


def _first_best(losses: Array) -> int:
    """The place of the least loss, the first of those that are alike but for the order of their sums."""
    least = np.nanmin(losses)
    return int(np.flatnonzero(losses <= least + 1e-6 * max(1.0, abs(float(least))))[0])  # of single precision


def _shrunk(share: float, *, is_filled: bool) -> float:
    """From the spread over rows left out to that over as many rows as there are.

    A draw leaves a ``share`` f of the rows (about 0.37), without replacement from those that there are: the variance
    over draws is (1 - f) / f of that of a mean over all rows, and 1 more where they were filled up by drawing.
    """
    if not 0.0 < share < 1.0:
        return 1.0
    return math.sqrt(share if is_filled else share / (1.0 - share))


def _filled_up(rows: OutOfFoldRows, left: Array, rng: np.random.Generator) -> Array:
    """Draws (n, B) of as many rows as each fold has, from those that are ``left``."""
    filled = np.zeros_like(left)
    for fold in range(rows.fold_count):
        mine = np.flatnonzero(rows.folds == fold)
        for draw in range(left.shape[1]):
            there = mine[left[mine, draw] > 0]
            if len(there):
                filled[there, draw] = rng.multinomial(len(mine), np.full(len(there), 1.0 / len(there)))
    return filled


def _judged(
    metric: MetricChoice, rows: OutOfFoldRows, models: Sequence[Predictions], winners: Array, left: Array
) -> Array:
    """The score (B,) of each draw's winner on the rows that it left out."""
    found = np.full(len(winners), math.nan)
    for winner in np.unique(winners):
        mine = np.flatnonzero(winners == winner)
        found[mine] = scores_on_draws(metric, rows, [models[int(winner)]], left[:, mine])[0]
    return found


def _exact(metric: MetricChoice, rows: OutOfFoldRows, model: Predictions) -> float:
    """The score as the study has it: the mean over folds."""
    scores = [metric.of(rows.y, model, rows.folds == fold) for fold in range(rows.fold_count)]
    return float(np.nanmean(scores))
