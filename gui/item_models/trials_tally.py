"""What a table of trials counts once and keeps: steps, last losses, the best trial, how far a running one is."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from engine.analysis import score_error
from engine.arrays import Array
from engine.trials import Curves, History, State


class TrialsTally:
    """Belongs to one model and one study. ``steps`` (n,) counts each trial's steps; ``best`` is the best trial.

    ``known`` is the size below which digits of a score mean nothing.
    """

    def __init__(self, history: History | None = None, curves: Curves | None = None) -> None:
        self._history = history
        self._curves = Curves() if curves is None else curves
        self.steps: Array = np.zeros(0, dtype=np.int64)
        self.best: int | None = None
        self.known: float | None = None
        self._longest = 0  # reports of the longest curve of a complete trial, by which a running one is measured
        self._losses: Array | None = None  # none was asked for yet
        self._stale: set[int] = set()  # trials whose last loss may be another one by now
        self.count()

    def count(self, only: Iterable[int] | None = None) -> None:
        """Count some trials anew, or all, and find the best one."""
        history = self._history
        if history is not None and only is None:
            self.steps = self._curves.last_steps(len(history))
            self._longest = max(self._longest, self._curves.longest(history.state == State.COMPLETE))
        else:
            self.follow()
        for number in only or ():
            self._stale.add(number)
            curve = self._curves.get(number)
            self.steps[number] = curve.last_step
            if history is not None and history.state[number] == State.COMPLETE:
                self._longest = max(self._longest, len(curve))
        self._find_best()

    def follow(self) -> None:
        """Have room for trials that began since; what they report is counted when it is told."""
        size, known = 0 if self._history is None else len(self._history), len(self.steps)
        if size > known:
            self.steps = np.concatenate([self.steps, np.zeros(size - known, dtype=np.int64)])

    def note_step(self, number: int, step: int) -> None:
        """A trial reported a step."""
        if number < len(self.steps):
            self._stale.add(number)
            self.steps[number] = max(int(self.steps[number]), step)

    def share(self, number: int) -> float:
        """How much of its training a running trial has behind it, NaN where nothing tells."""
        return len(self._curves.get(number)) / self._longest if self._longest else math.nan

    def losses(self) -> Array:
        """The last loss of every trial, worked out when it is first asked for; from then on only what is new."""
        size = len(self.steps)
        if self._losses is None:
            self._losses = self._curves.last_losses(size)
        else:
            if size > len(self._losses):
                self._losses = np.concatenate([self._losses, np.full(size - len(self._losses), np.nan)])
            for number in self._stale:
                self._losses[number] = self._curves.get(number).last_loss
        self._stale.clear()
        return self._losses

    def _find_best(self) -> None:
        history = self._history
        self.best = None if history is None else history.best_number()
        if history is not None and self.best is not None:
            trial = history.trial(self.best)
            self.known = score_error(history, self.best) or abs(trial.score or 0.0) * 2e-3 or None
