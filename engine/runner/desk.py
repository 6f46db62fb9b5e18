"""What the runner does with each intent and each message of a worker: one open study, its tuner, crew and file."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine import pruners, samplers, seeds, store
from engine.errors import Bug, UserFault
from engine.events import AnyEvent, LogLine, RunStateChanged, StateName
from engine.execution.job import Failed, FromWorker, Held, Lost, Prepared, Ready, Refusal, Scored, Steps
from engine.runner import scheduler as sched
from engine.runner.crew import Crew
from engine.runner.limits import RunLimits
from engine.runner.notices import Notice, Refused, Saved, SetupSaved, StudyOpened
from engine.setup import Budget, StudySetup
from engine.trials import Curves
from engine.tuning import Tuner

RETRY_SECONDS = 2.0  # between attempts to write what the disk would not take
MOST_LOSSES = 3  # workers lost in a row before they had their data, until a run gives up


class Desk:
    """Used by the runner's thread alone. What is to be heard is collected and handed out by :meth:`commit`."""

    def __init__(self, receive: Callable[[int, FromWorker], None]) -> None:
        self._crew = Crew(receive)
        self._writer: store.Writer | None = None
        self._setup: StudySetup | None = None
        self._budget: Budget | None = None
        self._tuner: Tuner | None = None
        self._schedule = sched.Schedule()
        self._limits = RunLimits()
        self._unwritten: list[AnyEvent] = []
        self._notices: list[Notice] = []
        self._losses = 0
        self._blocked_until = 0.0
        self._blocked = ""

    # -- intents -----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a study file for writing; where another process holds it, look on."""
        try:
            writer = store.open_writer(path)
        except store.Held as held:
            self._look_on(path, held)
            return
        self._adopt(writer)

    def create(self, path: Path, setup: StudySetup) -> None:
        """Make a new file for ``setup`` and open it."""
        self._adopt(store.create(path, setup.to_json(), setup.search_space(), (setup.direction,)))

    def edit(self, setup: StudySetup) -> None:
        """Keep a new definition; what a run has begun with can only be widened by budget, strategy and space."""
        writer, before, tuner = self._open_study()
        now = time.time()
        if len(tuner.history) and (setup.objective, setup.direction) != (before.objective, before.direction):
            raise UserFault(
                "The data, the model and the metric stay as they are once there are trials.",
                "Save the study under another name, or make a new one.",
            )
        self._setup = setup
        writer.set_setup(setup.to_json())
        try:
            space = setup.search_space()
        except UserFault:
            pass  # a half-finished row is kept; Run says what is missing
        else:
            if space != tuner.history.space:
                self._unwritten.append(tuner.change_space(space, now))
            self._equip(setup)
        self.say(SetupSaved(setup))

    def warm(self) -> None:
        """Start the workers with the study's data."""
        _, setup, _ = self._open_study()
        if setup.objective is not None:
            self._crew.ensure(setup.budget.workers, setup.objective)

    def start(self, budget: Budget | None = None) -> None:
        """Run, or go on, within the study's budget or another one for this run alone."""
        _, setup, tuner = self._open_study()
        self._budget = budget
        setup.search_space()
        if setup.objective is None:
            raise UserFault("This study's objective lives in a script.", "Run that script, or choose data and a model.")
        self._equip(setup)
        self._limits.begin(tuner.history)
        self._losses = 0
        self._crew.ensure(self._limit().workers, setup.objective)
        self._advance(sched.Start())

    def pause(self) -> None:
        """Hold running trials."""
        self._advance(sched.Pause())

    def stop(self) -> None:
        """End running trials."""
        self._advance(sched.Stop())

    def stop_trial(self, number: int) -> None:
        """End one trial."""
        worker = self._crew.worker_of(number)
        if worker is None:
            raise UserFault(f"Trial {number} is not running.", "Choose a running trial.")
        self._crew.end_trial(worker, "failed", "Stopped by hand.")

    def enqueue(self, params: Mapping[str, Any]) -> None:
        """Queue a configuration."""
        _, _, tuner = self._open_study()
        self._unwritten.append(tuner.enqueue(params, time.time()))
        self._advance(sched.Look())

    def retry(self, number: int) -> None:
        """Queue a trial's configuration again."""
        _, _, tuner = self._open_study()
        self._unwritten.append(tuner.retry(number, time.time()))
        self._advance(sched.Look())

    def save_as(self, path: Path) -> None:
        """Write a copy."""
        writer, _, _ = self._open_study()
        writer.save_as(path)
        self.say(Saved(path))

    # -- what workers say --------------------------------------------------------------------------------------------

    def receive(self, worker: int, message: FromWorker) -> None:
        """Handle one message of a worker."""
        if worker not in self._crew or self._tuner is None:
            return
        now = time.time()
        if isinstance(message, Steps):
            self._take_steps(worker, message)
        elif isinstance(message, Prepared):
            self._losses = 0
            self._advance(sched.WorkerFree(worker))
        elif isinstance(message, Held):
            self._crew.held(worker)
            self._advance(sched.WorkerHeld(worker))
        elif isinstance(message, Scored):
            self._finish(worker, "complete", (message.score,), "", message.seconds, message.details)
            self._advance(sched.WorkerFree(worker))
        elif isinstance(message, Failed):
            self._failed(worker, message, now)
            self._advance(sched.WorkerFree(worker))
        elif isinstance(message, Refusal):
            self._limits.give_up(f"{message.what} {message.remedy}")
            self._crew.forget(worker)
            self._advance(sched.WorkerGone(worker))
        elif isinstance(message, Lost):
            self._lost(worker, message, now)
        elif not isinstance(message, Ready):
            raise Bug(f"a worker said {message!r}")

    def _take_steps(self, worker: int, message: Steps) -> None:
        tuner = self._require_tuner()
        assignment = self._crew.assignments.get(worker)
        if assignment is None or assignment.number != message.number:
            return
        for step in message.steps:
            self._unwritten.append(tuner.report(message.number, step.step, step.records, step.fold))
        reason = tuner.should_prune(message.number)
        if reason:
            self._crew.end_trial(worker, "pruned", reason)

    def _failed(self, worker: int, message: Failed, now: float) -> None:
        if message.log:
            self._unwritten.append(LogLine(message.log, now, "error", message.number))
        assignment = self._crew.assignments.get(worker)
        ending = assignment if message.stopped and assignment is not None and assignment.state else None
        if ending is None:
            self._finish(worker, "failed", (), message.reason, message.seconds, {})
        else:
            self._finish(worker, ending.state, (), ending.reason, message.seconds, {})

    def _lost(self, worker: int, message: Lost, now: float) -> None:
        assignment = self._crew.assignments.get(worker)
        if assignment is not None:
            if assignment.state:
                self._finish(worker, assignment.state, (), assignment.reason, None, {})
            else:
                self._finish(worker, "failed", (), _how_it_ended(message.exit_code), None, {})
            if message.log:
                self._unwritten.append(LogLine(message.log, now, "error", assignment.number))
        else:
            self._losses += 1
        self._crew.forget(worker)
        if self._losses >= MOST_LOSSES:
            self._limits.give_up("Worker processes keep ending by themselves; the log says more.")
        self._advance(sched.WorkerGone(worker))
        running = self._schedule.phase in {"running", "pausing", "paused"}
        if running and self._setup is not None and self._setup.objective is not None:
            self._crew.ensure(self._limit().workers, self._setup.objective)

    def _finish(
        self,
        worker: int,
        state: str,
        scores: tuple[float, ...],
        reason: str,
        seconds: float | None,
        details: Mapping[str, Any],
    ) -> None:
        assignment = self._crew.take_back(worker)
        if assignment is None:
            return
        tuner = self._require_tuner()
        name: StateName = "complete" if state == "complete" else "pruned" if state == "pruned" else "failed"
        ended = tuner.tell(assignment.number, scores, time.time(), name, reason, details, seconds)
        self._unwritten.append(ended)

    # -- time --------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Whatever is due by the clock: deadlines of trials, the end of the run."""
        if self._setup is None:
            return
        for worker, _ in self._crew.overdue(self._limit().trial_seconds):
            self._crew.kill(worker)
        if self._schedule.phase == "running":
            self._advance(sched.Look())

    def commit(self) -> tuple[object, ...]:
        """Make what happened durable, then hand it out; events that the disk will not take are kept and tried again."""
        heard: tuple[object, ...] = ()
        if self._unwritten and time.monotonic() >= self._blocked_until:
            assert self._writer is not None
            try:
                self._writer.record(self._unwritten)
            except UserFault as fault:
                self._blocked_until = time.monotonic() + RETRY_SECONDS
                self._complain(fault)
            else:
                heard, self._unwritten, self._blocked = tuple(self._unwritten), [], ""
        notices, self._notices = tuple(self._notices), []
        return (*heard, *notices)

    def say(self, notice: Notice) -> None:
        """Have a notice heard with the next batch."""
        self._notices.append(notice)

    def close(self) -> tuple[object, ...]:
        """End the workers, put their trials back to wait, and close the file."""
        if self._writer is None:
            self._crew.close()
            return ()
        for worker in list(self._crew.assignments):
            self._put_back(worker)
        self._crew.close()
        self._blocked_until = 0.0
        heard = self.commit()
        try:
            self._writer.close()
        except UserFault as fault:
            heard = (*heard, Refused("close", fault.what, fault.remedy))
        self._writer = None
        return heard

    def _complain(self, fault: UserFault) -> None:
        if self._blocked != str(fault):
            self._blocked = str(fault)
            self.say(Refused("write", fault.what, f"{fault.remedy} The results are kept and will be written."))
            self._advance(sched.Pause())

    # -- the schedule ------------------------------------------------------------------------------------------------

    def _advance(self, what: sched.Input) -> None:
        while True:
            before = self._schedule
            self._schedule, commands = sched.advance(before, what, self._facts())
            for command in commands:
                self._carry_out(command)
            self._note_phase(before)
            if not any(isinstance(command, sched.Launch) for command in commands) or not self._limits.exhausted:
                return
            what = sched.Look()  # the sampler had nothing left: settle again with that known

    def _carry_out(self, command: sched.Command) -> None:
        worker = command.worker
        if worker not in self._crew:
            return
        if isinstance(command, sched.Launch):
            self._launch(worker)
        elif isinstance(command, sched.Hold):
            self._crew.hold(worker)
        elif isinstance(command, sched.Go):
            self._crew.go(worker)
        elif isinstance(command, sched.EndTrial):
            self._crew.end_trial(worker, "failed", "Stopped by hand.")
        else:
            self._put_back(worker)
            self._crew.kill(worker)

    def _launch(self, worker: int) -> None:
        tuner = self._require_tuner()
        try:
            started = tuner.ask(time.time(), worker)
        except samplers.SpaceExhausted as nothing:
            self._limits.exhausted = str(nothing)
            self._schedule, _ = sched.advance(self._schedule, sched.WorkerFree(worker), self._facts())
            return
        self._unwritten.append(started)
        seed = seeds.integer(tuner.seed, "trial", started.number, "model")
        self._crew.launch(worker, started.number, started.params, seed)

    def _put_back(self, worker: int) -> None:
        assignment = self._crew.take_back(worker)
        if assignment is not None:
            self._unwritten.append(self._require_tuner().interrupt(assignment.number, time.time(), "Interrupted."))

    def _note_phase(self, before: sched.Schedule) -> None:
        after = self._schedule
        if before.phase != after.phase and self._tuner is not None:
            failed = bool(self._limits.failure) and after.phase == "ended"
            self._unwritten.append(RunStateChanged(after.phase, time.time(), after.reason, failed))

    def _facts(self) -> sched.Facts:
        if self._tuner is None or self._setup is None:
            return sched.Facts()
        return self._limits.facts(self._limit(), self._tuner.history)

    # -- the study ---------------------------------------------------------------------------------------------------

    def _adopt(self, writer: store.Writer) -> None:
        if self._writer is not None:
            writer.close()
            raise Bug("a runner opens one study")
        with store.Reader(writer.path) as reader:
            setup = StudySetup.from_json(reader.setup())
            history, curves = reader.history(), Curves(reader.curves())
            lines = tuple(reader.log(last=500))
        self._writer, self._setup = writer, setup
        self._tuner = Tuner(history, curves, *self._strategy(setup), setup.strategy.seed, setup.budget.trials)
        self.say(StudyOpened(writer.path, setup, history.copy(), curves.copy(), lines))

    def _look_on(self, path: Path, held: store.Held) -> None:
        with store.Reader(path) as reader:
            setup = StudySetup.from_json(reader.setup())
            history, curves = reader.history(), Curves(reader.curves())
            self.say(StudyOpened(path, setup, history, curves, (), writable=False, holder=str(held)))

    def _equip(self, setup: StudySetup) -> None:
        tuner = self._require_tuner()
        tuner.sampler, tuner.pruner = self._strategy(setup)
        tuner.seed, tuner.budget = setup.strategy.seed, setup.budget.trials

    @staticmethod
    def _strategy(setup: StudySetup) -> tuple[samplers.Sampler, pruners.Pruner]:
        strategy = setup.strategy
        return samplers.make(strategy.sampler, strategy.options), pruners.make(strategy.pruner, strategy.pruner_options)

    def _open_study(self) -> tuple[store.Writer, StudySetup, Tuner]:
        if self._writer is None or self._setup is None or self._tuner is None:
            raise UserFault("No study is open for writing.", "Open one first.")
        return self._writer, self._setup, self._tuner

    def _limit(self) -> Budget:
        assert self._setup is not None
        return self._budget or self._setup.budget

    def _require_tuner(self) -> Tuner:
        assert self._tuner is not None
        return self._tuner


def _how_it_ended(code: int | None) -> str:
    if code == -9:
        return "Its process was killed (signal 9), perhaps for want of memory."
    if code is not None and code < 0:
        return f"Its process crashed (signal {-code})."
    return f"Its process ended by itself (exit code {code})."
