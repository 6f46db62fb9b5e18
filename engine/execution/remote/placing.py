"""Which computer each worker of a run is started on: the one with the largest share of its places free."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass

from engine.execution.backend import Receive
from engine.execution.messages import BackendNoted
from engine.execution.remote.machine import Machine, RemoteWorker
from engine.execution.remote.remote_backend import NOBODY


@dataclass(slots=True)
class _Place:
    machine: Machine
    capacity: int

    @property
    def used(self) -> float:
        return len(self.machine.workers) / self.capacity

    @property
    def free(self) -> int:
        return self.capacity - len(self.machine.workers)


class Placing:
    """Machines come and go; workers for which there is no room wait in order. May be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._keys = itertools.count(1)
        self._places: dict[str, _Place] = {}
        self._waiting: list[RemoteWorker] = []
        self._listener: Receive | None = None
        self._capacities: dict[str, int] = {}  # of all computers that were ever there

    def start_worker(self, number: int, receive: Receive) -> RemoteWorker:
        """A worker that starts as soon as there is room."""
        worker = RemoteWorker(number, next(self._keys), receive, self._withdraw)
        with self._lock:
            self._listener = receive
            self._waiting.append(worker)
        self._place_waiting()
        return worker

    def add(self, machine: Machine, capacity: int) -> None:
        """A computer is there, with room for so many workers."""
        with self._lock:
            self._places[machine.name] = _Place(machine, capacity)
            self._capacities[machine.name] = capacity
        self._place_waiting()

    def remove(self, machine: Machine, reason: str) -> None:
        """A computer is gone; its workers are lost."""
        with self._lock:
            if self._places.get(machine.name, None) is not None and self._places[machine.name].machine is machine:
                del self._places[machine.name]
        machine.lose(reason)

    def capacity(self) -> int:
        """How many workers there is room for, on computers that are there or that are waited for."""
        with self._lock:
            return sum(self._capacities.values())

    def note(self, text: str, is_warning: bool = False) -> None:
        """Say something for the log of the study that runs."""
        listener = self._listener
        if listener is not None:
            listener(NOBODY, BackendNoted(text, is_warning))

    def _withdraw(self, key: int) -> None:
        with self._lock:
            self._waiting = [worker for worker in self._waiting if worker.key != key]
        self._place_waiting()

    def _place_waiting(self) -> None:
        with self._lock:
            while self._waiting:
                free = [place for place in self._places.values() if place.free > 0]
                if not free:
                    return
                place = min(free, key=lambda one: one.used)
                place.machine.start_worker(self._waiting.pop(0))
