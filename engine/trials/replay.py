"""From histories back to events: what led from one state of a study to a later one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.events import (
    AnyEvent,
    ParamsAdded,
    SpaceChanged,
    StateName,
    StepReported,
    TrialEnded,
    TrialInterrupted,
    TrialQueued,
    TrialStarted,
)
from engine.trials.curves import Curve
from engine.trials.history import History
from engine.trials.trial import State


def reports_of(curve: Curve, number: int, first: int = 0) -> Iterator[StepReported]:
    """The reports of a curve from row ``first`` on."""
    for row in range(first, len(curve)):
        records = {name: float(curve.values(name)[row]) for name in curve.names}
        known = {name: value for name, value in records.items() if value == value}
        yield StepReported(number, int(curve.steps[row]), known, int(curve.folds[row]))


def events_between(
    before: History, after: History, reports: Callable[[int], Iterable[StepReported]]
) -> Iterator[AnyEvent]:
    """The events that lead from one history of a study to a later one.

    ``reports`` is called with the number of every trial that ran meanwhile and gives its new reports.
    """
    yield from after.changes[len(before.changes) :]
    if before.space != after.space:
        yield SpaceChanged(after.space.to_json(), 0.0)
    for number in range(len(after)):
        old = State(int(before.state[number])) if number < len(before) else None
        new = State(int(after.state[number]))
        if old is not None and old.is_finished():
            continue
        trial = after.trial(number)
        if old is None and new is State.WAITING:
            yield TrialQueued(number, trial.params, 0.0, trial.source, why=trial.why)
            continue
        known = trial.params if old is None else before.params(number)
        late = {name: value for name, value in trial.params.items() if name not in known}
        begins = new is not State.WAITING and old is not State.RUNNING
        if begins or (late and old is State.WAITING):
            yield TrialStarted(number, trial.params, float(after.started[number]), trial.source, why=trial.why)
        if late:
            yield ParamsAdded(number, late)
        if new is State.WAITING:
            if late or old is State.RUNNING:
                yield TrialInterrupted(number, 0.0)
            continue
        yield from reports(number)
        if new.is_finished():
            seconds = float(after.seconds[number])
            state: StateName = new.label  # type: ignore[assignment]
            ended = float(after.started[number]) + seconds
            asked = tuple(trial.params) if known.keys() - trial.params.keys() else None
            more = (trial.scores, trial.reason, trial.details, trial.constraints, asked)
            yield TrialEnded(number, state, ended, seconds, *more)
