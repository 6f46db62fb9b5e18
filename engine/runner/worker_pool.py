"""The worker processes of one run: started as many as wanted, given their data, watched, replaced, and ended."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from engine.execution.backend import Backend, Receive, RunningWorker, close_together
from engine.execution.channel import require_sendable
from engine.execution.messages import Answer, Control, Prepare, RunTogether, RunTrial
from engine.objectives.description import AnyObjective
from engine.runner.trial_batch import RunningTrial, TrialBatch

STOP_GRACE = 1.0  # seconds that a trial has to reach its next step before its worker is ended


class WorkerPool:
    """Not thread-safe: used by the runner's thread alone. ``receive`` is called from the workers' reader threads."""

    def __init__(self, receive: Receive, backend: Backend, first: int = 1) -> None:
        """``first`` is the number of the first worker."""
        self._receive = receive
        self._backend = backend
        self._workers: dict[int, RunningWorker] = {}
        self.next_number = first
        self._objective: AnyObjective | None = None
        self._cache = ""
        self.batches: dict[int, TrialBatch] = {}  # by worker; none where nothing runs

    def __len__(self) -> int:
        return len(self._workers)

    def __iter__(self) -> Iterator[int]:
        return iter(list(self._workers))

    def __contains__(self, worker: int) -> bool:
        return worker in self._workers

    def ensure_workers(self, count: int, objective: AnyObjective) -> None:
        """Have ``count`` workers prepared for ``objective``; surplus ones without a trial are ended.

        Raises :class:`engine.execution.channel.Unsendable` where it holds what no worker can be given.
        """
        if objective != self._objective:
            require_sendable(Prepare(objective, ""))
            self._objective = objective
            self._cache = self._backend.cache_folder(objective)
            for worker in self._workers.values():
                worker.send(Prepare(objective, self._cache))
        surplus = [n for n in self._workers if n not in self.batches][: max(0, len(self._workers) - count)]
        close_together([self._workers.pop(number) for number in surplus], grace=0.0)
        while len(self._workers) < count:
            number, self.next_number = self.next_number, self.next_number + 1
            worker = self._backend.start_worker(number, self._receive)
            self._workers[number] = worker
            worker.send(Prepare(objective, self._cache))

    def start_trials(self, worker: int, trials: Sequence[RunTrial]) -> None:
        """Give a worker a trial, or several of one stack key to run together."""
        self.batches[worker] = TrialBatch((trial.number for trial in trials), time.monotonic())
        self._workers[worker].send(trials[0] if len(trials) == 1 else RunTogether(tuple(trials)))

    def pause_trials(self, worker: int) -> None:
        """Let a worker's trials wait at their next step."""
        self._workers[worker].send(Control("pause"))

    def mark_paused(self, worker: int) -> None:
        """The worker's trials wait; their clock stands still."""
        if worker in self.batches:
            self.batches[worker].pause(time.monotonic())

    def resume_trials(self, worker: int) -> None:
        """Let paused trials go on."""
        if worker in self.batches:
            self.batches[worker].resume(time.monotonic())
        self._workers[worker].send(Control("resume"))

    def end_trial(self, worker: int, number: int, state: str, reason: str) -> None:
        """End a trial at its next step as ``state``; a model without steps is ended with its worker soon after."""
        if self.batches[worker].mark_ending(number, state, reason, time.monotonic() + STOP_GRACE):
            self._workers[worker].send(Control("stop", number))

    def end_trials(self, worker: int, state: str, reason: str) -> None:
        """End all trials of a worker."""
        for trial in self.batches[worker]:
            self.end_trial(worker, trial.number, state, reason)

    def answer(self, worker: int, answer: Answer) -> None:
        """Tell a worker's trial what it asked for."""
        self._workers[worker].send(answer)

    def find_trial(self, worker: int, number: int) -> RunningTrial | None:
        """A trial that the worker runs, *None* where it does not."""
        return self.batches[worker].get(number) if worker in self.batches else None

    def computer_of(self, worker: int) -> str | None:
        """The name of the computer that a worker is on, empty for this one; *None* where it has no place."""
        return self._workers[worker].computer if worker in self._workers else None

    def worker_of(self, number: int) -> int | None:
        """Which worker runs trial ``number``, if any."""
        return next((worker for worker, batch in self.batches.items() if batch.get(number)), None)

    def remove_trial(self, worker: int, number: int) -> RunningTrial | None:
        """A trial of the worker is over."""
        batch = self.batches.get(worker)
        if batch is None:
            return None
        trial = batch.remove(number, time.monotonic())
        if not len(batch):
            del self.batches[worker]
        return trial

    def discard_worker(self, worker: int) -> None:
        """The worker's process is gone; tidy up after it."""
        gone = self._workers.pop(worker, None)
        if gone is not None:
            close_together([gone], grace=0.0)

    def overdue_workers(self, seconds: float | None, megabytes: float | None) -> list[int]:
        """Workers to be ended: their trials are past their deadlines, or a lone one takes too long or too much memory.

        Of trials that run together, each that takes too long is told to end; where they hold too much memory, all wait
        again (their state is "waiting"), for nobody can tell which of them does.
        """
        now = time.monotonic()
        for worker, batch in self.batches.items():
            if seconds is not None and batch.seconds_each(now) > seconds:
                reason = f"It took longer than {seconds:g} s."
                if len(batch) > 1:
                    self.end_trials(worker, "failed", reason)
                self._end_at_once(batch, "failed", reason)
            elif megabytes is not None and self._workers[worker].megabytes() > megabytes:
                if len(batch) > 1:
                    self._end_at_once(batch, "waiting", f"Together they held more than {megabytes:g} MB of memory.")
                self._end_at_once(batch, "failed", f"It held more than {megabytes:g} MB of memory.")
        return [worker for worker, batch in self.batches.items() if batch.is_overdue(now)]

    @staticmethod
    def _end_at_once(batch: TrialBatch, state: str, reason: str) -> None:
        for trial in batch:
            batch.mark_ending(trial.number, state, reason, 0.0)

    def kill_worker(self, worker: int) -> None:
        """End a worker's process at once; the loss is received like any other."""
        self._workers[worker].kill()

    def close(self) -> None:
        """End every process."""
        for worker in self._workers.values():
            if worker.number in self.batches:
                worker.kill()
        close_together(self._workers.values())
        self._workers.clear()
        self.batches.clear()
        self._backend.close()

    def move(self, backend: Backend) -> None:
        """End every process; the next ones are started by ``backend``."""
        self.close()
        self._backend, self._objective = backend, None

    def abandon(self) -> None:
        """End every process at once, whatever else goes wrong."""
        workers, self._workers = self._workers, {}
        self.batches.clear()
        try:
            close_together(workers.values(), grace=0.0)
        finally:
            self._backend.close()
