"""The outer loop at a glance: every trial's score and the best one so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.trials import History, State

FEW = 10  # of so few scores every one is worth its place on an axis
MANY = 20_000  # of more scores than these, every other one (or third ...) tells the quartiles well enough (a guess)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a plot of score against trial shows.

    ``numbers``, ``states`` and ``scores`` (n,) hold every trial, scores NaN where there is none (yet). ``leaders``
    (m,) are the feasible trials that were the best when they ended in order of their number, ``records`` (m,) their
    scores. ``best`` is the last leader, *None* before the first feasible trial; ``since`` counts the finished trials
    after it.
    """

    numbers: Array
    states: Array
    scores: Array
    leaders: Array
    records: Array
    best: int | None
    since: int

    @property
    def best_score(self) -> float:
        """The best score; NaN where there is none."""
        return float(self.records[-1]) if len(self.records) else float("nan")

    @property
    def finished(self) -> int:
        """How many trials are over."""
        return int(np.count_nonzero(self.states >= State.COMPLETE))


def score_progress(history: History) -> Progress:
    """Score against trial, with the best-so-far line over the trials that may be best in the order of their numbers."""
    states, scores = history.state.copy(), history.score.copy()
    eligible = np.flatnonzero(history.eligible & np.isfinite(scores))
    losses = history.losses[eligible]
    before = np.concatenate([[np.inf], np.minimum.accumulate(losses)[:-1]]) if len(losses) else losses
    leaders = eligible[losses < before]
    best = int(leaders[-1]) if len(leaders) else None
    since = 0 if best is None else int(np.count_nonzero(states[best + 1 :] >= State.COMPLETE))
    return Progress(np.arange(len(history)), states, scores, leaders, scores[leaders], best, since)


def step_line(shown: Progress) -> tuple[Array, Array]:
    """Corners of the best-so-far line: it keeps a record until the next trial that beats it, and ends at the last."""
    if not len(shown.leaders):
        return np.zeros(0), np.zeros(0)
    last = max(float(np.max(np.flatnonzero(shown.states >= State.COMPLETE))), float(shown.leaders[-1]))
    x = np.repeat(np.append(shown.leaders.astype(float), last), 2)[1:-1]
    y = np.repeat(shown.records, 2)
    return (x, y[: len(x)]) if len(x) else (shown.leaders.astype(float), shown.records)


def best_so_far(shown: Progress, most: int) -> Array:
    """The best score (m,) after each trial from the first leader on; of more than ``most``, evenly spaced ones."""
    if not len(shown.leaders):
        return np.zeros(0)
    last = max(int(np.flatnonzero(shown.states >= State.COMPLETE)[-1]), int(shown.leaders[-1]))
    trials = np.arange(shown.leaders[0], last + 1)
    if len(trials) > most:
        trials = np.linspace(trials[0], last, most)
    return np.asarray(shown.records[np.searchsorted(shown.leaders, trials, side="right") - 1])


def robust_range(scores: Array, minimize: bool) -> tuple[float, float] | None:
    """The range of scores worth an axis: all of them, unless a few bad ones would flatten the rest.

    The good end is never cut. *None* where no score is finite.
    """
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        return None
    turned = finite if minimize else -finite
    low, high = float(turned.min()), float(turned.max())
    some = turned[:: 1 + len(turned) // MANY]
    quarter, middle, rest = (float(value) for value in np.quantile(some, [0.25, 0.5, 0.75]))
    # Tukey's fence, but never nearer to the best than the median is twice over.
    fence = max(rest + 1.5 * (rest - quarter), low + 2.0 * (middle - low))
    if len(turned) >= FEW and fence > low and high > low + 1.5 * (fence - low):
        high = float(turned[turned <= fence].max())
    return (low, high) if minimize else (-high, -low)
