"""A live view of a study that another process writes: what changed in the file, told as events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine import store
from engine.errors import UserFault
from engine.events import AnyEvent, RunStateChanged, StepReported
from engine.objectives.permissions import check_permission, with_absolute_path
from engine.runner.continuing import may_become
from engine.runner.door import Caller
from engine.runner.intents import SessionIntent, StartRun
from engine.runner.replies import Reply, SetupSaved, StudyOpened
from engine.setup import StudySetup, replace
from engine.trials import Curves, State
from engine.trials.replay import events_between, reports_of


class Follower:
    """Looks at the file again and again. Used by one thread."""

    def __init__(self, path: Path, holder: str) -> None:
        """``holder`` is the sentence that says who writes."""
        self.path, self.holder = path, holder
        self._reader = store.Reader(path)
        self._setup, self._seen, self._put_right = self._reader.study()
        self._steps: dict[int, int] = {}
        self.caller = Caller(path)
        self._run_state: RunStateChanged | None = None

    def can_ask(self, intent: SessionIntent) -> bool:
        """Whether that makes sense to whoever drives the run: only one that is paused goes on."""
        state = "idle" if self._run_state is None else self._run_state.state
        return state in {"pausing", "paused"} or not isinstance(intent, StartRun)

    def describe_study(self) -> StudyOpened:
        """The study as it stands, for whoever looks on."""
        curves = Curves(self._reader.curves())
        for number in self._seen.where(State.RUNNING).tolist():
            self._steps[number] = len(curves.get(number))
        lines = tuple(self._reader.log(last=500))
        path = self._reader.path
        study = self._located_setup(), self._seen.copy(), curves, lines
        check_permission(self._setup.objective, path)
        return StudyOpened(path, *study, writable=False, holder=self.holder, put_right=self._put_right)

    def _located_setup(self) -> StudySetup:
        setup: StudySetup = replace(self._setup, objective=with_absolute_path(self._setup.objective, self._reader.path))
        return setup

    def read_changes(self) -> list[AnyEvent | Reply]:
        """What happened since the last look, and what of that which was asked for was refused."""
        return [*self.caller.take_refusals(), *self._read_file()]

    def _read_file(self) -> list[AnyEvent | Reply]:
        is_first = self._run_state is None
        if not self._reader.changed() and not is_first:
            return []
        before, old = self._seen, self._setup
        self._setup, self._seen, self._put_right = self._reader.study()
        if not may_become(before, self._seen):  # another study was put in its place
            self._steps.clear()
            return [self.describe_study()]
        edited: list[AnyEvent | Reply] = []
        if self._setup != old:
            check_permission(self._setup.objective, self._reader.path)
            edited.append(SetupSaved(self._located_setup()))
        return [*edited, *events_between(before, self._seen, self._new_reports), *self._new_run_state()]

    def _new_run_state(self) -> list[RunStateChanged]:
        """The state of the run that somebody else drives, where it is another one now."""
        before, self._run_state = self._run_state, self._reader.run_state() or RunStateChanged("idle", 0.0)
        return [] if self._run_state == before else [self._run_state]

    def open_for_writing(self) -> store.Writer | None:
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

    def _new_reports(self, number: int) -> Iterator[StepReported]:
        curve = self._reader.curve(number)
        yield from reports_of(curve, number, self._steps.get(number, 0))
        self._steps[number] = len(curve)
