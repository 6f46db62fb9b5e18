"""What the runner does with each intent: one open study with its file, its tuner and the run that works for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from engine import pruners, samplers, store
from engine.errors import Bug, UserFault
from engine.events import AnyEvent, Author, Event, LogLine, RunStateChanged
from engine.execution.backend import MakeBackend, Receive
from engine.execution.messages import FromWorker
from engine.objectives import permissions
from engine.objectives.code_files import with_present_version
from engine.objectives.description import CodeObjective
from engine.objectives.model_space import require_known
from engine.runner.archive import Archive
from engine.runner.definition import (
    edit_events,
    edited_budget,
    fold_rule,
    make_strategy,
    portable,
    portfolio_of,
    require_same_judging,
    require_same_objective,
)
from engine.runner.discovery import is_open, keep_found
from engine.runner.door import Door
from engine.runner.follower import Follower
from engine.runner.growth import StudyGrowth
from engine.runner.intents import Intent
from engine.runner.local_backend import LocalBackend
from engine.runner.outbox import RETRY_SECONDS, Outbox
from engine.runner.replies import PermissionGranted, PermissionNeeded, Rejected, Reply, Saved, SetupSaved, StudyOpened
from engine.runner.rescuing import attempt_twice, close_or_rescue
from engine.runner.run import Run
from engine.setup import Budget, StudySetup, replace
from engine.trials import Curves, State
from engine.tuning import Tuner

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 0.5  # between looks at a file that another process writes


class StudySession(StudyGrowth):
    """Used by the runner's thread alone. What is to be heard is collected and handed out by :meth:`flush`."""

    def __init__(self, receive: Receive, author: Author = "window", backend: MakeBackend = LocalBackend) -> None:
        """``author`` is by which door changes come in, ``backend`` where the workers of a run are."""
        self._receive = receive
        self._make_backend = backend
        self.author: Author = author
        self.door: Door | None = None
        self._unsent: list[AnyEvent | Reply] = []  # in order; events only once the file holds them
        self.follower: Follower | None = None
        self._setup: StudySetup | None = None
        self._tuner: Tuner | None = None
        self._outbox: Outbox | None = None
        self._run: Run | None = None
        self._budget = Budget()  # of the run that was started last
        self._not_before = 0.0
        self._complaint = ""
        self._pauses_for_file = False  # whether the run pauses for a file that could not be written
        self._begins_anew = False  # whether listeners are to be told the whole study once the file holds it

    # -- intents -----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a study file for writing; where another process holds it, look on."""
        self._require_free()
        try:
            self._open_with(partial(store.open_writer, path))
        except store.LockedByOther as fault:
            self.follower = Follower(path, str(fault))
            self.reply(self.follower.describe_study())

    def create(self, path: Path, setup: StudySetup) -> None:
        """Make a new file for ``setup`` and open it. Whoever makes a study has chosen its table."""
        self._require_free()
        permissions.grant_chosen_table(setup.objective, path)
        text, space = portable(setup, path).to_json(), setup.search_space()
        self._open_with(partial(store.create, path, text, space))

    def edit(self, setup: StudySetup, author: Author | None = None) -> None:
        """Keep a new definition and what follows from it; with an ``author`` another process asks for it."""
        outbox, before, tuner = self._require_study()
        setup = keep_found(setup, before)
        if author is not None:
            require_same_objective(portable(before, outbox.place), portable(setup, outbox.place))
        if len(tuner.history):
            require_same_judging(before, setup)
        events = edit_events(before, setup, tuner.history, time.time(), author or self.author)
        outbox.set_definition(portable(setup, outbox.place).to_json(), *events)
        if setup.objective != before.objective:
            permissions.grant_chosen_table(setup.objective, outbox.place)
        self._setup = setup
        outbox.confirm_definition()
        tuner.history.judge_by(setup.directions(tuner.history.directions), setup.constraints)
        tuner.history.exclude(setup.excluded)
        tuner.wishes = tuple(setup.wishes.values())
        self._unsent += events
        self._budget = edited_budget(self._budget, before.budget, setup.budget)
        if self._require_run().is_running:
            self._configure_run(setup, self._budget)
        self.reply(SetupSaved(setup))

    def warm(self) -> None:
        """Start the workers with the study's data, where that needs nobody's permission; code waits for Run."""
        outbox, setup, _ = self._require_study()
        if isinstance(setup.objective, CodeObjective):
            return
        if permissions.check_permission(setup.objective, outbox.place) is None:
            self._configure_run(setup, setup.budget)
            self._require_run().warm()

    def start(self, budget: Budget | None = None) -> None:
        """Run, or go on, within the study's budget or another one for this run alone."""
        outbox, setup, _ = self._require_study()
        setup.search_space()
        require_known(setup.objective, setup.space)
        permissions.require_text(setup.objective)
        if isinstance(setup.objective, CodeObjective):
            setup = self._note_version(setup, with_present_version(setup.objective))
        needed = permissions.check_permission(setup.objective, outbox.place)
        if needed is not None:
            self.reply(PermissionNeeded(needed.what))
            return
        self._budget = budget or setup.budget
        self._begin(Run.start)

    def resume(self) -> None:
        """Go on after a pause, within the same budget."""
        self._begin(Run.resume)

    def _begin(self, begin: Callable[[Run], None]) -> None:
        outbox, setup, _ = self._require_study()
        self._configure_run(setup, self._budget)
        self._pauses_for_file = False
        outbox.retry_now()
        begin(self._require_run())

    def grant_permission(self) -> None:
        """The person agrees to what the open study wants to touch."""
        outbox, setup, _ = self._require_study()
        permissions.grant_permission(setup.objective, outbox.place)
        self.reply(PermissionGranted())

    def move(self, backend: MakeBackend) -> None:
        """Have workers started by another backend from now on."""
        self._require_run().move(backend())
        self._make_backend = backend

    def pause(self) -> None:
        """Pause running trials."""
        self._pauses_for_file = False
        if self._run is not None:
            self._run.pause()

    def stop(self) -> None:
        """End running trials."""
        self._pauses_for_file = False
        if self._run is not None:
            self._run.stop()

    def stop_trial(self, number: int) -> None:
        """End one trial."""
        self._require_run().stop_trial(number)

    def save_as(self, path: Path) -> None:
        """Write a copy."""
        outbox, setup, _ = self._require_study()
        is_allowed = permissions.check_permission(setup.objective, outbox.place) is None
        outbox.copy_to(path)
        if is_allowed:
            permissions.grant_permission(setup.objective, path)
        self.reply(Saved(path))

    # -- what happens meanwhile --------------------------------------------------------------------------------------

    def receive(self, worker: int, message: FromWorker) -> None:
        """Handle one message of a worker."""
        if self._run is not None:
            self._run.receive(worker, message)

    def tick(self) -> None:
        """Whatever is due by the clock."""
        if time.monotonic() < self._not_before:
            return
        if self.follower is not None:
            self._not_before = time.monotonic() + FOLLOW_SECONDS
            self._follow_file(self.follower)
        if self._run is not None:
            self._unsent += self._run.tick()

    def flush(self) -> tuple[object, ...]:
        """Make what happened durable, then hand it out; what the disk will not take is kept and tried again."""
        outbox = self._outbox
        if outbox is None:
            return self._take_unsent(everything=True)
        if not outbox.is_empty and not outbox.is_resting:
            self._write_outbox(outbox)
        outbox.flush_steps()
        if outbox.is_empty and self._begins_anew:
            states = [one for one in self._unsent if isinstance(one, RunStateChanged)]
            self._unsent = [*self._unsent_replies(), self._whole_study(outbox), *states]
            self._begins_anew = False
        return self._take_unsent(everything=outbox.is_empty)

    def _write_outbox(self, outbox: Outbox) -> None:
        try:
            outbox.write()
        except store.Unwritten as fault:
            self._report_unwritten(fault)
            return
        self._complaint = ""
        if self._pauses_for_file:
            self._pauses_for_file = False
            self._require_run().resume()
            outbox.write()

    def reply(self, reply: Reply) -> None:
        """Have a reply heard with the next batch."""
        self._unsent.append(reply)

    def recover(self, intent: Intent | None, error: Exception) -> tuple[object, ...]:
        """After a mistake of ours: everything is as if the study had just been opened, from what is in memory.

        The workers end and their trials wait. What memory holds goes to the file by comparison, then listeners are
        told the whole study. Gives what can be said at once.
        """
        self._not_before = time.monotonic() + RETRY_SECONDS
        if self._run is not None and self._tuner is not None and self._outbox is not None:
            self._pauses_for_file, self._begins_anew = False, True
            before = self._run
            archive = Archive(self._outbox)
            parts = self._make_backend(), self._tuner, archive, self._record_event, before.next_worker
            self._run = Run(self._receive, *parts, discovery=self)
            before.abandon()
        self._interrupt_running()
        if self.follower is not None:
            self._begins_anew = True
        what = f"Internal error ({type(error).__name__}: {error})."
        if what != self._complaint or intent is not None:
            self._complaint = what
            remedy = "The trials so far are safe; Run tries again."
            self.reply(Rejected(None if intent is None else type(intent), what, remedy, is_mistake=True))
            if self._outbox is not None:
                self._record_event(RunStateChanged("paused", time.time(), what, failed=True))
        return self._take_unsent(everything=False)

    def close(self) -> tuple[object, ...]:
        """End the workers, put their trials back to wait, and close the file, whatever goes wrong with any of it.

        Where the file does not take everything, all of the study goes to another one.
        """
        if self.follower is not None:
            self.follower.close()
        for step in (self._end_workers, self._interrupt_running, self._close_file):
            attempt_twice(step, self.reply)
        if self._run is not None:
            self._run.abandon()
        if self._outbox is not None:
            self._outbox.release_file()
        return self._take_unsent(everything=self._outbox is None or self._outbox.is_empty)

    def _end_workers(self) -> None:
        if self._run is not None:
            self._run.close()

    def _interrupt_running(self) -> None:
        """Let every trial that runs wait."""
        if self._tuner is not None:
            for number in self._tuner.history.where(State.RUNNING).tolist():
                self._tuner.interrupt(number, time.time(), "Interrupted.")

    def _close_file(self) -> None:
        refused = close_or_rescue(self._outbox) if self._outbox is not None else None
        if refused is not None:
            self.reply(refused)

    # -- the study ---------------------------------------------------------------------------------------------------

    def _record_event(self, event: AnyEvent) -> None:
        """Every event of the study comes through here: into memory, to the file, and to whoever listens."""
        assert self._outbox is not None, "something happened in no study"
        self._outbox.add(event)
        self._unsent.append(event)

    def _unsent_replies(self) -> list[AnyEvent | Reply]:
        return [one for one in self._unsent if not isinstance(one, Event)]

    def _take_unsent(self, *, everything: bool) -> tuple[object, ...]:
        """Hand out what may be heard: replies at any time, events once the file holds everything."""
        batch = self._unsent if everything else self._unsent_replies()
        self._unsent = [] if everything else [one for one in self._unsent if isinstance(one, Event)]
        return tuple(batch)

    def _report_unwritten(self, fault: UserFault) -> None:
        if self._complaint != str(fault):
            self._complaint = str(fault)
            cause = fault.__cause__ if isinstance(fault.__cause__, UserFault) else fault  # without words for scripts
            is_gone = isinstance(cause, store.Gone)  # which says itself that nothing is lost
            remedy = cause.remedy if is_gone else f"{cause.remedy} The results are kept and will be written."
            self.reply(Rejected(None, fault.what, remedy, is_unwritten=True, is_gone=is_gone))
        run = self._require_run()
        if run.is_started:
            self._pauses_for_file = True
            run.pause()

    def _follow_file(self, follower: Follower) -> None:
        if self._begins_anew:
            self.follower = Follower(follower.path, follower.holder)
            self.reply(self.follower.describe_study())
            self._begins_anew = False
            return
        self._unsent += follower.read_changes()
        self._open_with(follower.open_for_writing)
        if self.follower is None:  # whoever drove the run is gone
            self._unsent.append(RunStateChanged("idle", time.time()))

    def _open_with(self, begin: Callable[[], store.Writer | None]) -> None:
        writer = begin()  # in here, so that no mistake comes between a writer and the one who closes it
        if writer is None:
            return
        try:
            self.follower = None
            self._adopt_writer(writer)
        except BaseException:
            with suppress(UserFault):  # what is wrong with the file is told, and not what comes of it
                writer.close()
            raise

    def _adopt_writer(self, writer: store.Writer) -> None:
        try:
            with store.Reader(writer.path) as reader:
                on_file, history, _ = reader.study()
                curves = Curves(reader.curves())
            setup = replace(on_file, objective=permissions.with_absolute_path(on_file.objective, writer.path))
            outbox = Outbox(history, curves, self._setup_text, writer.path, writer, self._setup_at)
            # The strategy proper is made when a run starts: a study whose sampler is not installed can be looked at.
            plain = samplers.make("random"), pruners.make("none")
            tuner = Tuner(history, curves, *plain, setup.strategy.seed, setup.budget.trials, self._record_event)
            tuner.wishes = tuple(setup.wishes.values())
            parts = self._make_backend(), tuner, Archive(outbox), self._record_event
            run = Run(self._receive, *parts, discovery=self)
            run.configure(setup.objective, setup.budget)
            put_right = writer.put_right
            self._setup, self._tuner, self._outbox, self._run = setup, tuner, outbox, run
            self._budget, self.door = setup.budget, Door(outbox)
            self.reply(self._whole_study(outbox, put_right))
        except BaseException:
            self._setup = self._tuner = self._outbox = self._run = None
            raise

    def _whole_study(self, outbox: Outbox, put_right: tuple[str, ...] = ()) -> StudyOpened:
        """The whole study, for whoever listens."""
        _, setup, tuner = self._require_study()
        lines: tuple[LogLine, ...] = ()
        with suppress(UserFault), store.Reader(outbox.place) as reader:  # a study is shown without its log as well
            lines = tuple(reader.log(last=500))
        permissions.check_permission(setup.objective, outbox.place)
        study = setup, tuner.history.copy(), tuner.curves.copy(), lines
        return StudyOpened(outbox.place, *study, put_right=put_right)

    def _configure_run(self, setup: StudySetup, budget: Budget) -> None:
        _, _, tuner = self._require_study()
        tuner.sampler, tuner.pruner = make_strategy(setup)
        tuner.portfolio, (tuner.folds, tuner.fold_rule) = portfolio_of(setup), fold_rule(setup)
        tuner.seed, tuner.budget = setup.strategy.seed, budget.trials
        tuner.discovered, tuner.repeats = (setup.discovered if is_open(setup) else None), setup.repeats
        self._require_run().configure(setup.objective, budget)

    def _require_free(self) -> None:
        if self._outbox is not None or self.follower is not None:
            raise Bug("a runner opens one study")

    def _setup_text(self) -> str:
        return self._setup_at(self._require_study()[0].place)

    def _setup_at(self, path: Path) -> str:
        """The study's definition as a file at ``path`` holds it."""
        assert self._setup is not None
        return portable(self._setup, path).to_json()

    def _require_study(self) -> tuple[Outbox, StudySetup, Tuner]:
        if self._outbox is None or self._setup is None or self._tuner is None:
            raise UserFault("No study is open for writing.", "Open one first.")
        return self._outbox, self._setup, self._tuner

    def _require_run(self) -> Run:
        if self._run is None:
            raise UserFault("No study is open for writing.", "Open one first.")
        return self._run
