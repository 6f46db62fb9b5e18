"""What the surrogate learns from: points and scores, failures and pending trials of one history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.samplers.bayesian.removed_dimensions import RemovedDimensions
from engine.samplers.encoding import Encoding
from engine.trials import History, State

PRUNED_NOISE = 2.0  # a guess: at 5 a network on digits came within 0.03 of an earlier trial 11 times in 60, at 2 never


@dataclass(frozen=True, slots=True)
class Observations:
    """Trials in the order of their numbers. ``values`` (n, m) are the scores turned so that larger is
    better; ``sign`` turns the first back; ``numbers`` (n,) are the trials they belong to.

    ``noise_scale`` (n,) says how much less a row is to be believed; ``spread`` (n,) is the standard deviation of what
    some folds tell of the mean over all, 0 where all ran; ``outcomes`` are the points of all finished trials with
    labels, 1 for a score and -1 for a failure. ``constraints`` (n, k) are the constraints' values, NaN where none was
    told, ``violation`` (n,) by how much they are broken in all. ``is_legal`` (n,) says which configurations the
    present space allows, ``removed`` what the others had beside it (and for ``outcomes``); *None* where that is
    nothing. ``legal_points`` are those of all trials, whatever became of them.
    """

    numbers: np.ndarray
    sign: float
    points: np.ndarray
    values: np.ndarray
    noise_scale: np.ndarray
    spread: np.ndarray
    failed: np.ndarray
    pending: np.ndarray
    outcomes: tuple[np.ndarray, np.ndarray]
    constraints: np.ndarray
    violation: np.ndarray
    is_legal: np.ndarray
    removed: RemovedDimensions | None
    outcomes_removed: RemovedDimensions | None
    legal_points: np.ndarray

    @classmethod
    def of(cls, history: History, encoding: Encoding) -> Observations:
        """The trials of ``history``; scores that are not finite count as failures."""
        everything = encoding.points_of(history, np.arange(len(history)))
        reached, spread = history.estimates
        is_raced = np.isfinite(spread)
        values = reached * [-1.0 if direction == "minimize" else 1.0 for direction in history.directions]
        finite = np.isfinite(values).all(axis=1)
        complete = (history.state == State.COMPLETE) & finite
        pruned = (history.state == State.PRUNED) & finite
        failed = (history.state == State.FAILED) | ((history.state == State.COMPLETE) & ~finite)
        if complete.any():
            # A pruned trial is evidence of badness only: it never beats the middle of what ran to its end. One that ran
            # some of its folds is a worse measurement of the same thing.
            ranked, guessed = np.sort(values[complete], axis=0), pruned & ~is_raced
            values[guessed] = np.minimum(values[guessed], ranked[(len(ranked) - 1) // 2])
        good = complete | (pruned & complete.any())
        finished = good | failed
        pending = np.isin(history.state, (State.RUNNING, State.WAITING))
        legal = ~history.outside
        removed = RemovedDimensions.of(history, encoding)
        return cls(
            np.flatnonzero(good),
            -1.0 if history.directions[0] == "minimize" else 1.0,
            everything[good],
            values[good],
            np.where((pruned & ~is_raced)[good], PRUNED_NOISE, 1.0),
            np.where(is_raced, spread, 0.0)[good],
            everything[failed],
            everything[pending],
            (everything[finished], np.where(failed[finished], -1.0, 1.0)),
            np.array(history.constraints[good]),
            history.violation[good],
            legal[good],
            None if removed is None else removed[good],
            None if removed is None else removed[finished],
            everything[legal],
        )

    @property
    def feasible(self) -> np.ndarray:
        """Which rows keep every constraint, (n,) bool."""
        return np.asarray(self.violation == 0.0)

    @property
    def infeasible_in_a_row(self) -> int:
        """How many of the latest rows that told their constraints break one; 0 where all do."""
        judged = self.feasible[np.isfinite(self.violation)]
        kept = np.flatnonzero(judged)
        return len(judged) - 1 - int(kept[-1]) if len(kept) else 0

    @property
    def failures_in_a_row(self) -> int:
        """How many of the latest finished trials failed."""
        labels = self.outcomes[1]
        good = np.flatnonzero(labels > 0)
        return len(labels) - 1 - int(good[-1]) if len(good) else len(labels)
