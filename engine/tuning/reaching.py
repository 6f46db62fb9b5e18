"""What a pruned trial had reached, in the units of the score, so that the search learns from it."""

from __future__ import annotations

import numpy as np

from engine.errors import UserFault
from engine.pruners.reported_losses import IN_UNITS_OF_SCORE, compared_record, reported_losses
from engine.trials import Curves, History, State

FEWEST = 3  # complete trials to compare with, a guess; fewer say nothing of what a loss is worth


def reached_score(history: History, curves: Curves, number: int, *, has_own_score: bool = False) -> float | None:
    """The last value that a trial reported of its score (the mean over folds), or *None* where it reported none.

    Where a model ``has_own_score``, its ``val_score`` is that, and not the study's.
    """
    curve = curves.get(number)
    for name in IN_UNITS_OF_SCORE:
        if has_own_score and name == "val_score":
            continue
        if name in curve.names and len(history.directions) == 1:
            last = []
            for fold in np.unique(curve.folds).tolist():
                steps, values = curve.fold(fold, name)
                last += [float(values[int(np.argmax(steps))])]
            return float(np.mean(last)) if last else None
    return None


def estimated_score(history: History, curves: Curves, number: int) -> float | None:
    """The score that complete trials ended with whose loss was about as good at the step that a trial reached.

    Its rank among them, at that step and in what pruners compare, is looked up among their scores. *None* where too few
    reported as much, where the study has several scores, and where nothing says what a record is worth.
    """
    curve = curves.get(number)
    name = compared_record(curve)
    if not name or len(history.directions) > 1:
        return None
    try:
        mine = reported_losses(history, curve, name)
        complete = [peer for peer in history.where(State.COMPLETE).tolist() if peer in curves]
        peers = [(reported_losses(history, curves.get(peer), name), float(history.losses[peer])) for peer in complete]
    except UserFault:
        return None
    known = [(peer.best_until(mine.last), loss) for peer, loss in peers if peer.last >= mine.last and np.isfinite(loss)]
    if len(known) < FEWEST:
        return None
    losses, ends = np.sort([one for one, _ in known]), np.sort([one for _, one in known])
    rank = float(np.searchsorted(losses, mine.best_until(mine.last))) / len(known)
    end = float(np.quantile(ends, min(rank, 1.0)))
    return end if history.directions[0] == "minimize" else -end
