"""The worker process: evaluates trials one after another and reports their steps. It imports neither Qt nor the store.

It is started as ``python -m engine.execution.worker`` with its messages on standard input and output; whatever a model
prints goes to standard error.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

from engine.errors import UserFault
from engine.execution import startup
from engine.execution.asking import AskingReporter
from engine.execution.channel import Channel
from engine.execution.messages import (
    Answer,
    Control,
    Prepare,
    Prepared,
    PrepareFailed,
    Quit,
    Ready,
    RunTogether,
    RunTrial,
    ToWorker,
)
from engine.execution.reporting import ControlState, RunningTrials, sentence
from engine.objectives.base import AskingEvaluator, EvaluationRequest, FoldEvaluator, JointEvaluator
from engine.texts import make_encodable

if TYPE_CHECKING:
    from engine.objectives.base import Evaluator

LOST_TOGETHER = 4  # exit code where trials cannot go on and nobody knows which of them is to blame


class Worker:
    """The loop of one process. The main thread trains; a second one listens, so that control arrives mid-training."""

    def __init__(self, channel: Channel[ToWorker]) -> None:
        self._channel = channel
        self._control = ControlState()
        self._prepared: Evaluator | AskingEvaluator | None = None

    def run(self) -> None:
        """Serve until told to quit."""
        tasks = startup.hear_tasks(self._channel, self._take_control)
        import engine.objectives.preparing  # noqa: F401 - loads heavy libraries before a trial needs them

        self._channel.send(Ready(os.getpid()))
        while not isinstance(task := tasks.get(), Quit):
            if isinstance(task, Prepare):
                self._prepare_objective(task)
            elif isinstance(task, RunTrial):
                self._evaluate_trial(task)
            elif isinstance(task, RunTogether):
                self._evaluate_together(task)
        if isinstance(self._prepared, AskingEvaluator):
            self._prepared.close()

    def _take_control(self, message: ToWorker) -> bool:
        """Whether a message was for the trials that run now."""
        if isinstance(message, Control):
            self._control.apply(message.action, message.number)
        elif isinstance(message, Answer):
            self._control.put_answer(message)
        else:
            if isinstance(message, RunTrial | RunTogether):
                self._control.apply("resume")
            return False
        return True

    def _prepare_objective(self, task: Prepare) -> None:
        from engine.objectives.permissions import allow_model
        from engine.objectives.preparing import prepare

        if isinstance(self._prepared, AskingEvaluator):
            self._prepared.close()
        self._prepared = None  # a trial must never be judged by data that are no longer the study's
        try:
            allow_model(task.objective)  # a run has begun, which asked before
            prepared = prepare(task.objective, task.cache)
            size = prepared.model_size() if isinstance(prepared, JointEvaluator) else (0, 0, 0)
        except UserFault as fault:
            self._channel.send(PrepareFailed(make_encodable(fault.what), make_encodable(fault.remedy)))
        except Exception as error:  # noqa: BLE001 - whatever a reader raises becomes a sentence for the person
            traceback.print_exc()
            self._channel.send(PrepareFailed(f"The data could not be prepared: {sentence(error)}", "See the log."))
        else:
            self._prepared = prepared
            queued = prepared.queued if isinstance(prepared, AskingEvaluator) else ()
            self._channel.send(Prepared(*size, tuple(map(dict, queued))))

    def _evaluate_trial(self, task: RunTrial) -> None:
        if isinstance(self._prepared, AskingEvaluator):
            self._evaluate_asking(self._prepared, task)
            return
        running = RunningTrials(self._channel, self._control, (task,))
        reporter = running.reporters[0]
        assert self._prepared is not None, "a trial came before its data"
        try:
            if task.race is not None and isinstance(self._prepared, FoldEvaluator):
                request = EvaluationRequest(task.params, task.seed, reporter.report, reporter, task.race)
                outcome = self._prepared.evaluate_request(request)
            else:
                outcome = self._prepared.evaluate(task.params, task.seed, reporter.report, reporter)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything; it fails its trial only
            running.end(0, error)
        else:
            running.end(0, outcome)

    def _evaluate_asking(self, prepared: AskingEvaluator, task: RunTrial) -> None:
        running = RunningTrials(self._channel, self._control, (task,), AskingReporter)
        reporter = running.reporters[0]
        assert isinstance(reporter, AskingReporter)
        try:
            ending = prepared.evaluate_trial(task.params, task.seed, reporter)
        except Exception as error:  # noqa: BLE001 - whatever it is, it fails its trial only
            running.end(0, error)
        else:
            running.end_as(ending)

    def _evaluate_together(self, task: RunTogether) -> None:
        running = RunningTrials(self._channel, self._control, task.trials)
        requests = [
            EvaluationRequest(trial.params, trial.seed, reporter.report, reporter, trial.race)
            for trial, reporter in zip(task.trials, running.reporters, strict=True)
        ]
        assert isinstance(self._prepared, JointEvaluator), "trials came together that must run alone"
        try:
            self._prepared.evaluate_together(requests, running.end, running.clock, running.after_step)
        except (Exception, SystemExit):  # noqa: BLE001 - whatever it is, it must not pass for the fault of them all
            # Each will be tried again alone, where the guilty one fails by itself.
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(LOST_TOGETHER)


def main() -> None:
    """Take over the standard streams for messages, then serve."""
    Worker(startup.open_channel(ToWorker)).run()


if __name__ == "__main__":
    main()
