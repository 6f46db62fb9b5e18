"""What a study's file knows of its winner: the honest score, the last confirmation, and the looks at the holdout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import store
from engine.confirming.candidates import choose_candidates, make_plan, table_objective
from engine.confirming.rounds import FEWEST_FOLDS, TRIALS_WORTH
from engine.errors import UserFault
from engine.events import FindingRecorded
from engine.judging.best_corrected import corrected_best
from engine.judging.confirmation import Confirmation, confirm_rows
from engine.judging.confirmation_record import plan_of_findings
from engine.judging.corrected import CorrectedScore
from engine.judging.holdout import HoldoutLook, holdout_looks
from engine.judging.taken import taken_trial
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.trials import History

START_SECONDS = 3.0  # until a process has loaded its libraries and the table: a guess


@dataclass(frozen=True, eq=False)
class WinnerStanding:
    """``findings`` are all that the file held, ``confirmation`` what the fits among them tell.

    ``is_current`` says that the confirmation is of the trials that lead now, ``taken`` is the trial that a person took.
    """

    findings: tuple[FindingRecorded, ...] = ()
    confirmation: Confirmation | None = None
    is_current: bool = False
    looks: tuple[HoldoutLook, ...] = ()
    taken: int | None = None


def read_standing(path: Path, setup: StudySetup, history: History) -> WinnerStanding:
    """What the file at ``path`` knows of the winner of a study that stands like this."""
    with store.Reader(path) as reader:
        findings = reader.findings()
    return standing_of(findings, setup, history)


def standing_of(findings: Sequence[FindingRecorded], setup: StudySetup, history: History) -> WinnerStanding:
    """The same from findings that were read before."""
    known = plan_of_findings(findings)
    found = None if known is None else confirm_rows(*known)
    is_current = found is not None and _key_now(setup, history) == found.plan.key
    looks, taken = tuple(holdout_looks(findings)), taken_trial(findings, history)
    return WinnerStanding(tuple(findings), found, is_current, looks, taken)


def why_not_confirm(setup: StudySetup, history: History, path: Path) -> str:
    """Why the winner cannot be confirmed, in a sentence; empty where it can."""
    try:
        choose_candidates(table_objective(setup, path), history)
    except UserFault as fault:
        return str(fault)
    return ""


def confirming_seconds(setup: StudySetup, history: History, workers: int = 2) -> float:
    """About how long a confirmation takes; 0 where nothing can be confirmed.

    At least ten fits of each row; twice that where it has to go on is a guess.
    """
    objective = setup.objective
    if not isinstance(objective, TableObjective) or history.best_number() is None:
        return 0.0
    trial = float(np.nanmedian(history.seconds[history.eligible]))
    folds = max(1, objective.validation.splits)
    rows = len(choose_candidates(objective, history)) - 1  # guessing costs nothing
    fits = rows * FEWEST_FOLDS
    seconds = min(1.5 * fits * trial / folds, max(fits * trial / folds, 2.0 * TRIALS_WORTH * trial))
    return START_SECONDS + seconds / max(1, workers)


def read_worth(
    path: Path, setup: StudySetup, history: History, cancelled: Callable[[], bool] = lambda: False
) -> CorrectedScore | None:
    """What the best score is worth, from the predictions in the file; *None* where they cannot tell.

    Raises :class:`UserFault` where the study keeps no predictions.
    """
    with store.Reader(path) as reader:
        stored = reader.predictions()
    return None if cancelled() else corrected_best(stored, setup.objective, history, is_cancelled=cancelled)


def _key_now(setup: StudySetup, history: History) -> str:
    if not isinstance(setup.objective, TableObjective):
        return ""
    try:
        return make_plan(choose_candidates(setup.objective, history), setup.objective, setup).key
    except UserFault:
        return ""
