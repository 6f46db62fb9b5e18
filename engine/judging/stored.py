"""The predictions of a study's trials beside each other, as far as they are about the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.errors import UserFault
from engine.judging.metric_choice import positive_position
from engine.objectives.description import TableObjective
from engine.trials import History

NONE_KEPT = "This study keeps no predictions."
WHY_NONE = "Trials of this Twinloop on a table keep them; run some more."

OneModel = tuple[OutOfFoldRows, Predictions]
"""The rows that judged a trial, and what its models said of them."""
Stored = Mapping[int, OneModel]


@dataclass(frozen=True, eq=False)
class JudgedTrials:
    """Complete trials that may be best, by number, with their predictions of the same ``rows``.

    ``positive`` is the position of the positive class of two. ``missing`` complete trials keep no predictions: they ran
    before there were any, or were poor and old when the room for them was full.
    """

    rows: OutOfFoldRows
    numbers: tuple[int, ...]
    models: tuple[Predictions, ...]
    metric: str
    positive: int | None
    missing: int


def judged_trials(stored: Stored, objective: object, history: History) -> JudgedTrials:
    """What can be judged together; raises :class:`UserFault` where there is nothing.

    Where every trial was judged on a split of its own, only the trials of the commonest rows are beside each other.
    """
    if not isinstance(objective, TableObjective):
        raise UserFault(NONE_KEPT, "Only models on a table tell of single rows.")
    eligible = set(np.flatnonzero(history.eligible).tolist())
    there = [number for number in stored if number in eligible]
    if not there:
        raise UserFault(NONE_KEPT, WHY_NONE)
    (key, _), *_ = Counter(stored[number][0].key for number in there).most_common(1)
    numbers = tuple(number for number in there if stored[number][0].key == key)
    rows = stored[numbers[0]][0]
    positive = positive_position(objective.positive, rows.classes)
    models = tuple(stored[number][1] for number in numbers)
    return JudgedTrials(rows, numbers, models, objective.metric, positive, len(eligible) - len(there))


def has_own_rows(objective: object) -> bool:
    """Whether every trial is judged on a split of its own, so that scores are of different rows."""
    return isinstance(objective, TableObjective) and objective.validation.scheme == "holdout"
