"""What the objectives of running trials ask and tell: values, the pruner's word, the study, output, and their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from engine.errors import UserFault
from engine.events import AnyEvent, LogLine
from engine.execution.messages import Answer, Asked, OutputPrinted, PrunerAsked, StudyAsked, TrialOver, ValueAsked
from engine.runner.trial_batch import RunningTrial
from engine.runner.worker_pool import WorkerPool
from engine.samplers import SuggestRequest
from engine.space import Hyperparameter
from engine.trials import State
from engine.tuning import Tuner

MOST_TRIALS = 10_000  # that an objective may read of its study at once; a guess


class Discovery(Protocol):
    """The open study as far as trials change its definition."""

    def admit(self, name: str, asked: Hyperparameter) -> bool:
        """Know a hyperparameter as an objective asks for it; whether the study's own row of it counts.

        Raises :class:`UserFault` where it cannot be one of this study.
        """

    def take_constraints(self, names: tuple[str, ...]) -> None:
        """Know the constraints that a trial tells; raises :class:`UserFault` where it is too late for new ones."""

    @property
    def title(self) -> str:
        """The study's name."""


class Dialogue:
    """Used by the runner's thread alone. ``end_search`` is called where an objective wants no further trial."""

    def __init__(
        self,
        tuner: Tuner,
        workers: WorkerPool,
        discovery: Discovery | None,
        emit: Callable[[AnyEvent], None],
        end_search: Callable[[], None],
    ) -> None:
        self._tuner, self._workers, self._discovery = tuner, workers, discovery
        self._emit, self._end_search = emit, end_search
        self._reasons: dict[int, str] = {}  # why the pruner would end a trial

    def queue_first(self, queued: Iterable[Mapping[str, object]], now: float) -> None:
        """Let the configurations that a script queued be the study's first trials."""
        if not len(self._tuner.history):
            for params in list(queued)[:MOST_TRIALS]:
                self._tuner.queue(params, now)

    def receive(self, worker: int, message: Asked) -> None:
        """Answer, or note, one message of a worker that runs the trial it is about."""
        if isinstance(message, OutputPrinted):
            self._emit(LogLine(message.text, time.time(), "info", message.number))
            return
        trial = self._workers.find_trial(worker, message.number)
        if trial is None:
            return
        if isinstance(message, TrialOver):
            self._end_trial(worker, trial, message)
            return
        try:
            answer = Answer(message.number, self._answer(message))
        except UserFault as fault:
            answer = Answer(message.number, None, (fault.what, fault.remedy))
        self._workers.answer(worker, answer)

    def _answer(self, message: ValueAsked | PrunerAsked | StudyAsked) -> Any:
        if isinstance(message, PrunerAsked):
            reason = self._tuner.should_prune(message.number)
            if reason:
                self._reasons[message.number] = reason
            return reason
        if isinstance(message, StudyAsked):
            return self._study()
        return self._value(message.number, message.name, message.asked)

    def _value(self, number: int, name: str, asked: Hyperparameter) -> Any:
        """The value that was chosen for a trial, or one that is drawn where none was, or none that is asked for."""
        tuner = self._tuner
        is_ours = self._discovery is not None and self._discovery.admit(name, asked)
        params = tuner.history.params(number)
        if name in params:
            if is_ours:
                return params[name]
            try:
                return asked.to_value(asked.to_number(params[name]))
            except (ValueError, TypeError, ArithmeticError):  # outside of what is asked for
                pass
        row = tuner.history.space.get(name, asked) if is_ours else asked
        rng = SuggestRequest(number, 0, tuner.seed).generator("late", name)
        value = row.to_value(row.from_unit(float(rng.random())))
        tuner.add_params(number, {name: value})
        return value

    def _study(self) -> dict[str, Any]:
        history = self._tuner.history
        ended = np.flatnonzero(history.state >= State.COMPLETE)[-MOST_TRIALS:].tolist()
        trials = []
        for number in ended:
            one = history.trial(number)
            state = {"failed": "FAIL"}.get(one.state.label, one.state.label.upper())
            trials.append(
                {
                    "number": number,
                    "state": state,
                    "params": dict(one.params),
                    "values": list(one.scores),
                    "user_attrs": dict(one.user_attrs),
                }
            )
        title = self._discovery.title if self._discovery is not None else ""
        return {"name": title, "directions": history.directions, "best": history.best_number(), "trials": trials}

    def _end_trial(self, worker: int, trial: RunningTrial, message: TrialOver) -> None:
        number, tuner, now = message.number, self._tuner, time.time()
        if message.log:
            self._emit(LogLine(message.log, now, "error", number))
        noted = self._reasons.pop(number, "")
        self._workers.remove_trial(worker, number)
        if message.ends_search:
            self._end_search()
        state, reason, constraints = message.state, message.reason, message.constraints
        if state == "failed" and trial.state:  # it was told to end, and did so its own way
            state, reason = ("pruned" if trial.state == "pruned" else "failed"), trial.reason
        elif state == "pruned":
            reason = noted or reason or "The objective ended it."
        try:
            if state == "complete" and constraints and self._discovery is not None:
                self._discovery.take_constraints(tuple(constraints))
            known = {name: value for name, value in constraints.items() if name in tuner.history.constraint_names}
            tuner.tell(
                number, message.scores, now, state, reason, message.details, message.seconds, known, message.asked
            )
        except UserFault as fault:
            tuner.tell(number, (), now, "failed", str(fault), message.details, message.seconds)
