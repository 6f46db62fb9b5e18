"""The processes of a confirmation."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from engine.confirming.messages import (
    BeginConfirming,
    FitFresh,
    FreshlyFitted,
    FromConfirmer,
    HoldoutOpened,
    OpenHoldout,
    ReadyToConfirm,
)
from engine.errors import UserFault
from engine.execution.backend import close_together
from engine.execution.local import LocalWorker
from engine.execution.messages import PrepareFailed, WorkerLost
from engine.judging.confirmation import FreshFit

LOOK_SECONDS = 0.1  # between looks at whether to stop
MOST_LOSSES = 3  # processes lost before a confirmation gives up
CONFIRMS = "engine.confirming.child"

Heard = FromConfirmer | WorkerLost


class ConfirmPool:
    """Processes that train, each with the table in memory; one that is lost costs its fit."""

    def __init__(self, begin: BeginConfirming, workers: int) -> None:
        self._begin, self._count = begin, max(1, workers)
        self._inbox: queue.SimpleQueue[tuple[int, Heard]] = queue.SimpleQueue()
        self._workers: dict[int, LocalWorker] = {}
        self._started = self._losses = 0

    def start(self, cancelled: Callable[[], bool]) -> ReadyToConfirm | None:
        """Have the table loaded; *None* where somebody cancelled meanwhile."""
        for _ in range(self._count):
            self._add()
        while not cancelled():
            for _, message in self._heard():
                if isinstance(message, ReadyToConfirm):
                    return message
                self._refuse(message)
        return None

    def train(self, wanted: Sequence[FitFresh], cancelled: Callable[[], bool]) -> Iterator[FreshFit]:
        """The fits as they are done, in any order."""
        waiting, running = deque(wanted), dict[int, FitFresh]()
        while (waiting or running) and not cancelled():
            for number, worker in self._workers.items():
                if waiting and number not in running:
                    running[number] = waiting.popleft()
                    worker.send(running[number])
            for number, message in self._heard():
                if isinstance(message, FreshlyFitted):
                    running.pop(number, None)
                    about = message.row, message.repeat, message.fold
                    yield FreshFit(*about, message.score, message.seconds, message.parameters, message.reason)
                elif isinstance(message, WorkerLost):
                    lost = running.pop(number, None)
                    self._replace(number)
                    if lost is not None:
                        reason = "The process that trained it ended."
                        yield FreshFit(lost.row, lost.repeat, lost.fold, None, 0.0, None, reason)
                else:
                    self._refuse(message)

    def open_holdout(self, rows: tuple[int, ...], cancelled: Callable[[], bool]) -> HoldoutOpened | None:
        """Judge rows on the holdout."""
        first = next(iter(self._workers.values()))
        first.send(OpenHoldout(rows))
        while not cancelled():
            for _, message in self._heard():
                if isinstance(message, HoldoutOpened):
                    return message
                self._refuse(message)
        return None

    def close(self) -> None:
        """End every process at once."""
        for one in self._workers.values():
            one.kill()
        close_together(self._workers.values(), grace=0.0)

    def _heard(self) -> list[tuple[int, Heard]]:
        try:
            return [self._inbox.get(timeout=LOOK_SECONDS)]
        except queue.Empty:
            return []

    def _add(self) -> None:
        number, self._started = self._started, self._started + 1
        worker = LocalWorker(number, self._receive, CONFIRMS, FromConfirmer, "confirm")
        self._workers[number] = worker
        worker.send(self._begin)

    def _replace(self, number: int) -> None:
        self._losses += 1
        if self._losses >= MOST_LOSSES:
            raise UserFault("The processes that confirm end by themselves.", "Close other programs.")
        self._workers.pop(number).close(grace=0.0)
        self._add()

    def _receive(self, number: int, message: Heard) -> None:
        self._inbox.put((number, message))

    @staticmethod
    def _refuse(message: Heard) -> None:
        if isinstance(message, PrepareFailed):
            raise UserFault(message.what, message.remedy)
        if isinstance(message, WorkerLost):
            raise UserFault("The process that confirms ended by itself.", "Close other programs, and try again.")
