"""The backend of a run whose workers are on other computers, whatever the way there is."""

from __future__ import annotations

from typing import Protocol

from engine.execution.backend import Receive
from engine.execution.remote.machine import RemoteWorker
from engine.objectives.description import AnyObjective

NOBODY = 0  # the number of no worker: what a backend says of itself


class Places(Protocol):
    """Room for workers on other computers."""

    def start_worker(self, number: int, receive: Receive) -> RemoteWorker:
        """A worker that starts as soon as there is room."""

    def capacity(self) -> int:
        """How many workers there is room for."""


class RemoteBackend:
    """The workers of one run on other computers (:class:`engine.execution.backend.Backend`)."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def start_worker(self, number: int, receive: Receive) -> RemoteWorker:
        """Start a process where there is room, now or later."""
        return self._places.start_worker(number, receive)

    def cache_folder(self, objective: AnyObjective) -> str:
        """Each computer has one of its own."""
        return ""

    def places(self, wanted: int) -> int:
        """As many as the computers have room for."""
        return max(1, min(wanted, self._places.capacity()))

    def most_workers(self, wanted: int, needed: int | None, present: int) -> int:
        """As many as there is room for, and trials left."""
        count = self.places(wanted)
        return count if needed is None else min(count, max(0, needed))

    def close(self) -> None:
        """The connection stays for other runs."""
