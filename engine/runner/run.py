"""The work of one run: schedule, workers and stopping rules together, turning what workers say into events."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping

from engine import samplers
from engine.analysis.workers import WorkersSeen
from engine.applying.environment import ENVIRONMENT, environment
from engine.errors import Bug, UserFault
from engine.events import AnyEvent, FindingRecorded, LogLine, PackedPredictions, RunStateChanged, StateName
from engine.execution.backend import Backend, Receive
from engine.execution.messages import (
    Asked,
    BackendNoted,
    CheckpointTaken,
    FromWorker,
    MachineLost,
    Prepared,
    PrepareFailed,
    Ready,
    Steps,
    TrialFailed,
    TrialOver,
    TrialScored,
    TrialsPaused,
    WorkerLost,
)
from engine.learners.families import TableShape
from engine.objectives.description import AnyObjective, ScriptObjective, for_workers
from engine.objectives.model_space import has_own_score
from engine.runner import scheduler as sched
from engine.runner.archive import ONCE_MORE, Archive
from engine.runner.batching import BatchPlanner, make_tasks
from engine.runner.dialogue import Dialogue, Discovery
from engine.runner.losses import Losses
from engine.runner.step_decisions import take_steps
from engine.runner.stopping import StoppingRules
from engine.runner.told_rows import ToldRows
from engine.runner.worker_pool import WorkerPool
from engine.runner.worker_watch import WorkerWatch
from engine.setup import Budget, replace
from engine.trials import BY_HAND, State
from engine.tuning import Tuner


class Run:
    """Used by the runner's thread alone. What happens to trials, ``tuner`` applies; ``emit`` takes the other events."""

    def __init__(
        self,
        receive: Receive,
        backend: Backend,
        tuner: Tuner,
        archive: Archive,
        emit: Callable[[AnyEvent], None],
        first_worker: int = 1,
        discovery: Discovery | None = None,
    ) -> None:
        """``first_worker`` is the number of the first worker: messages of an earlier run may still come.

        ``discovery`` is the study as far as scripts name what it does not know.
        """
        self._backend = backend
        self._workers = WorkerPool(receive, backend, first_worker)
        self._watch = WorkerWatch(self._workers)
        self._planner = BatchPlanner()
        self._archive = archive
        self._emit = emit
        self._tuner = tuner
        self._objective: AnyObjective | None = None
        self._budget = Budget()
        self._wanted = self._ensured = self._budget.workers  # wanted however many places there are
        self._schedule = sched.RunSchedule()
        self._rules = StoppingRules()
        self._losses = Losses(archive)
        self._rows = ToldRows()
        self._dialogue = Dialogue(tuner, self._workers, discovery, emit, self._end_search)

    def configure(self, objective: AnyObjective | None, budget: Budget) -> None:
        """Work for this objective from now on, within this budget."""
        objective = for_workers(objective)
        if objective != self._objective:
            self._planner.set_objective(None)  # until a worker has its data
        self._objective = objective
        self._tuner.has_own_score, self._tuner.spares = has_own_score(objective), True
        self._wanted = budget.workers
        self._budget = replace(budget, workers=self._backend.places(budget.workers))

    @property
    def next_worker(self) -> int:
        """The number that the next worker would have."""
        return self._workers.next_number

    @property
    def is_running(self) -> bool:
        """Whether trials run or will run without another press on Run."""
        return self._schedule.phase in {"running", "pausing", "stopping"}

    @property
    def is_started(self) -> bool:
        """Whether trials run, and go on starting."""
        return self._schedule.phase == "running"

    def warm(self) -> None:
        """Have the data loaded by a first worker, where trials are left; the others come with the run."""
        if self._objective is not None:
            self._workers.ensure_workers(max(len(self._workers), min(1, self._worker_count())), self._objective)

    def _ensure_workers(self) -> None:
        """Have all the workers that are of use now."""
        self._ensured = self._budget.workers
        if self._objective is not None:
            self._workers.ensure_workers(self._worker_count(), self._objective)

    def _worker_count(self) -> int:
        left = self._run_facts().left
        needed = None if left is None else left + len(self._tuner.history.where(State.RUNNING))
        return self._backend.most_workers(self._budget.workers, needed, len(self._workers))

    def start(self) -> None:
        """Run, or go on."""
        if self._objective is None:
            raise UserFault("This study's objective lives in a script.", "Run that script, or choose data and a model.")
        self._rules.begin_run(self._tuner.history)
        self._emit(FindingRecorded(ENVIRONMENT, time.time(), dict(environment())))
        self._losses.forget_idle()
        self._ensure_workers()
        if self._schedule.phase == "ended":  # so that a run that ends at once is heard to end again
            self._schedule = dataclasses.replace(self._schedule, phase="idle")
        self._advance_schedule(sched.Start())

    def pause(self) -> None:
        """Pause running trials."""
        self._advance_schedule(sched.Pause())

    def stop(self) -> None:
        """End running trials."""
        self._advance_schedule(sched.Stop())

    def stop_trial(self, number: int) -> None:
        """End one trial; raises :class:`UserFault` where it does not run."""
        worker = self._workers.worker_of(number)
        if worker is None:
            raise UserFault(f"Trial {number} is not running.", "Choose a running trial.")
        self._workers.end_trial(worker, number, "pruned", BY_HAND)

    def tick(self) -> tuple[WorkersSeen, ...]:
        """Whatever is due by the clock or by changed facts: deadlines of trials, the end of the run.

        Gives what the workers do, where that has changed since it was last told.
        """
        for worker in self._workers.overdue_workers(self._budget.trial_seconds, self._budget.trial_megabytes):
            self._workers.kill_worker(worker)
        if self._schedule.phase == "running":
            self._follow_places()
            self._advance_schedule(sched.Tick())
        return self._watch.look(self._schedule.free, time.time())

    def _follow_places(self) -> None:
        """Use computers that have joined, and as many workers as are wanted by now."""
        self._budget = replace(self._budget, workers=self._backend.places(self._wanted))
        if self._budget.workers != self._ensured:
            self._ensure_workers()

    def resume(self) -> None:
        """Go on with a run that was paused for a reason that is gone."""
        if self._schedule.phase in {"pausing", "paused"}:
            self._advance_schedule(sched.Start())

    def move(self, backend: Backend) -> None:
        """Have workers started by ``backend`` from now on; raises :class:`UserFault` while trials run or are paused."""
        if self._schedule.phase not in {"idle", "ended"} or self._workers.batches:
            raise UserFault("A run cannot move while it runs.", "Stop it first.")
        self._workers.move(backend)
        self._backend, self._schedule = backend, sched.RunSchedule()

    def close(self) -> None:
        """End the workers; their trials wait for another run."""
        for worker in list(self._workers.batches):
            self._put_back_all(worker)
        self._workers.close()

    def abandon(self) -> None:
        """End the workers whatever state they are in; what becomes of their trials is the caller's."""
        self._workers.abandon()

    # -- what workers say --------------------------------------------------------------------------------------------

    def receive(self, worker: int, message: FromWorker) -> None:
        """Handle one message of a worker."""
        now = time.time()
        if isinstance(message, BackendNoted):
            self._emit(LogLine(message.text, now, "warning" if message.is_warning else "info"))
        elif worker in self._workers:
            self._hear(worker, message, now)

    def _hear(self, worker: int, message: FromWorker, now: float) -> None:
        if isinstance(message, Steps):
            prunes = not isinstance(self._objective, ScriptObjective)  # which asks the pruner itself, or wants none
            take_steps(self._tuner, self._workers, worker, message, prunes=prunes)
        elif isinstance(message, Prepared):
            self._losses.forget_idle()
            shape = TableShape(message.rows, message.columns, message.classes)
            self._planner.set_objective(self._objective, shape)
            self._dialogue.queue_first(message.queued, now)
            # A worker that was given new data while it was free may have a trial by now; it is not free again.
            if worker not in self._workers.batches:
                self._advance_schedule(sched.WorkerFree(worker))
        elif isinstance(message, Asked):
            self._dialogue.receive(worker, message)
            if isinstance(message, TrialOver):
                self._mark_free(worker)
        elif isinstance(message, CheckpointTaken):
            self._keep_checkpoint(worker, message)
        elif isinstance(message, TrialsPaused):
            self._workers.mark_paused(worker)
            self._advance_schedule(sched.WorkerPaused(worker))
        elif isinstance(message, TrialScored):
            state, kept = "pruned" if message.reason else "complete", self._rows.complete(message.predictions)
            told = state, (message.score,), message.reason, message.seconds, message.details, kept
            self._finish_trial(worker, message.number, *told)
            self._mark_free(worker)
        elif isinstance(message, TrialFailed):
            self._on_failed(worker, message, now)
            self._mark_free(worker)
        elif not isinstance(message, Ready):
            self._hear_of_worker(worker, message, now)

    def _hear_of_worker(self, worker: int, message: FromWorker, now: float) -> None:
        if isinstance(message, PrepareFailed):
            self._rules.give_up(f"{message.what} {message.remedy}")
            self._workers.discard_worker(worker)
            self._advance_schedule(sched.WorkerGone(worker))
        elif isinstance(message, WorkerLost):
            self._on_lost(worker, message, now)
        elif isinstance(message, MachineLost):
            self._watch.note_loss(worker, message, now)
            self._on_machine_lost(worker, message)
        else:
            raise Bug(f"a worker said {message!r}")

    def _keep_checkpoint(self, worker: int, message: CheckpointTaken) -> None:
        trial = self._workers.find_trial(worker, message.number)
        if trial is not None and not trial.is_told:
            self._archive.save_checkpoint(message.number, message.step, message.state)

    def _end_search(self) -> None:
        self._rules.exhausted = "The script ended the search."

    def _on_failed(self, worker: int, message: TrialFailed, now: float) -> None:
        if message.log:
            self._emit(LogLine(message.log, now, "error", message.number))
        trial = self._workers.find_trial(worker, message.number)
        ending = trial if message.stopped and trial is not None and trial.state else None
        state, reason = ("failed", message.reason) if ending is None else (ending.state, ending.reason)
        self._finish_trial(worker, message.number, state, (), reason, message.seconds, {})

    def _mark_free(self, worker: int) -> None:
        if worker not in self._workers.batches:
            self._advance_schedule(sched.WorkerFree(worker))

    def _on_lost(self, worker: int, message: WorkerLost, now: float) -> None:
        members = list(self._workers.batches.get(worker, ()))
        if self.is_started and not (members and all(trial.state for trial in members)):  # nobody has ended it
            self._watch.note_loss(worker, message, now)
        if not members:
            self._emit(LogLine(message.log or message.how(), now, "error"))
            if self._losses.note_idle():
                self._rules.give_up("Worker processes keep ending by themselves; the log says more.")
        for trial in members:
            if message.log:
                self._emit(LogLine(message.log, now, "error", trial.number))
            if trial.state == "waiting":
                self._retry_alone(worker, trial.number, trial.reason)
            elif trial.state:
                self._finish_trial(worker, trial.number, trial.state, (), trial.reason, None, {})
            elif len(members) == 1:
                self._finish_trial(worker, trial.number, "failed", (), message.how(), None, {})
            else:  # nobody knows whose fault it was: each is tried again by itself, and the guilty one fails alone
                self._retry_alone(worker, trial.number, message.how())
        self._replace_worker(worker)

    def _on_machine_lost(self, worker: int, message: MachineLost) -> None:
        """Trials of a lost computer are tried once elsewhere; a second loss may be their own doing."""
        for trial in list(self._workers.batches.get(worker, ())):
            if trial.state and trial.state != "waiting":
                self._finish_trial(worker, trial.number, trial.state, (), trial.reason, None, {})
            elif self._losses.may_move(trial.number):
                self._put_back(worker, trial.number, f"{message.reason} {ONCE_MORE}")
            else:
                reason = f"{message.reason} It was the second time for this trial."
                self._finish_trial(worker, trial.number, "failed", (), reason, None, {})
        self._replace_worker(worker)

    def _replace_worker(self, worker: int) -> None:
        self._workers.discard_worker(worker)
        self._advance_schedule(sched.WorkerGone(worker))
        if self._schedule.phase in {"running", "pausing", "paused"}:
            self._ensure_workers()

    def _retry_alone(self, worker: int, number: int, reason: str) -> None:
        self._planner.exclude(number)
        self._put_back(worker, number, f"{reason} It runs again alone.")

    def _finish_trial(
        self,
        worker: int,
        number: int,
        state: str,
        scores: tuple[float, ...],
        reason: str,
        seconds: float | None,
        details: Mapping[str, object],
        predictions: PackedPredictions | None = None,
    ) -> None:
        trial = self._workers.remove_trial(worker, number)
        if trial is None or trial.is_told:
            return
        name: StateName = "complete" if state == "complete" else "pruned" if state == "pruned" else "failed"
        self._tuner.tell(number, scores, time.time(), name, reason, details, seconds, predictions=predictions)

    # -- the schedule ------------------------------------------------------------------------------------------------

    def _advance_schedule(self, what: sched.Input) -> None:
        while True:
            before = self._schedule
            self._schedule, commands = sched.advance(before, what, self._run_facts())
            for command in commands:
                self._carry_out(command)
            self._record_phase(before)
            if not any(isinstance(command, sched.Launch) for command in commands) or not self._rules.exhausted:
                return
            what = sched.Tick()  # the sampler had nothing left: settle again with that known

    def _carry_out(self, command: sched.Command) -> None:
        worker = command.worker
        if worker not in self._workers:
            return
        if isinstance(command, sched.Launch):
            self._launch_trials(worker)
        elif isinstance(command, sched.PauseTrials):
            self._workers.pause_trials(worker)
        elif isinstance(command, sched.ResumeTrials):
            self._workers.resume_trials(worker)
        elif isinstance(command, sched.EndTrials):
            self._workers.end_trials(worker, "pruned", BY_HAND)
        else:
            self._put_back_all(worker)
            self._workers.kill_worker(worker)

    def _launch_trials(self, worker: int) -> None:
        tuner = self._tuner
        waiting_before = len(tuner.history)  # a trial below that waited, and may have run before
        most, left = self._rules.batch_limit(self._budget, tuner.history), self._run_facts().left
        try:
            started = self._planner.start_batch(tuner, worker, time.time(), most, left, len(self._workers))
        except samplers.SpaceExhausted as nothing:
            self._rules.exhausted = str(nothing)
            self._schedule, _ = sched.advance(self._schedule, sched.WorkerFree(worker), self._run_facts())
            return
        tasks = make_tasks(tuner, self._archive, started, waiting_before)
        if tasks:
            self._workers.start_trials(worker, tasks)
        else:  # it is free again, for the next look
            now = self._schedule
            self._schedule = dataclasses.replace(now, free=now.free | {worker}, busy=now.busy - {worker})

    def _put_back_all(self, worker: int) -> None:
        for trial in self._workers.batches.get(worker, ()):
            self._put_back(worker, trial.number, "Interrupted.")

    def _put_back(self, worker: int, number: int, reason: str) -> None:
        trial = self._workers.remove_trial(worker, number)
        if trial is not None and not trial.is_told:
            self._tuner.interrupt(number, time.time(), reason)

    def _record_phase(self, before: sched.RunSchedule) -> None:
        after = self._schedule
        if before.phase != after.phase:
            ended = after.phase == "ended"
            failure = self._rules.failed_end(self._tuner.history) if ended else ""
            self._emit(RunStateChanged(after.phase, time.time(), failure or after.reason, bool(failure)))

    def _run_facts(self) -> sched.RunFacts:
        return self._rules.run_facts(self._budget, self._tuner.history)
