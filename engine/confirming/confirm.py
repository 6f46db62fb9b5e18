"""The confirmation itself: rounds of fresh folds, ended as soon as more of them could not change the answer."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.confirming.candidates import choose_candidates, make_plan, table_objective
from engine.confirming.messages import BeginConfirming, ConfirmRow
from engine.confirming.pool import ConfirmPool
from engine.confirming.rounds import TRIALS_WORTH, ConfirmOptions, Rounds
from engine.events import FindingRecorded
from engine.judging.confirmation import Confirmation, FreshFit, Plan, confirm_rows
from engine.judging.confirmation_record import BEGUN, FIT, begun_values, fit_values, plan_of_findings
from engine.judging.holdout import OPENED, holdout_values
from engine.setup import StudySetup
from engine.trials import History

Keep = Callable[[FindingRecorded], object]
USUAL = ConfirmOptions()


def confirm_winner(
    path: Path,
    setup: StudySetup,
    history: History,
    findings: Sequence[FindingRecorded],
    keep: Keep,
    options: ConfirmOptions = USUAL,
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
    pool = ConfirmPool(tasks, options.workers)
    try:
        ready = pool.start(cancelled)
        if ready is None:
            return confirm_rows(plan, fits)
        if plan.folds == 0:
            plan = dataclasses.replace(plan, folds=ready.folds, ratio=ready.ratio, draws_folds=ready.draws_folds)
            keep(FindingRecorded(BEGUN, time.time(), begun_values(plan)))
        seconds = history.seconds[history.eligible]
        rounds = Rounds(plan, fits, options, 2.0 * TRIALS_WORTH * float(np.nanmedian(seconds)))
        while (wanted := rounds.next_round()) and not cancelled():
            for fit in pool.train(wanted, cancelled):
                rounds.fits.append(fit)
                keep(FindingRecorded(FIT, time.time(), fit_values(plan, fit)))
                if heard is not None and (now := confirm_rows(plan, rounds.fits)) is not None:
                    heard(now)
        found = confirm_rows(plan, rounds.fits)
        if options.opens_holdout and not cancelled():
            _open_holdout(pool, plan, found, options, keep, cancelled)
        return found
    finally:
        pool.close()


def _open_holdout(
    pool: ConfirmPool,
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
