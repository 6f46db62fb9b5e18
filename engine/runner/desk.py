"""What the runner does with each intent: one open study with its file, its tuner and the shift that works for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine import pruners, samplers, store
from engine.errors import Bug, UserFault
from engine.events import AnyEvent, SpaceChanged
from engine.execution.job import FromWorker
from engine.objectives.model_space import require_known
from engine.runner.consent import Consents, reach_of
from engine.runner.following import Follower
from engine.runner.notices import ConsentNeeded, Notice, Refused, Saved, SetupSaved, StudyOpened
from engine.runner.shift import Shift
from engine.setup import Budget, StudySetup
from engine.space import SearchSpace
from engine.trials import Curves
from engine.tuning import Tuner

FOLLOW_SECONDS = 0.5  # between looks at a file that another process writes
RETRY_SECONDS = 2.0  # between attempts to write what the disk would not take


class Desk:
    """Used by the runner's thread alone. What is to be heard is collected and handed out by :meth:`commit`."""

    def __init__(self, receive: Callable[[int, FromWorker], None]) -> None:
        self._outbox: list[AnyEvent | Notice] = []  # what is to be heard, in order
        self._unwritten: list[AnyEvent] = []  # the events among it that the file does not hold yet
        self._shift = Shift(receive, self._happened, self)
        self._consents = Consents()
        self._writer: store.Writer | None = None
        self._follower: Follower | None = None
        self._setup: StudySetup | None = None
        self._tuner: Tuner | None = None
        self._not_before = 0.0
        self._complaint = ""

    # -- intents -----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a study file for writing; where another process holds it, look on."""
        self._require_free()
        try:
            writer = store.open_writer(path)
        except store.Held as held:
            self._follower = Follower(path)
            self.say(self._follower.opened(str(held)))
            return
        self._adopt(writer)

    def create(self, path: Path, setup: StudySetup) -> None:
        """Make a new file for ``setup`` and open it. Whoever makes a study has chosen its table."""
        self._require_free()
        writer = store.create(path, setup.to_json(), setup.search_space())
        self._agree(setup, writer.path)
        self._adopt(writer)

    def edit(self, setup: StudySetup) -> None:
        """Keep a new definition and what follows from it; what trials were judged by stays as it is."""
        writer, before, tuner = self._open_study()
        if len(tuner.history) and _judged_by(setup) != _judged_by(before):
            raise UserFault(
                "The data, the model, the metric and the constraints stay as they are once there are trials.",
                "Save the study under another name, or make a new one.",
            )
        space = _new_space(setup, tuner)
        self._not_before = 0.0
        self._write()  # a space holds from the next trial on, so those before it come first
        if self._unwritten:
            raise UserFault("The study file cannot be written at the moment.", "Make room on its disk and try again.")
        event = None if space is None else SpaceChanged(space.to_json(), time.time())
        writer.set_setup(setup.to_json(), event)
        if setup.objective != before.objective:
            self._agree(setup, writer.path)
        self._setup = setup
        tuner.history.judge_by(setup.directions(tuner.history.directions), setup.constraints)
        if space is not None and event is not None:
            tuner.change_space(space, event.time)
            self._outbox.append(event)
        if self._shift.is_running:
            self._equip(setup, setup.budget)
        self.say(SetupSaved(setup))

    def warm(self) -> None:
        """Start the workers with the study's data, where that needs nobody's consent."""
        writer, setup, _ = self._open_study()
        if self._missing_consent(setup, writer.path) is None:
            self._equip(setup, setup.budget)
            self._shift.warm()

    def start(self, budget: Budget | None = None) -> None:
        """Run, or go on, within the study's budget or another one for this run alone."""
        writer, setup, _ = self._open_study()
        setup.search_space()
        require_known(setup.objective, setup.space)
        needed = self._missing_consent(setup, writer.path)
        if needed is not None:
            self.say(needed)
            return
        self._equip(setup, budget or setup.budget)
        self._shift.start()

    def allow(self) -> None:
        """The person agrees to what the open study wants to touch."""
        writer, setup, _ = self._open_study()
        self._agree(setup, writer.path)

    def pause(self) -> None:
        """Hold running trials."""
        if self._tuner is not None:
            self._shift.pause()

    def stop(self) -> None:
        """End running trials."""
        if self._tuner is not None:
            self._shift.stop()

    def stop_trial(self, number: int) -> None:
        """End one trial."""
        self._shift.stop_trial(number)

    def enqueue(self, params: Mapping[str, Any]) -> None:
        """Queue a configuration."""
        _, _, tuner = self._open_study()
        self._happened(tuner.enqueue(params, time.time()))

    def retry(self, number: int) -> None:
        """Queue a trial's configuration again."""
        _, _, tuner = self._open_study()
        self._happened(tuner.retry(number, time.time()))

    def save_as(self, path: Path) -> None:
        """Write a copy."""
        writer, setup, _ = self._open_study()
        writer.save_as(path, self._unwritten)
        if self._missing_consent(setup, writer.path) is None:
            self._agree(setup, path)
        self.say(Saved(path))

    def keep(self, number: int, step: int, state: bytes) -> None:
        """Keep the state of an unfinished trial; one that cannot be written is simply not kept."""
        self._write()  # the trial itself comes first
        if self._writer is not None and not self._unwritten:
            with suppress(UserFault):
                self._writer.put_checkpoint(number, step, state)

    def recall(self, number: int) -> bytes:
        """The kept state of a trial that was cut off, empty where there is none."""
        writer, _, _ = self._open_study()
        with suppress(UserFault), store.Reader(writer.path) as reader:
            found = reader.checkpoint(number)
            return found[1] if found is not None else b""
        return b""

    # -- what happens meanwhile --------------------------------------------------------------------------------------

    def receive(self, worker: int, message: FromWorker) -> None:
        """Handle one message of a worker."""
        if self._tuner is not None:
            self._shift.receive(worker, message)

    def look(self) -> None:
        """Whatever is due by the clock."""
        if self._follower is not None and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + FOLLOW_SECONDS
            self._outbox += self._follower.news()
        if self._tuner is not None:
            self._shift.look()

    def commit(self) -> tuple[object, ...]:
        """Make what happened durable, then hand it out; events that the disk will not take are kept and tried again."""
        self._write()
        kept = set(map(id, self._unwritten))
        batch = tuple(item for item in self._outbox if id(item) not in kept)
        self._outbox = list(self._unwritten)
        return batch

    def _write(self) -> None:
        if not self._unwritten and self._writer is not None and time.monotonic() >= self._not_before:
            with suppress(UserFault):  # a fault is told with the next event, which would meet it too
                self._writer.record(())  # points of curves that wait become due by the clock
        if self._unwritten and time.monotonic() >= self._not_before:
            assert self._writer is not None
            try:
                self._writer.record(self._unwritten)
            except UserFault as fault:
                self._not_before = time.monotonic() + RETRY_SECONDS
                self._complain(fault)
            else:
                self._unwritten.clear()
                self._complaint = ""

    def _happened(self, event: AnyEvent) -> None:
        self._outbox.append(event)
        self._unwritten.append(event)

    def say(self, notice: Notice) -> None:
        """Have a notice heard with the next batch."""
        self._outbox.append(notice)

    def close(self) -> tuple[object, ...]:
        """End the workers, put their trials back to wait, and close the file."""
        if self._follower is not None:
            self._follower.close()
        self._shift.close()
        if self._writer is None:
            return self.commit()
        self._not_before = 0.0
        batch = self.commit()
        try:
            self._writer.close()
        except UserFault as fault:
            batch = (*batch, Refused("close", fault.what, fault.remedy))
        self._writer = None
        return batch

    # -- the study ---------------------------------------------------------------------------------------------------

    def _complain(self, fault: UserFault) -> None:
        if self._complaint != str(fault):
            self._complaint = str(fault)
            self.say(Refused("write", fault.what, f"{fault.remedy} The results are kept and will be written."))
            self._shift.pause()

    def _adopt(self, writer: store.Writer) -> None:
        try:
            with store.Reader(writer.path) as reader:
                setup, history, _ = reader.study()
                curves = Curves(reader.curves())
                lines = tuple(reader.log(last=500))
        except UserFault:
            writer.close()
            raise
        self._writer, self._setup = writer, setup
        # The strategy proper is made when a run starts: a study whose sampler is not installed can be looked at.
        plain = samplers.make("random"), pruners.make("none")
        self._tuner = Tuner(history, curves, *plain, setup.strategy.seed, setup.budget.trials)
        self._shift.serve(self._tuner, setup.objective, setup.budget)
        self.say(StudyOpened(writer.path, setup, history.copy(), curves.copy(), lines, put_right=writer.put_right))

    def _equip(self, setup: StudySetup, budget: Budget) -> None:
        _, _, tuner = self._open_study()
        tuner.sampler, tuner.pruner = _strategy(setup)
        tuner.seed, tuner.budget = setup.strategy.seed, budget.trials
        self._shift.serve(tuner, setup.objective, budget)

    def _missing_consent(self, setup: StudySetup, path: Path) -> ConsentNeeded | None:
        reach = reach_of(setup.objective, path)
        return None if reach is None or self._consents.has(reach.key) else ConsentNeeded(reach.what)

    def _agree(self, setup: StudySetup, path: Path) -> None:
        reach = reach_of(setup.objective, path)
        if reach is not None:
            self._consents.give(reach)

    def _require_free(self) -> None:
        if self._writer is not None or self._follower is not None:
            raise Bug("a runner opens one study")

    def _open_study(self) -> tuple[store.Writer, StudySetup, Tuner]:
        if self._writer is None or self._setup is None or self._tuner is None:
            raise UserFault("No study is open for writing.", "Open one first.")
        return self._writer, self._setup, self._tuner


def _judged_by(setup: StudySetup) -> tuple[object, ...]:
    """What trials cannot do without once they exist."""
    return setup.objective, setup.direction, setup.constraints


def _new_space(setup: StudySetup, tuner: Tuner) -> SearchSpace | None:
    """The space of a definition where trials are drawn from another one now."""
    try:
        space = setup.search_space()
    except UserFault:
        return None  # a half-finished row is kept; Run says what is missing
    return space if space != tuner.history.space else None


def _strategy(setup: StudySetup) -> tuple[samplers.Sampler, pruners.Pruner]:
    strategy = setup.strategy
    return samplers.make(strategy.sampler, strategy.options), pruners.make(strategy.pruner, strategy.pruner_options)
