"""Which columns of the table a model relies on: how much worse it judges unseen rows once a column is shuffled.

Permutation importance (Breiman 2001, Fisher et al. 2019) on out-of-fold rows: the models of the folds are trained again
as they were, so the score without shuffling is the study's own. Columns that tell the same stand in for each other, and
each of them looks unimportant alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.applying.final_model import require_table
from engine.data.reading.cancelling import Cancelled
from engine.maths.overlapping_folds import corrected_error, half_width
from engine.objectives import fitting
from engine.objectives import table as table_objective
from engine.objectives.fold_judge import train_fold
from engine.setup import StudySetup

CONFIDENCE = 0.9  # of the intervals (the contract of the commands)
REPEATS = 5
"""Shufflings of each column in each fold: scikit-learn's default."""
MOST_ROWS = 5000  # of a fold that are judged: enough for three digits, and predicting is most of the time; a guess


@dataclass(frozen=True, slots=True)
class ColumnImportance:
    """Columns, the most important first.

    ``loss`` is by how much the score is worse without a column's information, in the metric's unit, mean over folds;
    ``low`` and ``high`` are its 90 % interval over folds, corrected for their overlap (Nadeau and Bengio 2003); they
    are NaN of a single fold. ``score`` is the score with every column.
    """

    trial: int
    metric: str
    names: tuple[str, ...]
    loss: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    score: float
    folds: int
    repeats: int

    def matters(self, place: int) -> bool:
        """Whether the interval of a column leaves zero out."""
        return self.low[place] > 0.0


def column_importance(
    setup: StudySetup,
    params: Mapping[str, object],
    trial: int,
    seed: int,
    repeats: int = REPEATS,
    cancelled: Callable[[], bool] = lambda: False,
) -> ColumnImportance:
    """Train the folds of trial number ``trial`` again with the ``seed`` of its models, and shuffle column by column.

    Raises :class:`engine.errors.UserFault` where there is no table, it has changed, or a model cannot be trained, and
    :class:`Cancelled` soon after ``cancelled()`` turns true.
    """
    prepared = table_objective.prepare(require_table(setup.objective))
    names = prepared.encoded.names
    sign = 1.0 if prepared.metric.direction == "maximize" else -1.0
    losses, scores, overlap = [], [], []
    for number in range(len(prepared.split.folds)):
        if cancelled():
            raise Cancelled
        rng = np.random.default_rng((seed, number))
        with warnings.catch_warnings(), fitting.one_thread():
            warnings.simplefilter("ignore")
            judge = train_fold(prepared, number, params, seed, MOST_ROWS)
            whole = judge.score(judge.cells)
            scores.append(whole)
            overlap.append(judge.test_rows / judge.train_rows)
            found = np.zeros((len(names), repeats))
            for column in range(len(names)):
                for repeat in range(repeats):
                    if cancelled():
                        raise Cancelled
                    cells = judge.cells.copy()
                    cells[:, column] = rng.permutation(cells[:, column])
                    found[column, repeat] = sign * (whole - judge.score(cells))
            losses.append(found.mean(axis=1))
    by_fold = np.array(losses)
    mean = by_fold.mean(axis=0)
    half = half_width(corrected_error(by_fold, float(np.mean(overlap))), len(by_fold), CONFIDENCE)
    order = np.argsort(-mean, kind="stable").tolist()
    return ColumnImportance(
        trial,
        prepared.metric.title,
        tuple(names[place] for place in order),
        tuple(float(mean[place]) for place in order),
        tuple(float(mean[place] - half[place]) for place in order),
        tuple(float(mean[place] + half[place]) for place in order),
        float(np.mean(scores)),
        len(by_fold),
        repeats,
    )
