"""How long trials of a definition take here, measured before a run: three configurations, in a process of their own."""

from __future__ import annotations

import queue
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine import seeds
from engine.errors import UserFault
from engine.execution.local import LocalWorker
from engine.execution.messages import (
    FromWorker,
    Prepare,
    Prepared,
    PrepareFailed,
    RunTrial,
    TrialFailed,
    TrialScored,
    WorkerLost,
)
from engine.objectives.description import TableObjective
from engine.objectives.permissions import require_permission
from engine.runner.local_backend import cores
from engine.setup import StudySetup

PLACES = (0.1, 0.5, 0.9)  # in every range: near its low end, in the middle, near its high end
MOST_SECONDS = 60.0  # in all; then what is known by then is the answer
_TURN = 0.1  # seconds between looks at whether the answer is still wanted


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the trials that were timed; ``is_cut`` where one took longer than there was time for."""

    seconds: tuple[float, ...]
    is_cut: bool = False

    def of_run(self, trials: int, workers: int) -> tuple[float, float, float]:
        """Seconds that so many trials take: as the middle one, and as the quickest and the slowest of them."""
        turns = trials / max(1, min(workers, cores(), trials))
        middle = sorted(self.seconds)[len(self.seconds) // 2]
        return middle * turns, min(self.seconds) * turns, max(self.seconds) * turns


def time_trials(setup: StudySetup, cancelled: Callable[[], bool] = lambda: False) -> Cost:
    """Train three configurations of a definition on its table; nothing of them is kept.

    Raises :class:`UserFault` where they cannot be trained, or where ``cancelled()`` turned true.
    """
    objective = setup.objective
    if not isinstance(objective, TableObjective):
        raise UserFault("There is no table to train on.", "Run it to see how long it takes.")
    require_permission(objective.source)
    space = setup.search_space()
    heard: queue.SimpleQueue[FromWorker] = queue.SimpleQueue()
    worker = LocalWorker(1, lambda _, message: heard.put(message))
    with tempfile.TemporaryDirectory(prefix="twinloop-timing-") as folder:
        try:
            worker.send(Prepare(objective, folder))
            answers = _next_answers(heard, cancelled)
            for answer in answers:
                if isinstance(answer, Prepared):
                    break
            return _time_configurations(
                worker, answers, [space.decode([place] * len(space)) for place in PLACES], setup
            )
        finally:
            worker.close(grace=0.0)


def _time_configurations(
    worker: LocalWorker,
    answers: Iterator[FromWorker | None],
    configurations: list[dict[str, object]],
    setup: StudySetup,
) -> Cost:
    seconds: list[float] = []
    begun = time.monotonic()
    for number, params in enumerate(configurations):
        started = time.monotonic()
        worker.send(RunTrial(number, params, seeds.integer(setup.strategy.seed, "timing", number)))
        for answer in answers:
            if isinstance(answer, TrialScored | TrialFailed):
                seconds.append(answer.seconds)
                break
            if time.monotonic() - begun > MOST_SECONDS:
                return Cost((*seconds, time.monotonic() - started), is_cut=True)
    return Cost(tuple(seconds))


def _next_answers(heard: queue.SimpleQueue[FromWorker], cancelled: Callable[[], bool]) -> Iterator[FromWorker | None]:
    """What the worker says, *None* for a while without a word."""
    while not cancelled():
        try:
            answer = heard.get(timeout=_TURN)
        except queue.Empty:
            yield None
            continue
        if isinstance(answer, PrepareFailed):
            raise UserFault(answer.what, answer.remedy)
        if isinstance(answer, WorkerLost):
            raise UserFault("The process that was timed ended.", "Run the study to see why its trials fail.")
        yield answer
    raise UserFault("The timing was stopped.", "")
