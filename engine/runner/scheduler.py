"""What the run does next, as a pure function: no clock, no thread, no process.

A worker may run several trials as one computation; for the schedule it is busy until the last of them is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.events import RunStateName


@dataclass(frozen=True, slots=True)
class Start:
    """Run was pressed."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause was pressed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop was pressed."""


@dataclass(frozen=True, slots=True)
class WorkerFree:
    """A worker has its data and no trial: just prepared, or its last one is over."""

    worker: int


@dataclass(frozen=True, slots=True)
class WorkerPaused:
    """A worker's trials wait at a step."""

    worker: int


@dataclass(frozen=True, slots=True)
class WorkerGone:
    """A worker's process is no more."""

    worker: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing happened but time, or the facts changed."""


Input = Start | Pause | Stop | WorkerFree | WorkerPaused | WorkerGone | Tick


@dataclass(frozen=True, slots=True)
class Launch:
    """Give the worker its next trial, or several that go together."""

    worker: int


@dataclass(frozen=True, slots=True)
class PauseTrials:
    """Pause the worker's trials at their next step."""

    worker: int


@dataclass(frozen=True, slots=True)
class ResumeTrials:
    """Let paused trials go on."""

    worker: int


@dataclass(frozen=True, slots=True)
class EndTrials:
    """End the worker's trials; they count as failed."""

    worker: int


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Take its trials away from the worker; they wait for another run."""

    worker: int


Command = Launch | PauseTrials | ResumeTrials | EndTrials | Interrupt


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What limits the run now: trials left to start (*None* is no limit), and a sentence where it should end.

    ``stop_now`` says that running trials should not be waited for.
    """

    left: int | None = None
    stop_reason: str = ""
    stop_now: bool = False


@dataclass(frozen=True, slots=True)
class RunSchedule:
    """The run as it stands: its phase, why, and its prepared workers by what they do."""

    phase: RunStateName = "idle"
    reason: str = ""
    free: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    paused: frozenset[int] = frozenset()


def advance(now: RunSchedule, what: Input, facts: RunFacts) -> tuple[RunSchedule, tuple[Command, ...]]:
    """The schedule after one input, and what is to be done. Every launched worker is busy in the result."""
    commands: list[Command] = []
    if isinstance(what, Start):
        now = replace(now, phase="running", reason="", busy=now.busy | now.paused, paused=frozenset())
        commands += [ResumeTrials(worker) for worker in sorted(now.busy)]
    elif isinstance(what, Pause) and now.phase == "running":
        now = replace(now, phase="pausing")
        commands += [PauseTrials(worker) for worker in sorted(now.busy)]
    elif isinstance(what, Stop) and now.phase in {"running", "pausing", "paused"}:
        now = replace(now, phase="stopping", busy=now.busy | now.paused, paused=frozenset(), reason="Stopped.")
        commands += [EndTrials(worker) for worker in sorted(now.busy)]
    elif isinstance(what, WorkerFree | WorkerPaused | WorkerGone):
        now = _place_worker(now, what)
    return _settle(now, facts, commands)


def _place_worker(now: RunSchedule, what: WorkerFree | WorkerPaused | WorkerGone) -> RunSchedule:
    one = frozenset({what.worker})
    free, busy, paused = now.free - one, now.busy - one, now.paused - one
    if isinstance(what, WorkerFree):
        free |= one
    elif isinstance(what, WorkerPaused):
        paused |= one
    return replace(now, free=free, busy=busy, paused=paused)


def _settle(now: RunSchedule, facts: RunFacts, commands: list[Command]) -> tuple[RunSchedule, tuple[Command, ...]]:
    if now.phase == "pausing" and not now.busy:
        now = replace(now, phase="paused")
    if now.phase == "stopping" and not now.busy:
        now = replace(now, phase="ended")
    if now.phase != "running":
        return now, tuple(commands)
    if now.paused:  # a pause that crossed with the press on Run
        commands += [ResumeTrials(worker) for worker in sorted(now.paused)]
        now = replace(now, busy=now.busy | now.paused, paused=frozenset())
    done = facts.stop_reason or (facts.left is not None and facts.left <= 0)
    if done and facts.stop_now and now.busy:
        commands += [Interrupt(worker) for worker in sorted(now.busy)]
        return replace(now, phase="stopping", reason=facts.stop_reason), tuple(commands)
    if done and not now.busy:
        return replace(now, phase="ended", reason=facts.stop_reason), tuple(commands)
    if not done:
        launched = sorted(now.free)[: facts.left]
        commands += [Launch(worker) for worker in launched]
        now = replace(now, free=now.free - set(launched), busy=now.busy | set(launched))
    return now, tuple(commands)
