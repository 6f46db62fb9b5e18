"""The seam between a run and whatever trains its trials: processes on this computer, or on others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from engine.execution.messages import FromWorker, Message
from engine.objectives.description import AnyObjective

Receive = Callable[[int, FromWorker], None]
"""Takes what a worker says, with the worker's number; called from a thread of the backend's own."""


class RunningWorker(Protocol):
    """One process that trains trials, wherever it runs. Methods return at once, but for ``close`` and ``end``."""

    @property
    def number(self) -> int:
        """Which worker it is; the numbers of a run are never used again."""

    @property
    def computer(self) -> str | None:
        """The name of the computer that it is on, empty for this one; *None* while it waits for a place."""

    def send(self, message: Message) -> None:
        """Hand over a message, in order. Raises :class:`engine.execution.channel.Unsendable`."""

    def kill(self) -> None:
        """End the process at once; ``WorkerLost`` follows."""

    def megabytes(self) -> float:
        """How much memory the process held when that was last looked at; 0 when it is gone."""

    def ask_to_end(self) -> None:
        """Let the process end by itself; nothing is received from now on."""

    def end(self, grace: float) -> None:
        """Wait so many seconds for the end that was asked for, enforce it otherwise, and let go of everything."""


class Backend(Protocol):
    """Where the workers of a run are. Used by the runner's thread alone."""

    def start_worker(self, number: int, receive: Receive) -> RunningWorker:
        """Start a process; where no place is free, it starts as soon as there is one."""

    def cache_folder(self, objective: AnyObjective) -> str:
        """The folder through which workers of one computer share the arrays of an objective; empty: they have one."""

    def places(self, wanted: int) -> int:
        """How many of ``wanted`` workers can compute at a time; at least 1."""

    def most_workers(self, wanted: int, needed: int | None, present: int) -> int:
        """How many of ``wanted`` workers to have, where ``present`` ones are there already.

        ``needed`` trials run or are still to be started (*None*: no end is known).
        """

    def close(self) -> None:
        """Let go of everything; all workers have ended."""


MakeBackend = Callable[[], Backend]
"""Gives the backend of one run; returns at once."""


def close_together(workers: Iterable[RunningWorker], grace: float = 1.0) -> None:
    """End several workers at a time: all asked first, those killed that have not ended after ``grace`` seconds.

    Whatever goes wrong with one of them, the others end; then it is raised.
    """
    workers = list(workers)
    wrong: Exception | None = None
    for worker in workers:
        try:
            worker.ask_to_end()
        except Exception as error:  # noqa: BLE001 - it is killed below
            wrong = error
    patience = time.monotonic() + grace
    for worker in workers:
        try:
            worker.end(patience - time.monotonic())
        except Exception as error:  # noqa: BLE001 - raised once the others have ended
            wrong = error
            worker.kill()
    if wrong is not None:
        raise wrong
