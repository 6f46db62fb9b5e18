"""What trials that ended early are estimated to have become."""

from __future__ import annotations

import numpy as np

from engine.trials.notes import Notes


def estimated_scores(scores: np.ndarray, pruned: np.ndarray, notes: Notes) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n, directions), those of trials ``pruned`` (p,) estimated where that is known, and spreads (n,).

    A spread is the standard deviation of the first score of a trial whose last folds were not run; NaN for all others.
    """
    found, spread = np.array(scores), np.full(len(scores), np.nan)
    for number in pruned.tolist() if scores.shape[1] == 1 else ():
        details = notes.get(number).get("details", {})
        if isinstance(estimate := details.get("estimated_score"), float):
            found[number, 0] = estimate
            spread[number] = details.get("estimated_spread", np.nan)
    return found, spread
