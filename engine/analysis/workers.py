"""The workers of a run as whoever looks on is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WorkerState = Literal["waiting", "starting", "free", "training"]
"""For a place, to be ready, for a trial, or none of these."""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """One worker, on a ``computer`` (empty: this one), and what it does ``since`` then (seconds since 1970)."""

    number: int
    computer: str
    state: WorkerState
    trials: tuple[int, ...]
    since: float


@dataclass(frozen=True, slots=True)
class WorkerGone:
    """A worker that was lost, in a sentence why, and when (seconds since 1970)."""

    number: int
    computer: str
    why: str
    time: float


@dataclass(frozen=True, slots=True)
class WorkersSeen:
    """All workers of the run as they are now, and the last ones that it lost."""

    workers: tuple[WorkerSeen, ...] = ()
    gone: tuple[WorkerGone, ...] = ()
