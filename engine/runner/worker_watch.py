"""What the workers of a run do, for whoever looks on: told when it has changed, and not too often."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Container

from engine.analysis.workers import WorkerGone, WorkerSeen, WorkersSeen, WorkerState
from engine.execution.messages import MachineLost, WorkerLost
from engine.runner.worker_pool import WorkerPool

TELL_SECONDS = 0.25  # between two answers, at least: with a thousand workers each is long; a guess
MOST_GONE = 20  # lost workers that are remembered


class WorkerWatch:
    """Used by the runner's thread alone."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers
        self._gone: deque[WorkerGone] = deque(maxlen=MOST_GONE)
        self._seen: dict[int, WorkerSeen] = {}
        self._told = WorkersSeen()
        self._not_before = 0.0

    def note_loss(self, worker: int, message: WorkerLost | MachineLost, now: float) -> None:
        """A worker is gone that was not to end. ``now`` is in seconds since 1970."""
        why = message.how() if isinstance(message, WorkerLost) else message.reason
        self._gone.append(WorkerGone(worker, self._workers.computer_of(worker) or "", why, now))

    def look(self, ready: Container[int], now: float) -> tuple[WorkersSeen, ...]:
        """What is to be told; nothing where it was told, or is to wait. ``ready`` workers have their data."""
        if time.monotonic() < self._not_before:
            return ()
        self._not_before = time.monotonic() + TELL_SECONDS
        self._seen = {worker: self._look_at(worker, ready, now) for worker in self._workers}
        seen = WorkersSeen(tuple(self._seen.values()), tuple(self._gone))
        if seen == self._told:
            return ()
        self._told = seen
        return (seen,)

    def _look_at(self, worker: int, ready: Container[int], now: float) -> WorkerSeen:
        batch, computer = self._workers.batches.get(worker), self._workers.computer_of(worker)
        trials = () if batch is None else tuple(trial.number for trial in batch)
        state: WorkerState = "starting" if computer is not None else "waiting"
        if trials:
            state = "training"
        elif worker in ready:
            state = "free"
        before = self._seen.get(worker)
        is_same = before is not None and (before.state, before.trials) == (state, trials)
        return WorkerSeen(worker, computer or "", state, trials, before.since if before and is_same else now)
