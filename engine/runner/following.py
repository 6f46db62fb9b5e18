"""A live view of a study that another process writes: what changed in the file, told as events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine import store
from engine.errors import UserFault
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
from engine.objectives.consent import admitted, located
from engine.runner.notices import Notice, SetupSaved, StudyOpened
from engine.setup import StudySetup, replace
from engine.trials import Curve, Curves, History, State


class Follower:
    """Looks at the file again and again. Used by one thread."""

    def __init__(self, path: Path, holder: str) -> None:
        """``holder`` is the sentence that says who writes."""
        self.path, self.holder = path, holder
        self._reader = store.Reader(path)
        self._setup, self._seen, self._put_right = self._reader.study()
        self._steps: dict[int, int] = {}

    def opened(self) -> StudyOpened:
        """The study as it stands, for whoever looks on."""
        curves = Curves(self._reader.curves())
        for number in self._seen.where(State.RUNNING).tolist():
            self._steps[number] = len(curves.get(number))
        lines = tuple(self._reader.log(last=500))
        path = self._reader.path
        study = self._located(), self._seen.copy(), curves, lines
        admitted(self._setup.objective, path)
        return StudyOpened(path, *study, writable=False, holder=self.holder, put_right=self._put_right)

    def _located(self) -> StudySetup:
        setup: StudySetup = replace(self._setup, objective=located(self._setup.objective, self._reader.path))
        return setup

    def news(self) -> list[AnyEvent | Notice]:
        """What happened since the last look."""
        if not self._reader.changed():
            return []
        before, old = self._seen, self._setup
        self._setup, self._seen, _ = self._reader.study()
        edited: list[AnyEvent | Notice] = []
        if self._setup != old:
            admitted(self._setup.objective, self._reader.path)
            edited.append(SetupSaved(self._located()))
        return [*edited, *told(before, self._seen, self._new_steps)]

    def succeed(self) -> store.Writer | None:
        """The file opened for writing, where nobody writes it any more; this one has let go of it then.

        *None* while somebody writes it, also a third one who was quicker, or where nobody can.
        """
        if self._reader.is_written():
            return None
        try:
            writer = store.open_writer(self.path)
        except UserFault:
            return None
        self.close()
        return writer

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def _new_steps(self, number: int) -> Iterator[StepReported]:
        curve = self._reader.curve(number)
        yield from steps_of(curve, number, self._steps.get(number, 0))
        self._steps[number] = len(curve)


def steps_of(curve: Curve, number: int, first: int = 0) -> Iterator[StepReported]:
    """The reports of a curve from row ``first`` on."""
    for row in range(first, len(curve)):
        records = {name: float(curve.values(name)[row]) for name in curve.names}
        known = {name: value for name, value in records.items() if value == value}
        yield StepReported(number, int(curve.steps[row]), known, int(curve.folds[row]))


def told(before: History, after: History, steps: Callable[[int], Iterable[StepReported]]) -> Iterator[AnyEvent]:
    """The events that lead from one history of a study to a later one.

    ``steps`` is called with the number of every trial that ran meanwhile and gives its new reports.
    """
    if before.space != after.space:
        yield SpaceChanged(after.space.to_json(), 0.0)
    for number in range(len(after)):
        old = State(int(before.state[number])) if number < len(before) else None
        new = State(int(after.state[number]))
        if old is not None and old.is_finished:
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
        yield from steps(number)
        if new.is_finished:
            seconds = float(after.seconds[number])
            state: StateName = new.label  # type: ignore[assignment]
            ended = float(after.started[number]) + seconds
            asked = tuple(trial.params) if known.keys() - trial.params.keys() else None
            more = (trial.scores, trial.reason, trial.details, trial.constraints, asked)
            yield TrialEnded(number, state, ended, seconds, *more)
