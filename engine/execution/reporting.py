"""The trials that a worker process runs at the moment: what they report and save, and where they is_paused or end."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.execution.channel import Channel, Unsendable
from engine.execution.messages import (
    Answer,
    CheckpointTaken,
    RunTrial,
    Step,
    Steps,
    ToWorker,
    TrialFailed,
    TrialOver,
    TrialScored,
    TrialsPaused,
)
from engine.objectives.base import Ending, Outcome
from engine.texts import make_encodable

BATCH_SECONDS = 0.02  # between two messages of one worker: about a frame of the window
KEEP_SECONDS = 2.0  # between two checkpoints: what a kill may cost, a guess
LARGEST_STATE = 16 << 20  # bytes; a larger model starts again when it is cut off


class TrialStopped(Exception):
    """Raised inside a model's training by its report when the trial was told to end."""


class ControlState:
    """What the listening thread was told of the running trials."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.is_paused = False
        self._stopped: set[int] = set()  # a process is never given a number twice
        self.told_rows: set[str] = set()  # keys of rows whose content was sent; of the training thread alone
        self._answer: Answer | None = None

    def apply(self, action: str, number: int = -1) -> None:
        """Take an order; may be called from any thread."""
        with self.changed:
            if action == "stop":
                self._stopped.add(number)
            else:
                self.is_paused = action == "pause"
            self.changed.notify_all()

    def put_answer(self, answer: Answer) -> None:
        """Take the answer to the last question; may be called from any thread."""
        with self.changed:
            self._answer = answer
            self.changed.notify_all()

    def wait_answer(self, number: int) -> Answer:
        """The answer to the question that trial ``number`` has asked; raises :class:`TrialStopped` where it is told to
        end meanwhile."""
        with self.changed:
            while True:
                answer, self._answer = self._answer, None
                if answer is not None and answer.number == number:
                    return answer
                if number in self._stopped:
                    raise TrialStopped
                self.changed.wait()

    def must_stop(self, number: int) -> bool:
        """Whether a trial was told to end."""
        return number in self._stopped


class SharedClock:
    """The seconds that each of several trials has had of the process: while n of them run, an n-th of the time."""

    def __init__(self, running: int) -> None:
        self._running, self._seconds, self._read = running, 0.0, time.perf_counter()

    def __call__(self) -> float:
        """Seconds so far."""
        now = time.perf_counter()
        self._seconds += (now - self._read) / max(1, self._running)
        self._read = now
        return self._seconds

    def leave(self) -> None:
        """One trial is over; the others share what follows."""
        self()
        self._running -= 1


class RunningTrials:
    """One trial, or several that run as one computation. Used by the training thread."""

    def __init__(
        self,
        channel: Channel[ToWorker],
        control: ControlState,
        tasks: Sequence[RunTrial],
        reporter: type[TrialReporter] | None = None,
    ) -> None:
        self._channel, self._control = channel, control
        self.clock = SharedClock(len(tasks))
        self.reporters = [(reporter or TrialReporter)(channel, control, self, task) for task in tasks]
        self.is_alone = len(tasks) == 1
        self._kept = self._sent = time.perf_counter()
        self._steps: list[Step] = []
        self._due: bool | None = None  # whether states are wanted in this round; None before anyone asked

    def checkpoint_due(self) -> bool:
        """States are wanted every few seconds, and before the trials are held; of all trials in the same round."""
        if self._due is None:
            self._due = time.perf_counter() - self._kept >= KEEP_SECONDS or self._control.is_paused
        return self._due

    def after_step(self) -> None:
        """Every trial has reported a step: the place to is_paused, once their states of this step are kept."""
        was_due, self._due = self._due, None
        if was_due:
            self._kept = time.perf_counter()
        if self._control.is_paused and was_due is not False:
            self._pause()

    def end(self, place: int, outcome: Outcome | BaseException) -> None:
        """A trial is over: say how it ended."""
        reporter = self.reporters[place]
        try:
            self.flush()
        except Unsendable as fault:  # of a trial that is alone: only ours train together, and say nothing of the kind
            outcome = fault
        seconds = self.clock()
        self.clock.leave()
        if not reporter.is_over:
            reporter.is_over = True
            try:
                self._channel.send(_final_message(reporter.number, self._with_new_rows(outcome), seconds))
            except Unsendable as fault:
                self._channel.send(_final_message(reporter.number, fault, seconds))

    def collect(self, step: Step) -> None:
        """Take a report, to be sent with what comes within a frame."""
        self._steps.append(step)
        if time.perf_counter() - self._sent >= BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Send what is collected: in one order for all trials, so that no decision depends on when it is sent."""
        steps, self._steps = self._steps, []  # also what cannot be sent, which raises once
        self._sent = time.perf_counter()
        if steps:
            self._channel.send(Steps(tuple(steps)))

    def _with_new_rows(self, outcome: Outcome | BaseException) -> Outcome | BaseException:
        """The outcome without the content of rows that the other side has been told of."""
        packed = outcome.predictions if isinstance(outcome, Outcome) else None
        if packed is None or not isinstance(outcome, Outcome):
            return outcome
        if packed.rows_key in self._control.told_rows:
            return replace(outcome, predictions=msgspec.structs.replace(packed, rows_data=b""))
        self._control.told_rows.add(packed.rows_key)
        return outcome

    def end_as(self, ending: Ending) -> None:
        """The one trial is over: say how its objective says that it ended."""
        reporter = self.reporters[0]
        try:
            self.flush()
            over = ending_message(reporter.number, ending, self.clock())
            self._channel.send(over)
        except (Unsendable, TypeError, ValueError) as fault:
            self.end(0, fault)
        else:
            reporter.is_over = True

    def _pause(self) -> None:
        present = [reporter for reporter in self.reporters if not reporter.is_over]
        self.flush()
        if present:
            self._channel.send(TrialsPaused(present[0].number))
        with self._control.changed:
            while self._control.is_paused:
                stopped = [reporter for reporter in present if self._control.must_stop(reporter.number)]
                if len(stopped) == len(present):
                    return
                for (
                    reporter
                ) in stopped:  # it cannot raise before the others go on, but is over as far as anyone can see
                    present.remove(reporter)
                    reporter.is_over = True
                    self._channel.send(_final_message(reporter.number, TrialStopped(), self.clock()))
                self._control.changed.wait()


class TrialReporter:
    """Hands on a trial's reports, passes on its state now and then, and ends it when it is told to."""

    def __init__(
        self, channel: Channel[ToWorker], control: ControlState, running: RunningTrials, task: RunTrial
    ) -> None:
        self._channel, self._control, self._running = channel, control, running
        self.number, self.latest, self.is_over = task.number, task.state, False

    def checkpoint_due(self) -> bool:
        """Whether a new state is wanted now."""
        return self._running.checkpoint_due()

    def save(self, step: int, state: bytes) -> None:
        """Pass the state on, where it is not too large for that."""
        if len(state) <= LARGEST_STATE:
            self._channel.send(CheckpointTaken(self.number, step, state))

    def report(self, step: int, records: Mapping[str, float]) -> None:
        """Take one report; ``fold`` among the records says which fold it belongs to."""
        values: dict[str, Any] = dict(records)
        fold = int(values.pop("fold", 0))
        known = {name: float(value) for name, value in values.items()}
        if not self.is_over:
            self._running.collect(Step(self.number, step, fold, known))
        if self._running.is_alone:
            self._running.after_step()
        if self._control.must_stop(self.number):
            raise TrialStopped

    def flush(self) -> None:
        """Send what is collected."""
        self._running.flush()


def ending_message(number: int, ending: Ending, seconds: float) -> TrialOver:
    """How a trial ended, as plain data; ``TypeError`` or ``ValueError`` for a score that is no number."""
    return TrialOver(
        number,
        ending.state,
        seconds,
        tuple(map(float, ending.scores)),
        make_encodable(ending.reason),
        make_encodable(msgspec.to_builtins(ending.details)),
        {str(name): float(value) for name, value in ending.constraints.items()},
        ending.asked,
        make_encodable(ending.log),
        ending.ends_search,
    )


def _final_message(number: int, outcome: Outcome | BaseException, seconds: float) -> TrialScored | TrialFailed:
    if isinstance(outcome, Outcome):
        try:
            details = msgspec.to_builtins(dict(outcome.details))
            return TrialScored(number, float(outcome.score), seconds, details, outcome.predictions, outcome.reason)
        except Exception as error:  # noqa: BLE001 - a score that is no number, details that are no plain values
            outcome = error
    if isinstance(outcome, TrialStopped):
        return TrialFailed(number, "Stopped.", seconds, stopped=True)
    if isinstance(outcome, UserFault):
        return TrialFailed(number, make_encodable(str(outcome)), seconds)
    traceback.print_exception(outcome)
    log = make_encodable("".join(traceback.format_exception(outcome))[-4000:])
    return TrialFailed(number, sentence(outcome), seconds, log=log)


def sentence(error: BaseException) -> str:
    """An exception as one readable line."""
    text = make_encodable(" ".join(str(error).split()))
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__
