"""How fast a study goes, for a forecast of the time that it still takes."""

from __future__ import annotations

import numpy as np

from engine.trials import History, State

_RECENT = 50  # trials that tell the pace of now: a guess
_RUNNING_COUNTS = 0.5  # of a trial that runs: on average half of it is over


def spread_of_pace(history: History, trials: int) -> float | None:
    """By which factor the time for so many more ``trials`` may differ: the standard deviation of its logarithm.

    It is that of their sum, and of the mean of the trials that it is told from. *None* before two have ended.
    """
    over = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
    seconds = history.seconds[over]
    known = seconds[np.isfinite(seconds) & (seconds >= 0.0)][-_RECENT:]
    mean = float(known.mean()) if len(known) > 1 else 0.0
    if mean <= 0.0 or trials < 1:
        return None
    return float(np.std(known, ddof=1) / mean * np.sqrt(1.0 / trials + 1.0 / len(known)))


def seconds_per_trial(history: History, now: float) -> float | None:
    """Seconds in which the study gets one trial further, *None* before any has ended. ``now`` is in seconds since 1970.

    It is the time in which any trial ran, over the number of trials that it took: so several workers, networks that are
    trained together, pauses between trials, and long ones that still run all count as what they are.
    """
    over = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
    known = over[np.isfinite(history.seconds[over]) & np.isfinite(history.started[over])][-_RECENT:]
    if not len(known):
        return None
    running = history.where(State.RUNNING)
    running = running[history.started[running] <= now]
    begun = np.concatenate([history.started[known], history.started[running]])
    ended = np.concatenate([history.started[known] + history.seconds[known], np.full(len(running), now)])
    order = np.argsort(begun, kind="stable")
    begun, ended = begun[order], ended[order]
    reached = np.maximum.accumulate(ended)
    gaps = np.maximum(0.0, begun[1:] - reached[:-1])  # in which nothing ran
    busy = float(reached[-1] - begun[0] - gaps.sum())
    return busy / (len(known) + _RUNNING_COUNTS * len(running))
