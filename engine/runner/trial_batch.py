"""The trials that one worker runs at a time, as one computation where they are several, and what each has had of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ENDLESS = float("inf")


@dataclass(slots=True)
class RunningTrial:
    """A running trial and, where it is to end early, as what, why and by when (monotonic seconds).

    One that ``is_told`` is over as far as the study goes; its worker is to notice.
    """

    number: int
    state: str = ""
    reason: str = ""
    deadline: float = ENDLESS
    is_told: bool = False


class TrialBatch:
    """One or more trials with a shared clock: while n of them run, each has had an n-th of the worker's time.

    So limits of time mean for each about what they mean for a trial alone, which would take longer.
    """

    def __init__(self, numbers: Iterable[int], now: float) -> None:
        self._members = {number: RunningTrial(number) for number in numbers}
        self._seconds_each, self._read = 0.0, now
        self._is_paused = False

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[RunningTrial]:
        return iter(list(self._members.values()))

    def get(self, number: int) -> RunningTrial | None:
        """A trial that still runs, if it is of this batch."""
        return self._members.get(number)

    def seconds_each(self, now: float) -> float:
        """Seconds that every running trial has had."""
        if not self._is_paused:
            self._seconds_each += (now - self._read) / max(1, len(self._members))
        self._read = now
        return self._seconds_each

    def pause(self, now: float) -> None:
        """The trials wait; their clock stands still."""
        self.seconds_each(now)
        self._is_paused = True

    def resume(self, now: float) -> None:
        """The trials go on."""
        self.seconds_each(now)
        self._is_paused = False

    def remove(self, number: int, now: float) -> RunningTrial | None:
        """A trial is over; the others share what follows."""
        self.seconds_each(now)
        return self._members.pop(number, None)

    def mark_ending(self, number: int, state: str, reason: str, deadline: float) -> bool:
        """Note that a trial is to end; whether that is news."""
        trial = self._members.get(number)
        if trial is None or trial.state:
            return False
        trial.state, trial.reason, trial.deadline = state, reason, deadline
        return True

    def is_overdue(self, now: float) -> bool:
        """Whether every running trial was told to end and had its time to do so: then the worker itself must end."""
        return all(now > trial.deadline for trial in self._members.values())
