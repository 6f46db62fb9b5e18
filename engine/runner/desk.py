"""What the runner does with each intent: one open study with its file, its tuner and the shift that works for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from engine import pruners, samplers, store
from engine.errors import Bug, UserFault
from engine.events import AnyEvent, Event, LogLine, RunStateChanged, SpaceChanged
from engine.execution.job import FromWorker
from engine.objectives import consent
from engine.objectives.description import TableObjective
from engine.objectives.model_space import require_known
from engine.runner.following import Follower
from engine.runner.notices import Allowed, ConsentNeeded, Notice, Refused, Saved, SetupSaved, StudyOpened
from engine.runner.outbox import RETRY_SECONDS, Outbox
from engine.runner.rescuing import close_or_rescue
from engine.runner.shift import Shift
from engine.setup import Budget, StudySetup, replace
from engine.space import SearchSpace
from engine.trials import Curves, State
from engine.tuning import Tuner

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 0.5  # between looks at a file that another process writes


class Desk:
    """Used by the runner's thread alone. What is to be heard is collected and handed out by :meth:`commit`."""

    def __init__(self, receive: Callable[[int, FromWorker], None]) -> None:
        self._receive = receive
        self._to_say: list[AnyEvent | Notice] = []  # in order; events only once the file holds them
        self._follower: Follower | None = None
        self._setup: StudySetup | None = None
        self._tuner: Tuner | None = None
        self._outbox: Outbox | None = None
        self._shift: Shift | None = None
        self._not_before = 0.0
        self._complaint = ""
        self._is_held = False  # whether the run pauses for a file that could not be written, and nobody else's wish
        self._begins_anew = False  # whether listeners are to be told the whole study once the file holds it

    # -- intents -----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a study file for writing; where another process holds it, look on."""
        self._require_free()
        try:
            self._take_over(partial(store.open_writer, path))
        except store.Held as held:
            self._follower = Follower(path, str(held))
            self.say(self._follower.opened())

    def create(self, path: Path, setup: StudySetup) -> None:
        """Make a new file for ``setup`` and open it. Whoever makes a study has chosen its table."""
        self._require_free()
        consent.allow(setup.objective, path)
        text, space = _portable(setup, path).to_json(), setup.search_space()
        self._take_over(partial(store.create, path, text, space))

    def edit(self, setup: StudySetup) -> None:
        """Keep a new definition and what follows from it; what trials were judged by stays as it is."""
        outbox, before, tuner = self._open_study()
        if len(tuner.history) and _judged_by(setup) != _judged_by(before):
            raise UserFault(
                "The data, the model, the metric and the constraints stay as they are once there are trials.",
                "Save the study under another name, or make a new one.",
            )
        space = _new_space(setup, tuner)
        event = None if space is None else SpaceChanged(space.to_json(), time.time())
        outbox.define(_portable(setup, outbox.place).to_json(), event)
        if setup.objective != before.objective:
            consent.allow(setup.objective, outbox.place)
        self._setup = setup
        outbox.defined()
        tuner.history.judge_by(setup.directions(tuner.history.directions), setup.constraints)
        tuner.history.exclude(setup.excluded)
        if event is not None:
            self._to_say.append(event)
        if self._open_shift().is_running:
            self._equip(setup, setup.budget)
        self.say(SetupSaved(setup))

    def warm(self) -> None:
        """Start the workers with the study's data, where that needs nobody's consent."""
        outbox, setup, _ = self._open_study()
        if consent.admitted(setup.objective, outbox.place) is None:
            self._equip(setup, setup.budget)
            self._open_shift().warm()

    def start(self, budget: Budget | None = None) -> None:
        """Run, or go on, within the study's budget or another one for this run alone."""
        outbox, setup, _ = self._open_study()
        setup.search_space()
        require_known(setup.objective, setup.space)
        needed = consent.admitted(setup.objective, outbox.place)
        if needed is not None:
            self.say(ConsentNeeded(needed.what))
            return
        self._equip(setup, budget or setup.budget)
        self._is_held = False
        outbox.press()
        self._open_shift().start()

    def allow(self) -> None:
        """The person agrees to what the open study wants to touch."""
        outbox, setup, _ = self._open_study()
        consent.allow(setup.objective, outbox.place)
        self.say(Allowed())

    def pause(self) -> None:
        """Hold running trials."""
        self._is_held = False
        if self._shift is not None:
            self._shift.pause()

    def stop(self) -> None:
        """End running trials."""
        self._is_held = False
        if self._shift is not None:
            self._shift.stop()

    def stop_trial(self, number: int) -> None:
        """End one trial."""
        self._open_shift().stop_trial(number)

    def enqueue(self, params: Mapping[str, Any]) -> None:
        """Queue a configuration."""
        _, _, tuner = self._open_study()
        tuner.enqueue(params, time.time())

    def retry(self, number: int) -> None:
        """Queue a trial's configuration again."""
        _, _, tuner = self._open_study()
        tuner.retry(number, time.time())

    def save_as(self, path: Path) -> None:
        """Write a copy."""
        outbox, setup, _ = self._open_study()
        is_allowed = consent.admitted(setup.objective, outbox.place) is None
        outbox.copy_to(path)
        if is_allowed:
            consent.allow(setup.objective, path)
        self.say(Saved(path))

    # -- what happens meanwhile --------------------------------------------------------------------------------------

    def receive(self, worker: int, message: FromWorker) -> None:
        """Handle one message of a worker."""
        if self._shift is not None:
            self._shift.receive(worker, message)

    def look(self) -> None:
        """Whatever is due by the clock."""
        if time.monotonic() < self._not_before:
            return
        if self._follower is not None:
            self._not_before = time.monotonic() + FOLLOW_SECONDS
            self._follow(self._follower)
        if self._shift is not None:
            self._shift.look()

    def commit(self) -> tuple[object, ...]:
        """Make what happened durable, then hand it out; what the disk will not take is kept and tried again."""
        outbox = self._outbox
        if outbox is None:
            return self._said(everything=True)
        if not outbox.is_empty and not outbox.rests:
            self._write(outbox)
        outbox.pass_on()
        if outbox.is_empty and self._begins_anew:
            states = [one for one in self._to_say if isinstance(one, RunStateChanged)]
            self._to_say = [*self._notices(), self._opened(outbox), *states]
            self._begins_anew = False
        return self._said(everything=outbox.is_empty)

    def _write(self, outbox: Outbox) -> None:
        try:
            outbox.write()
        except store.Unwritten as fault:
            self._complain(fault)
            return
        self._complaint = ""
        if self._is_held:
            self._is_held = False
            self._open_shift().resume()
            outbox.write()

    def say(self, notice: Notice) -> None:
        """Have a notice heard with the next batch."""
        self._to_say.append(notice)

    def recover(self, intent: str, error: Exception) -> tuple[object, ...]:
        """After a mistake of ours: everything is as if the study had just been opened, from what is in memory.

        The workers end and their trials wait. What memory holds goes to the file by comparison, then listeners are
        told the whole study. Gives what can be said at once.
        """
        self._not_before = time.monotonic() + RETRY_SECONDS
        if self._shift is not None and self._tuner is not None and self._outbox is not None:
            self._is_held, self._begins_anew = False, True
            before = self._shift
            self._shift = Shift(self._receive, self._tuner, self._outbox, self._happened, before.next_worker)
            before.abandon()
        self._put_back()
        if self._follower is not None:
            self._begins_anew = True
        what = f"Twinloop made a mistake here ({type(error).__name__}: {error})."
        if what != self._complaint or intent != "run":
            self._complaint = what
            self.say(Refused(intent, what, "The trials so far are safe; Run tries again.", is_mistake=True))
            if self._outbox is not None:
                self._happened(RunStateChanged("paused", time.time(), what, failed=True))
        return self._said(everything=False)

    def close(self) -> tuple[object, ...]:
        """End the workers, put their trials back to wait, and close the file, whatever goes wrong with any of it.

        Where the file does not take everything, all of the study goes to another one.
        """
        if self._follower is not None:
            self._follower.close()
        for step in (self._end_workers, self._put_back, self._close_file):
            self._surely(step)
        if self._shift is not None:
            self._shift.abandon()
        if self._outbox is not None:
            self._outbox.let_go()
        return self._said(everything=self._outbox is None or self._outbox.is_empty)

    def _surely(self, step: Callable[[], None]) -> None:
        """Carry out a step of the end, a second time where the first one is a mistake."""
        for attempt in range(2):
            try:
                step()
            except Exception as error:
                log.exception("closing: %s", step.__name__)
                what = f"Twinloop made a mistake here ({type(error).__name__}: {error})."
                if attempt:
                    self.say(Refused("close", what, "The trials so far are safe.", is_mistake=True, is_whole=False))
            else:
                return

    def _end_workers(self) -> None:
        if self._shift is not None:
            self._shift.close()

    def _put_back(self) -> None:
        """Let every trial that runs wait."""
        if self._tuner is not None:
            for number in self._tuner.history.where(State.RUNNING).tolist():
                self._tuner.interrupt(number, time.time(), "Interrupted.")

    def _close_file(self) -> None:
        refused = close_or_rescue(self._outbox) if self._outbox is not None else None
        if refused is not None:
            self.say(refused)

    # -- the study ---------------------------------------------------------------------------------------------------

    def _happened(self, event: AnyEvent) -> None:
        """Every event of the study comes through here: into memory, to the file, and to whoever listens."""
        assert self._outbox is not None, "something happened in no study"
        self._outbox.happen(event)
        self._to_say.append(event)

    def _notices(self) -> list[AnyEvent | Notice]:
        return [one for one in self._to_say if not isinstance(one, Event)]

    def _said(self, *, everything: bool) -> tuple[object, ...]:
        """Hand out what may be heard: notices at any time, events once the file holds everything."""
        batch = self._to_say if everything else self._notices()
        self._to_say = [] if everything else [one for one in self._to_say if isinstance(one, Event)]
        return tuple(batch)

    def _complain(self, fault: UserFault) -> None:
        if self._complaint != str(fault):
            self._complaint = str(fault)
            cause = fault.__cause__ if isinstance(fault.__cause__, UserFault) else fault  # without words for scripts
            is_gone = isinstance(cause, store.Gone)  # which says itself that nothing is lost
            remedy = cause.remedy if is_gone else f"{cause.remedy} The results are kept and will be written."
            self.say(Refused("write", fault.what, remedy, is_gone=is_gone))
        shift = self._open_shift()
        if shift.is_started:
            self._is_held = True
            shift.pause()

    def _follow(self, follower: Follower) -> None:
        if self._begins_anew:
            self._follower = Follower(follower.path, follower.holder)
            self.say(self._follower.opened())
            self._begins_anew = False
            return
        self._to_say += follower.news()
        self._take_over(follower.succeed)

    def _take_over(self, begin: Callable[[], store.Writer | None]) -> None:
        writer = begin()  # in here, so that no mistake comes between a writer and the one who closes it
        if writer is None:
            return
        try:
            self._follower = None
            self._adopt(writer)
        except BaseException:
            with suppress(UserFault):  # what is wrong with the file is told, and not what comes of it
                writer.close()
            raise

    def _adopt(self, writer: store.Writer) -> None:
        try:
            with store.Reader(writer.path) as reader:
                on_file, history, _ = reader.study()
                curves = Curves(reader.curves())
            setup = replace(on_file, objective=consent.located(on_file.objective, writer.path))
            outbox = Outbox(history, curves, self._setup_text, writer.path, writer, self._setup_at)
            # The strategy proper is made when a run starts: a study whose sampler is not installed can be looked at.
            plain = samplers.make("random"), pruners.make("none")
            tuner = Tuner(history, curves, *plain, setup.strategy.seed, setup.budget.trials, self._happened)
            shift = Shift(self._receive, tuner, outbox, self._happened)
            shift.serve(setup.objective, setup.budget)
            put_right = writer.put_right
            self._setup, self._tuner, self._outbox, self._shift = setup, tuner, outbox, shift
            self.say(self._opened(outbox, put_right))
        except BaseException:
            self._setup = self._tuner = self._outbox = self._shift = None
            raise

    def _opened(self, outbox: Outbox, put_right: tuple[str, ...] = ()) -> StudyOpened:
        """The whole study, for whoever listens."""
        _, setup, tuner = self._open_study()
        lines: tuple[LogLine, ...] = ()
        with suppress(UserFault), store.Reader(outbox.place) as reader:  # a study is shown without its log as well
            lines = tuple(reader.log(last=500))
        consent.admitted(setup.objective, outbox.place)
        study = setup, tuner.history.copy(), tuner.curves.copy(), lines
        return StudyOpened(outbox.place, *study, put_right=put_right)

    def _equip(self, setup: StudySetup, budget: Budget) -> None:
        _, _, tuner = self._open_study()
        tuner.sampler, tuner.pruner = _strategy(setup)
        tuner.seed, tuner.budget = setup.strategy.seed, budget.trials
        self._open_shift().serve(setup.objective, budget)

    def _require_free(self) -> None:
        if self._outbox is not None or self._follower is not None:
            raise Bug("a runner opens one study")

    def _setup_text(self) -> str:
        outbox, _, _ = self._open_study()
        return self._setup_at(outbox.place)

    def _setup_at(self, path: Path) -> str:
        """The study's definition as a file at ``path`` holds it."""
        assert self._setup is not None
        return _portable(self._setup, path).to_json()

    def _open_study(self) -> tuple[Outbox, StudySetup, Tuner]:
        if self._outbox is None or self._setup is None or self._tuner is None:
            raise UserFault("No study is open for writing.", "Open one first.")
        return self._outbox, self._setup, self._tuner

    def _open_shift(self) -> Shift:
        if self._shift is None:
            raise UserFault("No study is open for writing.", "Open one first.")
        return self._shift


def _portable(setup: StudySetup, path: Path) -> StudySetup:
    whole: StudySetup = replace(setup, objective=consent.portable(setup.objective, path))
    return whole


def _judged_by(setup: StudySetup) -> tuple[object, ...]:
    """What trials cannot do without once they exist. Where the table lies is not among it: its fingerprint is."""
    objective = setup.objective
    if isinstance(objective, TableObjective) and objective.fingerprint:
        objective = replace(objective, source="")
    return objective, setup.direction, setup.constraints


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
