"""A race carried out: searches spread over processes, results noted as they come, cancellable at once."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from engine import seeds
from engine.errors import UserFault
from engine.execution.backend import close_together
from engine.execution.local import LocalWorker
from engine.execution.messages import PrepareFailed, WorkerLost
from engine.racing.entrants import Entrant, remarks, require_fit
from engine.racing.messages import Begin, Chosen, Ended, FromRacer, ModelProblem, Problem, Row, Search
from engine.racing.record import Board, Race
from engine.space import SearchSpace

RACES = "engine.racing.child"
LOOK_SECONDS = 0.05  # between two looks at whether the race is still wanted
MOST_LOSSES = 3  # of processes without a trial in between: then it is not a trial's fault
MOST_TRIALS = 1_000_000  # of all searches together: a guess at what stays readable
Heard = FromRacer | WorkerLost


def _never() -> bool:
    return False


def race_seeds(seed: int, repeats: int) -> tuple[int, ...]:
    """One seed a repeat, the same for all strategies, so that their differences are paired."""
    return tuple(seeds.integer(seed, "race", repeat) for repeat in range(repeats))


def race(
    problem: Problem,
    entrants: Sequence[Entrant],
    race_seeds: Sequence[int],
    trials: int,
    *,
    workers: int = 2,
    cancelled: Callable[[], bool] = _never,
    heard: Callable[[Race], object] | None = None,
    kept: Callable[[Row | Ended], object] | None = None,
    known: Iterable[Row | Ended] = (),
    trial_seconds: float | None = None,
    every: float = 0.2,
) -> Race:
    """Let every strategy search once with each seed, ``workers`` searches at a time; the race as far as it came.

    ``heard`` is given the race so far, at most each ``every`` seconds; ``kept`` every result once, before it is shown;
    ``known`` are results of the same race that was interrupted. Soon after ``cancelled()`` turns true it ends. Raises
    :class:`UserFault` for a strategy that cannot run in this space, and where the data cannot be used.
    """
    if not race_seeds or trials < 1:
        raise UserFault("A race needs one repeat and one trial at least.", "Give a larger number.")
    if len(entrants) * len(race_seeds) * trials > MOST_TRIALS:
        raise UserFault(f"That is more than {MOST_TRIALS:,} trials.", "Give fewer repeats or trials.")
    space = SearchSpace.from_json(problem.space)
    is_model = isinstance(problem, ModelProblem)
    if is_model and any(one.pruner != "none" for one in entrants):
        what = "On the model no trial has steps, so pruners cannot be compared there."
        raise UserFault(what, "Race on the real objective, or without pruners.")
    require_fit(entrants, space, problem.direction, trials)
    board = Board(
        entrants,
        problem.direction,
        len(race_seeds),
        trials,
        quality=problem.quality if isinstance(problem, ModelProblem) else None,
        is_held_out=not isinstance(problem, ModelProblem) and problem.holdout,
        remarks=remarks(entrants, space, trials),
        modelled=problem.trials if isinstance(problem, ModelProblem) else 0,
    )
    rows: dict[tuple[int, int], list[Row]] = {}
    over = set()
    for one in known:
        if isinstance(one, Row):
            rows.setdefault((one.place, one.repeat), []).append(one)
            board.note(one)
        else:
            over.add((one.place, one.repeat))
            board.end(one)
    # Repeat by repeat, so that the lines of all strategies grow together.
    waiting = [
        Search(place, repeat, entrant, seed, rows.get((place, repeat), []))
        for repeat, seed in enumerate(race_seeds)
        for place, entrant in enumerate(entrants)
        if (place, repeat) not in over
    ]
    if waiting:
        driver = _Driver(Begin(problem, trials), waiting, board, workers, trial_seconds)
        driver.run(cancelled, heard, kept, every)
    return board.race()


class _Driver:
    """Hands searches to processes; one that is lost fails its trial, and another goes on with its search."""

    def __init__(
        self, begin: Begin, waiting: Sequence[Search], board: Board, workers: int, trial_seconds: float | None
    ) -> None:
        self._begin, self._board, self._seconds = begin, board, trial_seconds
        self._waiting = deque(waiting)
        self._inbox: queue.SimpleQueue[tuple[int, Heard]] = queue.SimpleQueue()
        self._workers: dict[int, LocalWorker] = {}
        self._tasks: dict[int, Search] = {}
        self._chosen: dict[int, tuple[Chosen, float]] = {}
        self._reasons: dict[int, str] = {}
        self._count = max(1, min(workers, len(waiting)))
        self._started = self._losses = 0

    def run(
        self,
        cancelled: Callable[[], bool],
        heard: Callable[[Race], object] | None,
        kept: Callable[[Row | Ended], object] | None,
        every: float,
    ) -> None:
        shown = time.monotonic()
        try:
            for _ in range(self._count):
                self._start()
            while self._tasks and not cancelled():
                try:
                    worker, message = self._inbox.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    self._end_overdue()
                    continue
                self._hear(worker, message, kept)
                is_result = isinstance(message, Row | Ended)
                if is_result and heard is not None and time.monotonic() - shown >= every:
                    heard(self._board.race())
                    shown = time.monotonic()
                if not isinstance(message, Row):
                    self._end_overdue()
        finally:
            for one in self._workers.values():
                one.kill()
            close_together(self._workers.values(), grace=0.0)

    def _start(self) -> None:
        if not self._waiting:
            return
        number, self._started = self._started, self._started + 1
        worker = LocalWorker(number, self._receive, RACES, FromRacer, "race")
        self._workers[number] = worker
        worker.send(self._begin)
        self._next(number)

    def _receive(self, worker: int, message: Heard) -> None:
        self._inbox.put((worker, message))

    def _next(self, worker: int) -> None:
        self._tasks.pop(worker, None)
        if self._waiting:
            self._tasks[worker] = self._waiting.popleft()
            self._workers[worker].send(self._tasks[worker])

    def _hear(self, worker: int, message: Heard, kept: Callable[[Row | Ended], object] | None) -> None:
        if isinstance(message, PrepareFailed):
            raise UserFault(message.what, message.remedy)
        if isinstance(message, Chosen):
            self._chosen[worker] = message, time.monotonic()
        elif isinstance(message, Row):
            self._chosen.pop(worker, None)
            self._losses = 0
            self._take(worker, message, kept)
        elif isinstance(message, Ended):
            if kept is not None:
                kept(message)
            self._board.end(message)
            self._next(worker)
        elif isinstance(message, WorkerLost):
            self._lose(worker, message, kept)

    def _take(self, worker: int, row: Row, kept: Callable[[Row | Ended], object] | None) -> None:
        if kept is not None:
            kept(row)
        self._board.note(row)
        self._tasks[worker].known.append(row)

    def _lose(self, worker: int, lost: WorkerLost, kept: Callable[[Row | Ended], object] | None) -> None:
        self._losses += 1
        chosen, begun = self._chosen.pop(worker, (None, 0.0))
        if chosen is not None:
            seconds = time.monotonic() - begun
            reason = self._reasons.pop(worker, "The process that trained it ended.")
            about = chosen.place, chosen.repeat, chosen.number, chosen.params
            row = Row(*about, "failed", None, None, reason, {}, [], 1, chosen.search_seconds, seconds)
            self._take(worker, row, kept)
        elif self._losses >= MOST_LOSSES:
            last = lost.log.strip().splitlines()[-1:] or ["it said nothing"]
            raise UserFault(f"The processes of the race end by themselves ({last[0]}).", "Close other programs.")
        self._workers.pop(worker).close(grace=0.0)
        self._waiting.appendleft(self._tasks.pop(worker))
        self._start()

    def _end_overdue(self) -> None:
        if self._seconds is None:
            return
        for worker, (_, begun) in self._chosen.items():
            if time.monotonic() - begun > self._seconds and worker not in self._reasons:
                self._reasons[worker] = f"It took longer than {self._seconds:g} s."
                self._workers[worker].kill()
