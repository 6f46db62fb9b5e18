"""A runner that runs nothing: it shows a prepared study and holds still, so that pictures can be taken."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.analysis.workers import WorkersSeen
from engine.events import FindingRecorded, RunStateChanged, RunStateName
from engine.setup import StudySetup
from engine.study import Closed, MakeBackend, Runner, StudyOpened

NO_WORKERS = WorkersSeen()
PATIENCE = 30.0  # seconds that opening the bundled study may take


@dataclass(frozen=True, slots=True)
class Still:
    """What a window is to show: a study as if it had just been opened, the state of its run, and its workers."""

    study: StudyOpened
    run_state: RunStateName = "idle"
    reason: str = ""
    workers: WorkersSeen = NO_WORKERS


class StillRunner:
    """Answers ``open`` with its still; has the methods of :class:`engine.study.Runner` and does nothing in them."""

    def __init__(self, still: Still, listener: Callable[[tuple[object, ...]], None]) -> None:
        self._still = still
        self._listener = listener

    def open(self, path: Path) -> None:
        """Show the still, whatever the path."""
        state = RunStateChanged(self._still.run_state, time.time(), self._still.reason)
        self._listener((self._still.study, state, self._still.workers))

    def close(self) -> None:
        """Say that it is over."""
        self._listener((Closed(),))

    def join(self, timeout: float | None = None) -> bool:
        """There is no thread to wait for."""
        return True

    def create(self, path: Path, setup: StudySetup) -> None:
        """Nothing."""

    def edit(self, setup: StudySetup) -> None:
        """Nothing."""

    def enqueue(self, params: Mapping[str, object]) -> None:
        """Nothing."""

    def move(self, backend: MakeBackend) -> None:
        """Nothing."""

    def stop_trial(self, number: int) -> None:
        """Nothing."""

    def retry(self, number: int) -> None:
        """Nothing."""

    def keep_finding(self, finding: FindingRecorded) -> None:
        """Nothing."""

    def save_as(self, path: Path) -> None:
        """Nothing."""

    def _nothing(self) -> None:
        """Nothing."""

    start = pause = resume = stop = warm = _nothing


def opened(path: Path) -> StudyOpened:
    """The study in a file, read by the engine's own runner, which is closed again."""
    said: queue.SimpleQueue[object] = queue.SimpleQueue()

    def listen(batch: tuple[object, ...]) -> None:
        for item in batch:
            said.put(item)

    runner = Runner(listen)
    runner.open(path)
    try:
        while not isinstance(item := said.get(timeout=PATIENCE), StudyOpened):
            pass
    finally:
        runner.close()
        runner.join(PATIENCE)
    return item
