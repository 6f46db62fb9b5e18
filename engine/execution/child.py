"""The worker process: evaluates trials one after another and streams their steps. It imports neither Qt nor the store.

It is started as ``python -m engine.execution.child`` with its messages on standard input and output; whatever a model
prints goes to standard error. When the parent dies, its standard input ends and so does this process, at once.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from engine.errors import UserFault
from engine.execution.channel import Channel
from engine.execution.job import (
    Control,
    Failed,
    Held,
    Kept,
    Prepare,
    Prepared,
    Quit,
    Ready,
    Refusal,
    RunTrial,
    Scored,
    Step,
    Steps,
    ToWorker,
)

if TYPE_CHECKING:
    from engine.objectives.base import Evaluator

BATCH_SECONDS = 0.02
KEEP_SECONDS = 2.0
LARGEST_STATE = 16 << 20  # bytes; a larger model starts again when it is cut off
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class TrialStopped(Exception):
    """Raised inside a model's training by its report when the trial was told to end."""


class Worker:
    """The loop of one process. The main thread trains; a second one listens, so that control arrives mid-training."""

    def __init__(self, channel: Channel[ToWorker]) -> None:
        self._channel = channel
        self._tasks: list[Prepare | RunTrial | Quit] = []
        self._wake = threading.Condition()
        self._may_go = threading.Event()
        self._may_go.set()
        self._must_stop = threading.Event()
        self._prepared: Evaluator | None = None

    def run(self) -> None:
        """Serve until told to quit."""
        threading.Thread(target=self._listen, name="control", daemon=True).start()
        import engine.objectives.preparing  # noqa: F401 - loads heavy libraries before a trial needs them

        self._channel.send(Ready(os.getpid()))
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._tasks))
                task = self._tasks.pop(0)
            if isinstance(task, Quit):
                return
            if isinstance(task, Prepare):
                self._prepare(task)
            else:
                self._evaluate(task)

    def _listen(self) -> None:
        while True:
            message = self._channel.receive()
            if message is None:  # the parent is gone: nobody would read what this process still computes
                os._exit(3)
            if isinstance(message, Control):
                self._obey(message)
                continue
            if isinstance(message, RunTrial):
                self._must_stop.clear()
                self._may_go.set()
            with self._wake:
                self._tasks.append(message)
                self._wake.notify()

    def _obey(self, message: Control) -> None:
        if message.action == "hold":
            self._may_go.clear()
        elif message.action == "go":
            self._may_go.set()
        else:
            self._must_stop.set()
            self._may_go.set()

    def _prepare(self, task: Prepare) -> None:
        from engine.objectives.preparing import prepare

        self._prepared = None  # a trial must never be judged by data that are no longer the study's
        try:
            self._prepared = prepare(task.objective, task.cache)
        except UserFault as fault:
            self._channel.send(Refusal(fault.what, fault.remedy))
        except Exception as error:  # noqa: BLE001 - whatever a reader raises becomes a sentence for the person
            traceback.print_exc()
            self._channel.send(Refusal(f"The data could not be prepared: {sentence(error)}", "See the log."))
        else:
            self._channel.send(Prepared())

    def _evaluate(self, task: RunTrial) -> None:
        stream = _StepStream(self._channel, task, self._may_go, self._must_stop)
        begun = time.perf_counter()
        assert self._prepared is not None, "a trial came before its data"
        try:
            result = self._prepared.evaluate(task.params, task.seed, stream.report, stream)
            score, details = float(result.score), msgspec.to_builtins(dict(result.details))
        except TrialStopped:
            stream.flush()
            self._channel.send(Failed(task.number, "Stopped.", time.perf_counter() - begun, stopped=True))
        except UserFault as fault:
            stream.flush()
            self._channel.send(Failed(task.number, str(fault), time.perf_counter() - begun))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything; it fails its trial only
            stream.flush()
            traceback.print_exc()
            log = "".join(traceback.format_exception(error))[-4000:]
            self._channel.send(Failed(task.number, sentence(error), time.perf_counter() - begun, log=log))
        else:
            stream.flush()
            seconds = time.perf_counter() - begun
            self._channel.send(Scored(task.number, score, seconds, details))


class _StepStream:
    """Collects a trial's reports into batches, passes on its state now and then, and is where it holds or ends."""

    def __init__(
        self, channel: Channel[ToWorker], task: RunTrial, may_go: threading.Event, must_stop: threading.Event
    ) -> None:
        self._channel = channel
        self._number = task.number
        self.saved = task.state
        self._may_go = may_go
        self._must_stop = must_stop
        self._waiting: list[Step] = []
        self._sent = self._kept = time.perf_counter()

    def is_due(self) -> bool:
        """A state is wanted every few seconds, and whenever the trial is about to be held."""
        return time.perf_counter() - self._kept >= KEEP_SECONDS or not self._may_go.is_set()

    def keep(self, step: int, state: bytes) -> None:
        """Pass the state on, where it is not too large for that."""
        self._kept = time.perf_counter()
        if len(state) <= LARGEST_STATE:
            self._channel.send(Kept(self._number, step, state))

    def report(self, step: int, records: Mapping[str, float]) -> None:
        """Take one report; ``fold`` among the records says which fold it belongs to."""
        values: dict[str, Any] = dict(records)
        fold = int(values.pop("fold", 0))
        self._waiting.append(Step(step, fold, {name: float(value) for name, value in values.items()}))
        if time.perf_counter() - self._sent >= BATCH_SECONDS:
            self.flush()
        if not self._may_go.is_set():
            self.flush()
            self._channel.send(Held(self._number))
            self._may_go.wait()
        if self._must_stop.is_set():
            raise TrialStopped

    def flush(self) -> None:
        """Send what is collected."""
        if self._waiting:
            self._channel.send(Steps(self._number, tuple(self._waiting)))
            self._waiting = []
        self._sent = time.perf_counter()


def sentence(error: BaseException) -> str:
    """An exception as one readable line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


def main() -> None:
    """Take over the standard streams for messages, then serve."""
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
    source, target = _own_streams()
    channel: Channel[ToWorker] = Channel(source, target, ToWorker)
    Worker(channel).run()


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Private copies of standard input and output; what models read is empty, what they print goes to the log."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, not a path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, target


if __name__ == "__main__":
    main()
