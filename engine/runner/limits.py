"""When a run is over: budget, time, target, patience, an exhausted sampler, or nothing but failures."""

from __future__ import annotations

import time

import numpy as np

from engine.runner.scheduler import Facts
from engine.setup import Budget
from engine.trials import History, State

HOPELESS = 10  # trials of one run that fail, and nothing else, before it ends by itself


class RunLimits:
    """Looks at the history and the clock; ``failure`` is set where the run ends for a bad reason."""

    def __init__(self) -> None:
        self.exhausted = ""
        self.failure = ""
        self._begun = 0.0
        self._first = 0

    def begin(self, history: History) -> None:
        """A run starts, or goes on after a pause."""
        self.exhausted, self.failure = "", ""
        self._begun = time.monotonic()
        self._first = len(history.where(State.COMPLETE, State.PRUNED, State.FAILED))

    def give_up(self, reason: str) -> None:
        """End the run as failed."""
        self.failure = self.failure or reason

    def facts(self, budget: Budget, history: History) -> Facts:
        """What the scheduler must know now."""
        state = history.state
        finished = int(np.count_nonzero(state >= State.COMPLETE))
        left = None if budget.trials is None else budget.trials - finished - int(np.sum(state == State.RUNNING))
        if self.failure:
            return Facts(left, self.failure, urgent=True)
        if budget.seconds is not None and time.monotonic() - self._begun > budget.seconds:
            return Facts(left, f"The time of {budget.seconds:g} s is used up.", urgent=True)
        return Facts(left, self._verdict(budget, history, finished))

    def _verdict(self, budget: Budget, history: History, finished: int) -> str:
        since = history.state[history.state >= State.COMPLETE][self._first :]
        if len(since) >= HOPELESS and np.all(since == State.FAILED):
            self.failure = f"All {len(since)} trials of this run failed; the last reasons are in the table."
            return self.failure
        best = history.best_number()
        if budget.target is not None and best is not None:
            reached = history.losses[best] <= (budget.target if history.directions[0] == "minimize" else -budget.target)
            if reached:
                return f"Trial {best} reached the target score."
        if budget.patience is not None and best is not None and finished - best > budget.patience:
            return f"Nothing improved for {budget.patience} trials."
        if budget.trials is not None and finished >= budget.trials:
            return f"All {budget.trials} trials are done."
        return self.exhausted
