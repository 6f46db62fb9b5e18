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
class WorkerHeld:
    """A worker's trials wait at a step."""

    worker: int


@dataclass(frozen=True, slots=True)
class WorkerGone:
    """A worker's process is no more."""

    worker: int


@dataclass(frozen=True, slots=True)
class Look:
    """Nothing happened but time, or the facts changed."""


Input = Start | Pause | Stop | WorkerFree | WorkerHeld | WorkerGone | Look


@dataclass(frozen=True, slots=True)
class Launch:
    """Give the worker its next trial, or several that go together."""

    worker: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Let the worker's trials wait at their next step."""

    worker: int


@dataclass(frozen=True, slots=True)
class Go:
    """Let held trials go on."""

    worker: int


@dataclass(frozen=True, slots=True)
class EndTrial:
    """End the worker's trials; they count as failed."""

    worker: int


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Take its trials away from the worker; they wait for another run."""

    worker: int


Command = Launch | Hold | Go | EndTrial | Interrupt


@dataclass(frozen=True, slots=True)
class Facts:
    """What limits the run now: trials left to start (*None* is no limit), and a sentence where it should end.

    ``urgent`` says that running trials should not be waited for.
    """

    left: int | None = None
    verdict: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """The run as it stands: its phase, why, and its prepared workers by what they do."""

    phase: RunStateName = "idle"
    reason: str = ""
    free: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()


def advance(now: Schedule, what: Input, facts: Facts) -> tuple[Schedule, tuple[Command, ...]]:
    """The schedule after one input, and what is to be done. Every launched worker is busy in the result."""
    commands: list[Command] = []
    if isinstance(what, Start):
        now = replace(now, phase="running", reason="", busy=now.busy | now.held, held=frozenset())
        commands += [Go(worker) for worker in sorted(now.busy)]
    elif isinstance(what, Pause) and now.phase == "running":
        now = replace(now, phase="pausing")
        commands += [Hold(worker) for worker in sorted(now.busy)]
    elif isinstance(what, Stop) and now.phase in {"running", "pausing", "paused"}:
        now = replace(now, phase="stopping", busy=now.busy | now.held, held=frozenset(), reason="Stopped.")
        commands += [EndTrial(worker) for worker in sorted(now.busy)]
    elif isinstance(what, WorkerFree | WorkerHeld | WorkerGone):
        now = _place(now, what)
    return _settle(now, facts, commands)


def _place(now: Schedule, what: WorkerFree | WorkerHeld | WorkerGone) -> Schedule:
    one = frozenset({what.worker})
    free, busy, held = now.free - one, now.busy - one, now.held - one
    if isinstance(what, WorkerFree):
        free |= one
    elif isinstance(what, WorkerHeld):
        held |= one
    return replace(now, free=free, busy=busy, held=held)


def _settle(now: Schedule, facts: Facts, commands: list[Command]) -> tuple[Schedule, tuple[Command, ...]]:
    if now.phase == "pausing" and not now.busy:
        now = replace(now, phase="paused")
    if now.phase == "stopping" and not now.busy:
        now = replace(now, phase="ended")
    if now.phase != "running":
        return now, tuple(commands)
    if now.held:  # a hold that crossed with the press on Run
        commands += [Go(worker) for worker in sorted(now.held)]
        now = replace(now, busy=now.busy | now.held, held=frozenset())
    done = facts.verdict or (facts.left is not None and facts.left <= 0)
    if done and facts.urgent and now.busy:
        commands += [Interrupt(worker) for worker in sorted(now.busy)]
        return replace(now, phase="stopping", reason=facts.verdict), tuple(commands)
    if done and not now.busy:
        return replace(now, phase="ended", reason=facts.verdict), tuple(commands)
    if not done:
        launched = sorted(now.free)[: facts.left]
        commands += [Launch(worker) for worker in launched]
        now = replace(now, free=now.free - set(launched), busy=now.busy | set(launched))
    return now, tuple(commands)
