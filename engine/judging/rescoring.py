"""The whole history judged again, by any other metric, from stored predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.errors import UserFault
from engine.judging.metric_choice import MetricChoice, choose_metric, positive_position
from engine.judging.stored import NONE_KEPT, WHY_NONE, Stored
from engine.objectives.description import TableObjective
from engine.trials import History


@dataclass(frozen=True, slots=True)
class Rescored:
    """Scores under another metric: ``scores`` by trial, the mean of ``fold_scores``; ``best`` is the best of them.

    ``left_out`` says of trials why they have none. ``title`` names the class that the metric asks for.
    """

    metric: str
    title: str
    direction: str
    scores: dict[int, float]
    fold_scores: dict[int, tuple[float, ...]]
    best: int | None
    left_out: dict[int, str]

    def error(self, number: int) -> float | None:
        """The standard error of a trial's score over its folds; *None* of one fold."""
        folds = self.fold_scores[number]
        return float(np.std(folds, ddof=1) / np.sqrt(len(folds))) if len(folds) > 1 else None


def rescore_trials(text: str, stored: Stored, objective: object, history: History) -> Rescored:
    """Judge every complete trial by the metric called ``text`` (:mod:`engine.judging.metric_choice`).

    Raises :class:`UserFault` where there is no such metric, or nothing that it can judge.
    """
    if not isinstance(objective, TableObjective) or not stored:
        raise UserFault(NONE_KEPT, WHY_NONE if isinstance(objective, TableObjective) else "")
    metric: MetricChoice | None = None
    scores: dict[int, float] = {}
    folds: dict[int, tuple[float, ...]] = {}
    refused: dict[int, str] = {}
    for number in np.flatnonzero(history.eligible).tolist():
        if number not in stored:
            refused[number] = "it keeps no predictions"
            continue
        rows, predictions = stored[number]
        if metric is None:
            metric = choose_metric(text, rows, positive_position(objective.positive, rows.classes))
        why = metric.refusal(predictions)
        found = () if why else fold_scores(metric, rows, predictions)
        if why or not np.isfinite(found).all():
            refused[number] = why or "a fold does not allow this metric"
            continue
        folds[number] = found
        scores[number] = float(np.mean(found))
    if metric is None:
        raise UserFault(NONE_KEPT, WHY_NONE)
    if not scores:
        why = next(iter(refused.values()))
        raise UserFault(f"No trial can be judged by {metric.title}: {why}.", "Choose another metric.")
    best = min(scores, key=lambda number: metric.sign * scores[number])
    return Rescored(metric.name, metric.title, metric.direction, scores, folds, best, refused)


def fold_scores(metric: MetricChoice, rows: OutOfFoldRows, predictions: Predictions) -> tuple[float, ...]:
    """One score a fold, as the study's own are."""
    return tuple(metric.of(rows.y, predictions, rows.folds == fold) for fold in range(rows.fold_count))
