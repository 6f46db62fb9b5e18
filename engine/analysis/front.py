"""The Pareto front of a study with several objectives: the trials that no other trial beats in everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.maths.pareto import hypervolume, is_efficient
from engine.trials import History


@dataclass(frozen=True, eq=False)
class Front:
    """Trial ``numbers`` (k,) by their first score, their ``scores`` (k, m), and the ``volume`` they dominate.

    The volume is measured from ``reference`` (m,), the worst score of any feasible trial in each objective.
    """

    numbers: np.ndarray
    scores: np.ndarray
    reference: np.ndarray
    volume: float


def pareto_front(history: History) -> Front:
    """The front of the feasible trials; empty, with volume 0, where there are none."""
    signs = np.array([1.0 if one == "minimize" else -1.0 for one in history.directions])
    feasible = np.flatnonzero(history.eligible)
    losses = history.scores[feasible] * signs
    if not len(feasible):
        return Front(feasible, history.scores[feasible], np.full(len(signs), np.nan), 0.0)
    best = np.flatnonzero(is_efficient(losses))
    best = best[np.argsort(losses[best, 0], kind="stable")]
    worst = losses.max(axis=0)
    numbers = feasible[best]
    return Front(numbers, history.scores[numbers], worst * signs, float(hypervolume(losses[best], worst)))
