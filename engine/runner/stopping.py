"""When a run is over: budget, time, target, patience, an exhausted sampler, or nothing but failures."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np

from engine.runner.scheduler import RunFacts
from engine.setup import Budget
from engine.trials import BY_HAND, History, State
from engine.wording import counted

MAX_FAILURES = 10  # trials of one run that fail, and nothing else, before it ends by itself
MOST_LETTERS = 300  # of a reason in a sentence

RECENT = 16  # trials by whose durations the next ones are judged
ENDLESS = 1 << 30  # more than any run has trials


class StoppingRules:
    """Looks at the history and the clock; ``failure`` is set where the run ends for a bad reason."""

    def __init__(self) -> None:
        self.exhausted = ""
        self.failure = ""
        self._begun = 0.0
        self._first = 0
        self._known: tuple[tuple[object, ...], RunFacts] | None = None  # by what they were worked out of

    def begin_run(self, history: History) -> None:
        """A run starts, or goes on after a pause."""
        self.exhausted, self.failure, self._known = "", "", None
        self._begun = time.monotonic()
        self._first = len(history.where(State.COMPLETE, State.PRUNED, State.FAILED))

    def give_up(self, reason: str) -> None:
        """End the run as failed."""
        self.failure = self.failure or reason

    def batch_limit(self, budget: Budget, history: History) -> int:
        """How many trials one worker may be given at once, so that all of them are busy to the end.

        Where the time is limited they must end in half of what is left of it, by what trials have taken so far.
        """
        left = self._trials_left(budget, history)
        most = ENDLESS if left is None else -(-left // max(1, budget.workers))
        if budget.seconds is not None and budget.seconds < np.inf:
            known = history.seconds[history.where(State.COMPLETE)][-RECENT:]
            known = known[(known >= 0) & (known < np.inf)]  # a stranger's file may say anything
            usual = float(np.mean(known)) if len(known) else float("inf")
            spare = 0.5 * (budget.seconds - (time.monotonic() - self._begun))
            most = min(most, int(spare / max(usual, 1e-9)))
        return max(1, most)

    def run_facts(self, budget: Budget, history: History) -> RunFacts:
        """What the scheduler must know now. It asks several times an event, so trials are looked at once a change."""
        key = budget, history, history.version, self.exhausted, self.failure
        if self._known is None or self._known[0] != key:
            self._known = key, self._look_at_trials(budget, history)
        facts = self._known[1]
        if not facts.stop_now and budget.seconds is not None and time.monotonic() - self._begun > budget.seconds:
            return RunFacts(facts.left, f"The time of {budget.seconds:g} s is used up.", stop_now=True)
        return facts

    def _look_at_trials(self, budget: Budget, history: History) -> RunFacts:
        left = self._trials_left(budget, history)
        if self.failure:
            return RunFacts(left, self.failure, stop_now=True)
        finished = int(np.count_nonzero(history.state >= State.COMPLETE))
        return RunFacts(left, self._stop_reason(budget, history, finished))

    @staticmethod
    def _trials_left(budget: Budget, history: History) -> int | None:
        """Trials that may still be started."""
        return None if budget.trials is None else budget.trials - int(np.sum(history.state >= State.RUNNING))

    def failed_end(self, history: History) -> str:
        """Why the run that ends now has failed, empty where it has not."""
        return self.failure or self.nothing_but_failures(history)

    def nothing_but_failures(self, history: History) -> str:
        """The sentence where every trial of this run that ended by itself failed, with the commonest reason."""
        ended = map(history.trial, np.flatnonzero(history.state >= State.COMPLETE)[self._first :].tolist())
        of_itself = [trial for trial in ended if trial.state != State.PRUNED or trial.reason != BY_HAND]
        if not of_itself or any(trial.state != State.FAILED for trial in of_itself):
            return ""
        reasons = [trial.reason for trial in of_itself]
        reason, count = Counter(reasons).most_common(1)[0]
        told = reason.splitlines()[0][:MOST_LETTERS] if reason else "no reason is known"
        total = len(reasons)
        if total == 1:
            return f"The only trial failed: {told}"
        every = "Both trials" if total == 2 else f"All {total:,} trials"
        return f"{every} of this run failed{'' if count == total else f', {count:,} of them'}: {told}"

    def _stop_reason(self, budget: Budget, history: History, finished: int) -> str:
        since = history.state[history.state >= State.COMPLETE][self._first :]
        if len(since) >= MAX_FAILURES and np.all(since == State.FAILED):
            self.failure = self.nothing_but_failures(history)
            if self.failure:
                return self.failure
        wants_best = budget.target is not None or budget.patience is not None
        best = history.best_number() if wants_best else None
        if budget.target is not None and best is not None:
            reached = history.losses[best] <= (budget.target if history.directions[0] == "minimize" else -budget.target)
            if reached:
                return f"Trial {best} reached the target score."
        if budget.patience is not None and best is not None and finished - best > budget.patience:
            return f"Nothing improved for {counted(budget.patience, 'trial')}."
        if budget.trials is not None and finished >= budget.trials:
            return "The only trial is done." if budget.trials == 1 else f"All {budget.trials} trials are done."
        return self.exhausted
