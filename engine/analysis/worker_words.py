"""What is said of the workers of a run: one by one where they are few, computer by computer where they are many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from engine.analysis.workers import WorkerSeen, WorkersSeen
from engine.trials import Curves
from engine.wording import counted, listed

FEW = 2  # workers that each have a line of their own (pages.md, additions to Live)
SOME = 8  # workers that are each named
NAMED = 4  # computers that are named where there are many workers
HERE = "this computer"
DOES = {"waiting": "waits for a place", "starting": "starts", "free": "free"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; one that is about a ``trial`` leads to it."""

    text: str
    trial: int | None = None


Line = tuple[Part, ...]


def worker_lines(seen: WorkersSeen, curves: Curves, step: str, now: float) -> tuple[Line, ...]:
    """What the workers do at ``now`` (seconds since 1970), with the name of a step of the inner loop; empty: none."""
    if len(seen.workers) <= FEW:
        return tuple(_line_of(one, curves, step, now) for one in seen.workers)
    if len(seen.workers) <= SOME:
        return (_line_of_some(seen),)
    return (_line_of_many(seen),)


def lost_words(seen: WorkersSeen) -> str:
    """Which workers were lost, the last of them with the reason; empty where none was."""
    if not seen.gone:
        return ""
    last = seen.gone[-1]
    where = f" on {last.computer}" if last.computer else ""
    others = f", the last of {len(seen.gone)}" if len(seen.gone) > 1 else ""
    return f"Worker {last.number}{where} was lost{others}. {last.why}"


def _line_of(one: WorkerSeen, curves: Curves, step: str, now: float) -> Line:
    name = f"worker {one.number}" + (f" on {one.computer}" if one.computer else "")
    since = f" · {_seconds(max(0.0, now - one.since))}"
    if not one.trials:
        return (Part(f"{name}: {DOES[one.state]}{since if one.state != 'free' else ''}"),)
    parts = [Part(f"{name}: ")]
    for place, number in enumerate(one.trials[:SOME]):
        parts += [Part(", ")] * bool(place) + [Part(f"trial {number}", number)]
    more = f" and {len(one.trials) - SOME} more" if len(one.trials) > SOME else ""
    at = _step_of(curves, one.trials[0], step) if len(one.trials) == 1 else ""
    return (*parts, Part(f"{more}{at}{since}"))


def _line_of_some(seen: WorkersSeen) -> Line:
    parts: list[Part] = []
    for computer in dict.fromkeys(one.computer for one in seen.workers):
        parts.append(Part(f"{' · ' if parts else ''}{computer or HERE}: "))
        for place, one in enumerate(one for one in seen.workers if one.computer == computer):
            parts += [Part(", ")] * bool(place)
            parts.append(Part(f"trial {one.trials[0]}", one.trials[0]) if one.trials else Part(DOES[one.state]))
    return tuple(parts)


def _line_of_many(seen: WorkersSeen) -> Line:
    training = [one for one in seen.workers if one.trials]
    text = f"{len(training):,} of {len(seen.workers):,} workers busy"
    there = Counter(one.computer for one in training)
    if there and list(there) != [""]:
        named = there.most_common(NAMED)
        words = [f"{count:,} on {name or HERE}" for name, count in named]
        if len(there) > NAMED:
            rest = len(training) - sum(count for _, count in named)
            words.append(f"{rest:,} on {counted(len(there) - NAMED, 'other computer')}")
        text += f": {listed(words)}"
    states: Counter[str] = Counter(one.state for one in seen.workers)
    idle = [f"{states[state]:,} {word}" for state, word in _IDLE.items() if states[state]]
    return (Part(" · ".join([text, *idle])),)


_IDLE = {"free": "free", "starting": "starting", "waiting": "waiting for a place"}


def _step_of(curves: Curves, number: int, step: str) -> str:
    if number not in curves or not len(curve := curves.get(number)):
        return ""
    fold = f"fold {int(curve.folds[-1]) + 1}, " if step and curve.folds.max() > 0 else ""
    return f" · {fold}{step or 'fold'} {int(curve.steps[-1])}"


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
