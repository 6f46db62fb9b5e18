"""The confirmation itself: rounds of fresh folds, ended as soon as more of them could not change the answer."""

from __future__ import annotations

import dataclasses
import math
import queue
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.confirming.candidates import choose_candidates, make_plan, table_objective
from engine.confirming.fresh_folds import DUMMY
from engine.confirming.messages import (
    BeginConfirming,
    ConfirmRow,
    FitFresh,
    FreshlyFitted,
    FromConfirmer,
    HoldoutOpened,
    OpenHoldout,
    ReadyToConfirm,
)
from engine.errors import UserFault
from engine.events import FindingRecorded
from engine.execution.local import LocalWorker, close_together
from engine.execution.messages import PrepareFailed, WorkerLost
from engine.judging.confirmation import (
    BEGUN,
    FIT,
    Confirmation,
    FreshFit,
    Plan,
    begun_values,
    can_still_change,
    confirm_rows,
    fit_values,
    plan_of_findings,
)
from engine.judging.holdout import OPENED, holdout_values
from engine.setup import StudySetup
from engine.trials import History

MOST_FITS = 100  # where nobody says how many (the contract)
TRIALS_WORTH = 10  # the time of so many trials, twice, is the most that is spent where nobody says
FEWEST_FOLDS = 10  # before anything is told apart: a standard deviation of ten values is known to a quarter
LOOK_SECONDS = 0.1  # between looks at whether to stop
MOST_LOSSES = 3  # processes lost before a confirmation gives up
CONFIRMS = "engine.confirming.child"

Keep = Callable[[FindingRecorded], object]
Heard = FromConfirmer | WorkerLost


@dataclass(frozen=True, slots=True)
class ConfirmOptions:
    """``fits`` is how many fits at most (*None*: as few as decide); ``more`` goes on although the answer stands."""

    fits: int | None = None
    more: bool = False
    opens_holdout: bool = False
    by: str = "the command line"
    holdout_of: int | None = None  # the trial to judge on the holdout, the confirmed one where none is named
    workers: int = 2


def confirm_winner(
    path: Path,
    setup: StudySetup,
    history: History,
    findings: Sequence[FindingRecorded],
    keep: Keep,
    options: ConfirmOptions = ConfirmOptions(),
    cancelled: Callable[[], bool] = lambda: False,
    heard: Callable[[Confirmation], object] | None = None,
) -> Confirmation | None:
    """Train the winner, its rivals and the baselines on fresh folds; ``keep`` takes every fit as it is known.

    What an earlier confirmation of the same rows found (``findings``) is taken up. *None* where it was stopped before
    anything could be said. Raises :class:`UserFault` where there is nothing to confirm, or the table cannot be used.
    """
    objective = table_objective(setup, path)
    plan = make_plan(choose_candidates(objective, history), objective, setup)
    known = plan_of_findings(findings)
    fits: list[FreshFit] = []
    if known is not None and known[0].key == plan.key:
        plan, fits = known
    rows = tuple(ConfirmRow(one.family, one.settings, one.params) for one in plan.candidates)
    tasks = BeginConfirming(objective, rows, setup.strategy.seed)
    pool = _Pool(tasks, options.workers)
    try:
        ready = pool.start(cancelled)
        if ready is None:
            return confirm_rows(plan, fits)
        if plan.folds == 0:
            plan = dataclasses.replace(plan, folds=ready.folds, ratio=ready.ratio)
            keep(FindingRecorded(BEGUN, time.time(), begun_values(plan)))
        seconds = history.seconds[history.eligible]
        spent = _Rounds(plan, fits, options, 2.0 * TRIALS_WORTH * float(np.nanmedian(seconds)))
        while (wanted := spent.next_round()) and not cancelled():
            for fit in pool.train(wanted, cancelled):
                spent.fits.append(fit)
                keep(FindingRecorded(FIT, time.time(), fit_values(plan, fit)))
                if heard is not None and (now := confirm_rows(plan, spent.fits)) is not None:
                    heard(now)
        found = confirm_rows(plan, spent.fits)
        if options.opens_holdout and not cancelled():
            _open_holdout(pool, plan, found, options, keep, cancelled)
        return found
    finally:
        pool.close()


class _Rounds:
    """Which fits come next: a fresh repeat for every row whose comparison may still change."""

    def __init__(self, plan: Plan, fits: list[FreshFit], options: ConfirmOptions, seconds: float) -> None:
        self.plan, self.fits, self.options = plan, list(fits), options
        self._begun_with, self._seconds, self._before = len(fits), seconds, sum(fit.seconds for fit in fits)
        # 20 fits each, as the button says, for whoever wants more of them.
        more = -(-20 // plan.folds) if options.more else 0
        self._asked_until = self._last_repeat() + more if more else -1

    def next_round(self) -> list[FitFresh]:
        """The fits of the next round, fold by fold so that times are of the same moments; empty at the end."""
        plan = self.plan
        least = -(-FEWEST_FOLDS // plan.folds)
        done = {(fit.candidate, fit.repeat, fit.fold) for fit in self.fits}
        for repeat in range(self._last_repeat() + 2):
            rows = self._open_rows(repeat, is_needed=repeat < least)
            wanted = [
                FitFresh(row, repeat, fold)
                for fold in range(plan.folds)
                for row in rows
                if (row, repeat, fold) not in done
            ]
            if wanted:
                return self._within_limits(wanted, is_needed=repeat < least)
        return []

    def _last_repeat(self) -> int:
        return max((fit.repeat for fit in self.fits), default=-1)

    def _open_rows(self, repeat: int, *, is_needed: bool) -> list[int]:
        """The rows to train in a repeat: the search's best, and whoever may still be told apart from it."""
        broken = {fit.candidate for fit in self.fits if fit.score is None}
        every = [row for row in range(len(self.plan.candidates)) if row not in broken]
        if is_needed:
            return every
        now = confirm_rows(self.plan, self.fits)
        if now is None:
            return []
        rivals = [row for row in every if row and not now.rows[row].verdict]
        if repeat > self._asked_until:
            rivals = [row for row in rivals if can_still_change(self.plan, self.fits, row)]
        return [0, *rivals] if rivals else []

    def _within_limits(self, wanted: list[FitFresh], *, is_needed: bool) -> list[FitFresh]:
        paid = [fit for fit in self.fits[self._begun_with :] if self.plan.candidates[fit.candidate].family != DUMMY]
        if self.options.more:
            return wanted
        most = MOST_FITS if self.options.fits is None else self.options.fits
        left = most - len(paid)
        spent = sum(fit.seconds for fit in self.fits) - self._before
        is_late = self.options.fits is None and math.isfinite(self._seconds) and spent > self._seconds
        if left <= 0 or (is_late and not is_needed):
            return []
        found = []
        for task in wanted:
            left -= self.plan.candidates[task.row].family != DUMMY
            if left < 0:
                break
            found.append(task)
        return found


class _Pool:
    """Processes that train, each with the table in memory; one that is lost costs its fit."""

    def __init__(self, begin: BeginConfirming, workers: int) -> None:
        self._begin, self._count = begin, max(1, workers)
        self._inbox: queue.SimpleQueue[tuple[int, Heard]] = queue.SimpleQueue()
        self._workers: dict[int, LocalWorker] = {}
        self._started = self._losses = 0

    def start(self, cancelled: Callable[[], bool]) -> ReadyToConfirm | None:
        """Have the table loaded; *None* where somebody cancelled meanwhile."""
        for _ in range(self._count):
            self._add()
        while not cancelled():
            for _, message in self._heard():
                if isinstance(message, ReadyToConfirm):
                    return message
                self._refuse(message)
        return None

    def train(self, wanted: Sequence[FitFresh], cancelled: Callable[[], bool]) -> Any:
        """The fits as they are done, in any order."""
        waiting, running = deque(wanted), dict[int, FitFresh]()
        while (waiting or running) and not cancelled():
            for number, worker in self._workers.items():
                if waiting and number not in running:
                    running[number] = waiting.popleft()
                    worker.send(running[number])
            for number, message in self._heard():
                if isinstance(message, FreshlyFitted):
                    running.pop(number, None)
                    about = message.row, message.repeat, message.fold
                    yield FreshFit(*about, message.score, message.seconds, message.parameters, message.reason)
                elif isinstance(message, WorkerLost):
                    lost = running.pop(number, None)
                    self._replace(number)
                    if lost is not None:
                        reason = "The process that trained it ended."
                        yield FreshFit(lost.row, lost.repeat, lost.fold, None, 0.0, None, reason)
                else:
                    self._refuse(message)

    def open_holdout(self, rows: tuple[int, ...], cancelled: Callable[[], bool]) -> HoldoutOpened | None:
        """Judge rows on the holdout."""
        first = next(iter(self._workers.values()))
        first.send(OpenHoldout(rows))
        while not cancelled():
            for _, message in self._heard():
                if isinstance(message, HoldoutOpened):
                    return message
                self._refuse(message)
        return None

    def close(self) -> None:
        """End every process at once."""
        for one in self._workers.values():
            one.kill()
        close_together(self._workers.values(), grace=0.0)

    def _heard(self) -> list[tuple[int, Heard]]:
        try:
            return [self._inbox.get(timeout=LOOK_SECONDS)]
        except queue.Empty:
            return []

    def _add(self) -> None:
        number, self._started = self._started, self._started + 1
        worker = LocalWorker(number, self._receive, CONFIRMS, FromConfirmer, "confirm")
        self._workers[number] = worker
        worker.send(self._begin)

    def _replace(self, number: int) -> None:
        self._losses += 1
        if self._losses >= MOST_LOSSES:
            raise UserFault("The processes that confirm end by themselves.", "Close other programs.")
        self._workers.pop(number).close(grace=0.0)
        self._add()

    def _receive(self, number: int, message: Heard) -> None:
        self._inbox.put((number, message))

    @staticmethod
    def _refuse(message: Heard) -> None:
        if isinstance(message, PrepareFailed):
            raise UserFault(message.what, message.remedy)
        if isinstance(message, WorkerLost):
            raise UserFault("The process that confirms ended by itself.", "Close other programs, and try again.")


def _open_holdout(
    pool: _Pool,
    plan: Plan,
    found: Confirmation | None,
    options: ConfirmOptions,
    keep: Keep,
    cancelled: Callable[[], bool],
) -> None:
    """Judge the chosen trial and the baselines, and note that the holdout was opened."""
    place = found.best if found is not None else 0
    for row, one in enumerate(plan.candidates):
        if options.holdout_of is not None and one.number == options.holdout_of:
            place = row
    rows = (place, *(row for row, one in enumerate(plan.candidates) if one.kind == "baseline"))
    opened = pool.open_holdout(rows, cancelled)
    if opened is not None:
        titles = [plan.candidates[row].title for row in rows]
        reported = plan.candidates[place].search_score
        fresh = found.rows[place].score if found is not None else None
        values, data = holdout_values(opened, titles, plan, options.by, reported, fresh)
        keep(FindingRecorded(OPENED, time.time(), values, data))
