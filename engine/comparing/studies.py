"""One study of a comparison, read from its file without running or changing anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.analysis import Line, Progress, learning_line, score_progress
from engine.maths.overlapping_folds import corrected_error, fold_ratio, half_width
from engine.objectives.description import TableObjective, Validation
from engine.setup import StudySetup
from engine.store import Reader
from engine.trials import Direction, History, State

CONFIDENCE = 0.9  # of every interval that is printed (the contract of the commands)


@dataclass(frozen=True, slots=True)
class BestScore:
    """The best trial of a study. ``low`` and ``high`` are its 90 % interval, *None* where its folds are not known.

    ``fold_scores`` (J,) are those that ``score`` is the mean of; ``standard_error`` is corrected for folds that share
    rows to train on.
    """

    number: int
    score: float
    params: Mapping[str, Any]
    fold_scores: tuple[float, ...] = ()
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class ComparedStudy:
    """A study as its file tells it. ``curve`` is the validation loss of the best trial, by step.

    ``counts`` are its trials by state, ``seconds`` what they took together, ``put_right`` what the file said against
    its definition, a sentence each.
    """

    path: Path
    setup: StudySetup
    directions: tuple[Direction, ...]
    counts: Mapping[str, int]
    progress: Progress
    seconds: float
    best: BestScore | None
    curve: Line
    put_right: tuple[str, ...] = ()

    @property
    def trials(self) -> int:
        """How many trials there are, whatever became of them."""
        return len(self.progress.numbers)

    @property
    def finished(self) -> int:
        """How many trials are over."""
        return self.progress.finished


def read_study(path: Path | str) -> ComparedStudy:
    """What a file tells now, also while another process writes it; raises :class:`UserFault` where it is no study."""
    with Reader(path) as reader:
        setup, history, put_right = reader.study()
        best = _best_of(history, setup)
        curve = Line(np.zeros(0), np.zeros(0))
        if best is not None and (found := reader.curves([best.number]).get(best.number)) is not None:
            curve = learning_line(found, "val_loss", is_complete=True)
    over = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
    return ComparedStudy(
        path=reader.path,
        setup=setup,
        directions=history.directions,
        counts=history.counts(),
        progress=score_progress(history),
        seconds=float(np.nansum(history.seconds[over])),
        best=best,
        curve=curve,
        put_right=put_right,
    )


def error_of_mean(values: tuple[float, ...], validation: Validation) -> float | None:
    """The standard error of a mean over splits that train on shared rows; *None* for fewer than two splits.

    By time the rows to train on grow; k-fold's are taken.
    """
    if len(values) < 2 or not all(map(math.isfinite, values)):
        return None
    return float(corrected_error(np.array(values), fold_ratio(validation.folds)))


def _best_of(history: History, setup: StudySetup) -> BestScore | None:
    number = history.best_number()
    if number is None:
        return None
    trial = history.trial(number)
    score = float(history.score[number])
    folds = tuple(float(value) for value in trial.details.get("fold_scores") or ())
    objective = setup.objective
    error = error_of_mean(folds, objective.validation) if isinstance(objective, TableObjective) else None
    if error is None:
        return BestScore(number, score, trial.params, folds)
    half = float(half_width(error, len(folds), CONFIDENCE))
    low, high = score - half, score + half
    # No metric of a table goes beyond: losses are at least 0, and what is to be large is at most 1.
    low, high = (low, min(high, 1.0)) if setup.direction == "maximize" else (max(low, 0.0), high)
    return BestScore(number, score, trial.params, folds, error, low, high)
