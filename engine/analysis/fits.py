"""How many models were trained: one for each fold of each trial, also of those that ended early."""

from __future__ import annotations

import numpy as np

from engine.trials import Curves, History, State


def count_fits(history: History, curves: Curves) -> int:
    """Folds trained so far. One that was begun counts, as far as the trial reported of it."""
    return int(fits_by_trial(history, curves).sum())


def fits_by_trial(history: History, curves: Curves) -> np.ndarray:
    """Folds trained of each trial, (n,) int; a complete one of which no folds are known counts one."""
    fits = np.zeros(len(history), dtype=int)
    for number in range(len(history)):
        scores = history.notes(number).get("details", {}).get("fold_scores", ())
        reported = len(np.unique(curves.get(number).folds)) if number in curves else 0
        least = int(history.state[number] == State.COMPLETE)
        fits[number] = max(len(scores), reported, least)
    return fits
