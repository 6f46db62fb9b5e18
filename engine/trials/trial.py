"""A trial's states, the one table of how they follow each other, and a frozen picture of one trial."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from engine.events import Source


class State(IntEnum):
    """Where a trial stands. The numbers are what columns hold; files hold the lower-case names."""

    WAITING = 0
    RUNNING = 1
    COMPLETE = 2
    PRUNED = 3
    FAILED = 4

    @property
    def label(self) -> str:
        """The name in files, on screen and on the command line."""
        return self.name.lower()

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the trial."""
        return self >= State.COMPLETE


MAY_FOLLOW: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RUNNING, State.FAILED}),
    State.RUNNING: frozenset({State.WAITING, State.COMPLETE, State.PRUNED, State.FAILED}),
    State.COMPLETE: frozenset(),
    State.PRUNED: frozenset(),
    State.FAILED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class FrozenTrial:
    """One trial as it stood when it was read.

    ``started`` is in seconds since 1970, ``seconds`` its duration; both are *None* while there is none.
    ``constraints`` are the values of the study's constraints that it reported; it is ``feasible`` when it is complete
    and none of the study's constraints is above 0.
    """

    number: int
    state: State
    params: dict[str, Any]
    scores: tuple[float, ...]
    started: float | None
    seconds: float | None
    source: Source
    reason: str = ""
    why: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    constraints: dict[str, float] = field(default_factory=dict)
    feasible: bool = False

    @property
    def score(self) -> float | None:
        """The (first) score, or *None* where there is none."""
        return self.scores[0] if self.scores else None
