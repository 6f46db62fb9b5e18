"""What ending trials early saved, and whether it ended any that would have been good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.trials import BY_HAND, History, State
from engine.wording import counted

MOST = 2000  # of the newest trials, which are looked at: about a millisecond
GOOD = 0.25  # of the complete trials: those that pruning must not end (design: the top quarter)


@dataclass(frozen=True, slots=True)
class Pruning:
    """Of the newest :data:`MOST` trials ``pruned`` ended early, those that a person stopped aside.

    ``spared`` were to be pruned and ran to their end all the same, so that the harm is known; ``good`` of them are
    among the best quarter of complete trials, and ``has_best`` says whether the best one is. ``seconds`` are what was
    saved of the ``whole`` that the pruned ones would have taken, as complete ones do; *None* while nothing tells.
    """

    pruned: int
    spared: int
    good: int
    has_best: bool
    seconds: float | None
    whole: float | None


def pruning_of(history: History) -> Pruning:
    """Count what is known so far."""
    first = max(0, len(history) - MOST)
    ended = history.where(State.PRUNED)
    of_itself = [n for n in ended[ended >= first].tolist() if history.notes(n).get("reason") != BY_HAND]
    pruned, eligible = np.array(of_itself, dtype=int), np.flatnonzero(history.eligible)
    eligible = eligible[eligible >= first]
    ranked = eligible[np.argsort(history.losses[eligible], kind="stable")]
    best = set(ranked[: -(-len(ranked) // round(1.0 / GOOD))].tolist())
    spared = [n for n in ranked.tolist() if history.notes(n).get("details", {}).get("spared")]
    seconds, taken = _known(history.seconds[eligible]), _known(history.seconds[pruned])
    whole = float(np.median(seconds)) * len(taken) if len(seconds) and len(taken) else None
    saved = None if whole is None else max(0.0, whole - float(taken.sum()))
    return Pruning(
        len(pruned), len(spared), len(best & set(spared)), bool(spared) and spared[0] == ranked[0], saved, whole
    )


def pruning_words(found: Pruning) -> str:
    """Whether pruning was right, in a sentence; empty where nothing was pruned."""
    if not found.pruned and not found.spared:
        return ""
    if not found.spared:
        return "Not known yet: one in ten of the trials to be pruned runs to its end to tell; none has so far."
    were = f"{counted(found.spared, 'trial')} {'was' if found.spared == 1 else 'were'} to be pruned and ran to the end"
    if found.has_best:
        return f"No: {were}, and one of them is the best." if found.spared > 1 else f"No: {were}, and is the best."
    if found.good:
        which = "it is" if found.spared == 1 else "1 is" if found.good == 1 else f"{found.good} are"
        return f"Not always: {were}; {which} among the best quarter."
    which = "it is not" if found.spared == 1 else "none is"
    return f"So far: {were}; {which} among the best quarter."


def _known(seconds: np.ndarray) -> np.ndarray:
    return np.asarray(seconds[np.isfinite(seconds) & (seconds >= 0.0)])
