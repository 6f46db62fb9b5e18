"""The worker processes of one run: started as many as wanted, given their data, watched, replaced, and ended."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.execution.job import Control, FromWorker, Prepare, RunTrial
from engine.execution.local import LocalWorker
from engine.objectives.description import AnyObjective

STOP_GRACE = 1.0  # seconds that a trial has to reach its next step before its worker is ended


@dataclass(slots=True)
class Assignment:
    """A worker's running trial: when it began and, where it is to end early, as what and by when (monotonic)."""

    number: int
    begun: float
    state: str = ""
    reason: str = ""
    deadline: float = float("inf")
    held_at: float | None = None


class Crew:
    """Not thread-safe: used by the runner's thread alone. ``receive`` is called from the workers' reader threads."""

    def __init__(self, receive: Callable[[int, FromWorker], None]) -> None:
        self._receive = receive
        self._workers: dict[int, LocalWorker] = {}
        self._made = 0
        self._objective: AnyObjective | None = None
        self._cache = ""
        self.assignments: dict[int, Assignment] = {}

    def __len__(self) -> int:
        return len(self._workers)

    def __contains__(self, worker: int) -> bool:
        return worker in self._workers

    def ensure(self, count: int, objective: AnyObjective) -> None:
        """Have ``count`` workers prepared for ``objective``; surplus ones without a trial are ended."""
        if objective != self._objective:
            self._objective = objective
            for worker in self._workers.values():
                worker.send(Prepare(objective, self._cache_folder()))
        for number in [n for n in self._workers if n not in self.assignments][: max(0, len(self._workers) - count)]:
            self._workers.pop(number).close(grace=0.0)
        while len(self._workers) < count:
            self._made += 1
            worker = LocalWorker(self._made, self._receive)
            self._workers[self._made] = worker
            worker.send(Prepare(objective, self._cache_folder()))

    def launch(self, worker: int, number: int, params: Mapping[str, Any], seed: int, state: bytes) -> None:
        """Give a worker a trial, from the start or from a kept state."""
        self.assignments[worker] = Assignment(number, time.monotonic())
        self._workers[worker].send(RunTrial(number, dict(params), seed, state))

    def hold(self, worker: int) -> None:
        """Let a trial wait at its next step."""
        self._workers[worker].send(Control("hold"))

    def held(self, worker: int) -> None:
        """The worker's trial waits; its clock stands still."""
        if worker in self.assignments:
            self.assignments[worker].held_at = time.monotonic()

    def go(self, worker: int) -> None:
        """Let a held trial go on."""
        item = self.assignments.get(worker)
        if item is not None and item.held_at is not None:
            item.begun += time.monotonic() - item.held_at
            item.held_at = None
        self._workers[worker].send(Control("go"))

    def end_trial(self, worker: int, state: str, reason: str) -> None:
        """End a trial at its next step as ``state``; a model without steps is ended with its worker soon after."""
        assignment = self.assignments[worker]
        if not assignment.state:
            assignment.state, assignment.reason = state, reason
            assignment.deadline = time.monotonic() + STOP_GRACE
            self._workers[worker].send(Control("stop"))

    def worker_of(self, number: int) -> int | None:
        """Which worker runs trial ``number``, if any."""
        return next((worker for worker, item in self.assignments.items() if item.number == number), None)

    def take_back(self, worker: int) -> Assignment | None:
        """The worker's trial is over."""
        return self.assignments.pop(worker, None)

    def forget(self, worker: int) -> None:
        """The worker's process is gone; tidy up after it."""
        gone = self._workers.pop(worker, None)
        if gone is not None:
            gone.close(grace=0.0)

    def overdue(self, seconds: float | None, megabytes: float | None) -> list[int]:
        """Workers whose trial is past its deadline, has taken too long, or holds too much memory."""
        now = time.monotonic()
        late = []
        for worker, item in self.assignments.items():
            if now <= item.deadline and not item.state:
                taken = now - item.begun
                if seconds is not None and item.held_at is None and taken > seconds:
                    item.state, item.reason = "failed", f"It took longer than {seconds:g} s."
                elif megabytes is not None and self._workers[worker].megabytes() > megabytes:
                    item.state, item.reason = "failed", f"It held more than {megabytes:g} MB of memory."
                else:
                    continue
                late.append(worker)
            elif now > item.deadline:
                late.append(worker)
        return late

    def kill(self, worker: int) -> None:
        """End a worker's process at once; the loss is received like any other."""
        self._workers[worker].kill()

    def close(self) -> None:
        """End every process and remove the shared files."""
        for worker in self._workers.values():
            if worker.number in self.assignments:
                worker.kill()
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()
        self.assignments.clear()
        if self._cache:
            shutil.rmtree(self._cache, ignore_errors=True)
            self._cache = ""

    def _cache_folder(self) -> str:
        if not self._cache:
            self._cache = tempfile.mkdtemp(prefix="twinloop-")
        return self._cache
