"""The workers of this computer: as many as a study says, as far as its cores, its memory and the trials left go.

A file may say anything; what opening and running it costs is what the machine has.
"""

from __future__ import annotations

import os

import psutil

from engine.execution.backend import Receive
from engine.execution.local import LocalWorker
from engine.objectives import handover
from engine.objectives.description import AnyObjective
from engine.runner.shared_folder import SharedFolder

FEWEST_CORES = 2  # to count on: a trial that waits for its disk lets another one compute
WORKER_BYTES = 250e6  # of a process with its libraries (about 125 MB) and a small table; a guess


def cores() -> int:
    """How many processes can compute at a time here."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(FEWEST_CORES, usable)


class LocalBackend:
    """Processes on this computer (:class:`engine.execution.backend.Backend`)."""

    def __init__(self) -> None:
        self._shared = SharedFolder()

    def start_worker(self, number: int, receive: Receive) -> LocalWorker:
        """A fresh process."""
        return LocalWorker(number, receive)

    def cache_folder(self, objective: AnyObjective) -> str:
        """One folder for the run; rows that were encoded when the definition was checked are in it at once."""
        handover.write_kept(objective, self._shared.path())
        return self._shared.path()

    def places(self, wanted: int) -> int:
        """As many as there are cores."""
        return max(1, min(wanted, cores()))

    def most_workers(self, wanted: int, needed: int | None, present: int) -> int:
        """As many as cores, memory and trials left allow; no worker more than there are trials is of use."""
        room = present + int(psutil.virtual_memory().available / WORKER_BYTES)
        count = min(self.places(wanted), max(1, room))
        return count if needed is None else min(count, max(0, needed))

    def close(self) -> None:
        """Remove what the workers shared."""
        self._shared.remove()
