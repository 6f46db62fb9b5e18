"""What the folds of the next trial race against, as it follows from the trials so far."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from engine.objectives.fold_race import FoldRace, Rule
from engine.trials import History

FEWEST_RIVALS = 4  # complete trials that must tell how folds differ before their order is changed: a guess
MOST_RIVALS = 30  # of the best complete trials that are compared: a guess that keeps the decision quick


def plan_race(history: History, folds: int, rule: Rule) -> dict[str, object]:
    """What a trial that starts now races against, as plain values to be kept with it; empty while nothing is complete.

    ``folds`` is how many a trial has. The fold comes first on which the best trials are told apart best: the one whose
    score follows the mean over the others most closely. ``variance`` is that of the difference of two of them from fold
    to fold.
    """
    rivals = _best_trials(history, folds)
    if not rivals:
        return {}
    table = np.array([_fold_losses(history, number) for number in rivals])
    order = _by_discrimination(table) if len(table) >= FEWEST_RIVALS else range(folds)
    return {"against": rivals[0], "order": [int(fold) for fold in order], "variance": _variance(table), "rule": rule}


def race_of(history: History, number: int) -> FoldRace | None:
    """The race that was planned for a trial when it started; *None* where there is none, or no sense in it."""
    planned = history.notes(number).get("why", {}).get("race")
    if not isinstance(planned, Mapping) or not planned:
        return None
    try:
        against = int(planned["against"])
        losses = _fold_losses(history, against) if 0 <= against < len(history) else []
        whole = {**planned, "losses": losses, "sign": _sign(history)}
        race = msgspec.convert(whole, FoldRace)
    except (KeyError, TypeError, ValueError, OverflowError):  # a stranger's file
        return None
    return race if sorted(race.order) == list(range(len(race.losses))) else None


def _best_trials(history: History, folds: int) -> list[int]:
    """The best half of the trials that ran all folds, at most :data:`MOST_RIVALS`, best first."""
    eligible = np.flatnonzero(history.eligible)
    ranked = eligible[np.argsort(history.losses[eligible], kind="stable")].tolist()
    most = max(FEWEST_RIVALS, min(MOST_RIVALS, -(-len(ranked) // 2)))
    found: list[int] = []
    for number in ranked:
        losses = _fold_losses(history, number)
        if len(losses) == folds and all(map(np.isfinite, losses)):
            found.append(number)
            if len(found) == most:
                break
    return found


def _fold_losses(history: History, number: int) -> list[float]:
    scores = history.notes(number).get("details", {}).get("fold_scores", ())
    return [_sign(history) * float(score) for score in scores]


def _sign(history: History) -> float:
    return 1.0 if history.directions[0] == "minimize" else -1.0


def _variance(table: np.ndarray) -> float:
    """Of the difference of two trials, from fold to fold, pooled over losses (n, k)."""
    n, k = table.shape
    if n < FEWEST_RIVALS:  # a fold's own level counts as chance as well: too much rather than too little
        return float(2.0 * np.mean(np.var(table, axis=1, ddof=1)))
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    return float(2.0 * np.square(rest).sum() / ((n - 1) * (k - 1)))


def _by_discrimination(table: np.ndarray) -> np.ndarray:
    """Folds by how closely their losses (n, k) follow the mean over the others, the closest first."""
    k = table.shape[1]
    centred = table - table.mean(axis=0)
    others = (centred.sum(axis=1, keepdims=True) - centred) / (k - 1)
    scale = np.sqrt(np.square(centred).sum(axis=0) * np.square(others).sum(axis=0))
    follows = np.divide((centred * others).sum(axis=0), scale, out=np.zeros(k), where=scale > 0.0)
    # Rounded, so that the last digits of a sum decide on nothing.
    return np.argsort(-np.round(follows, 9), kind="stable")
