"""What the best trial is, and how it compares with where the search began and with the trials in the middle."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.analysis.summary import Summary, summarise
from engine.trials import Curves, History


@dataclass(frozen=True, slots=True)
class BestSummary:
    """The winner beside the first and the median of the feasible trials, which are ``complete`` in number.

    ``lead`` is how far the winner is ahead of the second-best trial, in the score's own unit and never negative, *None*
    for a single trial; ``within_error`` counts the other trials whose score lies within the best one's standard error.
    """

    best: Summary
    first: int
    first_score: float
    median: float
    complete: int
    second: int | None
    lead: float | None
    within_error: int | None


def best_summary(history: History, curves: Curves) -> BestSummary | None:
    """The summary of the best feasible trial, *None* before there is one."""
    number = history.best_number()
    if number is None:
        return None
    best = summarise(history, curves, number)
    complete = np.flatnonzero(history.eligible)
    complete = complete[np.isfinite(history.score[complete])]
    if not len(complete) or best.score is None or not math.isfinite(best.score):
        return None
    losses = history.losses[complete]
    others = complete[complete != number]
    second = int(others[np.argmin(history.losses[others])]) if len(others) else None
    behind = losses - float(history.losses[number])
    near = None if best.error is None else int(np.count_nonzero(behind <= best.error)) - 1
    return BestSummary(
        best=best,
        first=int(complete[0]),
        first_score=float(history.score[complete[0]]),
        median=float(np.median(history.score[complete])),
        complete=len(complete),
        second=second,
        lead=None if second is None else abs(float(history.score[second]) - best.score),
        within_error=near,
    )
