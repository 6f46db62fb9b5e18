"""The process that reads tables for a window, from the window's side: asked, watched, and ended when it must be."""

from __future__ import annotations

import inspect
import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psutil

from engine import errors
from engine.asking.messages import (
    QUESTIONS,
    Answer,
    Ask,
    Cancel,
    Fault,
    FromReader,
    HandOver,
    Heard,
    Mistake,
    decode,
)
from engine.data.reading.cancelling import Cancelled
from engine.errors import Bug, UserFault
from engine.execution.local import LocalWorker
from engine.execution.messages import WorkerLost
from engine.learners.estimators import allowed_imports
from engine.objectives import handover, permissions
from engine.objectives.description import AnyObjective
from engine.setup import StudySetup

T = TypeVar("T")
READS = "engine.asking.child"
LOOK_SECONDS = 0.05  # between two looks at whether an answer is still wanted, and at the memory that it takes
GRACE_SECONDS = 1.0  # for a reading that nobody wants any more; a guess
KEEPS_FREE = 0.1  # of the memory that is free when a question is asked
LEAST_BYTES = 1 << 30  # that a reading may take, however little is free
ENCODES = frozenset({"suggest_setup", "reread_setup", "setup_problems"})
"""Questions after which the process may hold the rows of a run to come."""


class TableProcess:
    """One process, started with the first question and kept; questions of several threads are answered in turn.

    What it read stays in it: the rows that a check has encoded are handed to the workers of a run from there.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._worker: LocalWorker | None = None
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._asked = 0
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process's number, *None* where there is none."""
        worker = self._worker
        return None if worker is None else worker.pid

    def ask(
        self,
        question: Callable[..., T],
        *values: object,
        cancelled: Callable[[], bool] = lambda: False,
        **more: object,
    ) -> T:
        """What ``question``, one of :data:`engine.asking.messages.QUESTIONS`, gives for these arguments.

        Raises what it raises, ``Cancelled`` soon after ``cancelled()`` turns true, and :class:`UserFault` where the
        process ended or took more memory than the computer has.
        """
        name = question.__name__
        if name not in QUESTIONS:
            raise Bug(f"{name} is no question about tables")
        given = inspect.signature(question).bind(*values, **more).arguments
        setups = {key: value for key, value in given.items() if isinstance(value, StudySetup)}
        plain = {key: _to_plain(value) for key, value in given.items() if key not in setups}
        while not self._turn.acquire(timeout=LOOK_SECONDS):  # another window's table is being read
            if cancelled():
                raise Cancelled
        try:
            self._asked += 1
            message = Ask(self._asked, name, plain, setups, permissions.withheld_tables(), allowed_imports())
            told = self._answer_to(message, cancelled)
        finally:
            self._turn.release()
        if name in ENCODES:
            handover.keep(self._write_kept)
        result: T = decode(name, told.content)
        return result

    def close(self) -> None:
        """End the process; whoever still waits for an answer is told that the reading was cancelled."""
        self._is_closed = True
        with self._turn:
            self._end_worker(0.2)
            self._is_closed = False

    # -- inside ------------------------------------------------------------------------------------------------------

    def _write_kept(self, objective: AnyObjective, cache: str) -> bool:
        """Have the rows that were encoded last written for workers, where the process has no other work."""
        if not self._turn.acquire(timeout=GRACE_SECONDS):
            return False
        try:
            if self._worker is None or not self._worker.is_alive:
                return False  # and the rows with it
            self._asked += 1
            told = self._answer_to(HandOver(self._asked, objective, cache), lambda: False)
        except (UserFault, Cancelled):
            return False  # workers then read the table themselves
        finally:
            self._turn.release()
        return bool(told.content)

    def _answer_to(self, message: Ask | HandOver, cancelled: Callable[[], bool], *, may_repeat: bool = True) -> Answer:
        if cancelled() or self._is_closed:
            raise Cancelled
        worker = self._require_worker()
        limit = _limit(worker)
        worker.send(message)
        patience: float | None = None
        while True:
            told = self._next(message.number)
            if isinstance(told, WorkerLost) and told.exit_code == 0 and may_repeat:  # it let go of a table that moment
                return self._answer_to(message, cancelled, may_repeat=False)
            if told is not None:
                return self._read_answer(told, message)
            if worker.megabytes() * 1e6 > limit:
                self._end_worker(0.0)
                raise UserFault(
                    f"Reading the table takes more memory than this computer has free ({limit / 1e9:.1f} GB).",
                    "Choose a part of it, or close other programs.",
                )
            if patience is None and (cancelled() or self._is_closed):
                worker.send(Cancel(message.number))
                patience = time.monotonic() + (0.0 if self._is_closed else GRACE_SECONDS)
            if patience is not None and time.monotonic() > patience:
                self._end_worker(0.0)
                raise Cancelled

    def _require_worker(self) -> LocalWorker:
        if self._worker is not None and not self._worker.is_alive:  # it ended while nothing was asked
            self._end_worker(0.0)
        if self._worker is None:
            heard = self._heard = queue.SimpleQueue()
            self._worker = LocalWorker(0, lambda _, message: heard.put(message), READS, FromReader, "tables")
        return self._worker

    def _next(self, number: int) -> Heard | None:
        """What the process says to a question, *None* where it is silent; answers to older ones are let go."""
        try:
            told = self._heard.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return None
        return told if isinstance(told, WorkerLost) or told.number == number else None

    def _read_answer(self, told: Heard, message: Ask | HandOver) -> Answer:
        if isinstance(told, Answer):
            return told
        if isinstance(told, Mistake):
            raise Bug(told.text)
        if isinstance(told, Fault):
            if told.name == Cancelled.__name__:
                raise Cancelled
            kind = getattr(errors, told.name, UserFault)
            if told.name == permissions.PermissionMissing.__name__:
                kind = permissions.PermissionMissing
            raise kind(told.what, told.remedy, told.place)
        self._end_worker(0.0)
        raise UserFault(
            f"The program that reads tables ended in the middle of its work (exit code {told.exit_code}).",
            "Try again with a part of the table; see the log for its last words.",
            "source",
        )

    def _end_worker(self, grace: float) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close(grace)


def _limit(worker: LocalWorker) -> float:
    """How many bytes the process may hold: what it holds now, and most of what is free."""
    free = float(psutil.virtual_memory().available)
    return worker.megabytes() * 1e6 + max((1.0 - KEEPS_FREE) * free, float(LEAST_BYTES))


def _to_plain(value: object) -> Any:
    if isinstance(value, Path):
        return str(value)
    return dict(value) if isinstance(value, Mapping) else value
