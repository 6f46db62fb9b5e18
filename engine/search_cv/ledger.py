"""What became of every candidate, fold by fold, between a study and scikit-learn's table of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.events import StateName
from engine.space import Params

Fit = dict[str, Any]
"""What scikit-learn notes of one fit: ``test_scores`` (a number, or one by metric), ``fit_time``, ``fit_error`` ..."""


@dataclass(eq=False)
class Row:
    """One candidate: its hyperparameters, and its fits by fold.

    ``error`` is why all of its fits failed, where nothing else is known of them; ``seconds`` what each of them took.
    """

    params: Params
    fits: dict[int, Fit] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    is_pruned: bool = False


class Ledger:
    """The candidates of one search in order.

    scikit-learn ends a search where all fits of one call fail. A search that calls for one candidate after the other
    must outlive that, so such candidates are kept here, and take their place among the results afterwards.
    """

    def __init__(self, folds: int, metric: str | None, error_score: Any) -> None:
        """``metric`` names the score that counts, where there are several; else it is the first."""
        self.rows: list[Row] = []
        self.table: dict[str, Any] = {}
        self._folds = folds
        self._metric = metric
        self._error_score = error_score
        self._expected: list[tuple[Row, int]] = []
        self._heard = 0

    def expect(self, rows: Sequence[Row], folds: Iterable[int]) -> None:
        """The next fits to be heard are of these rows in these folds."""
        folds = list(folds)
        self._expected = [(row, fold) for row in rows for fold in folds]

    def hear(self, fits: Sequence[Fit]) -> None:
        """All fits since the search began, those that were expected last."""
        for (row, fold), fit in zip(self._expected, fits[self._heard :], strict=True):
            row.fits[fold] = fit
        self._heard, self._expected = len(fits), []

    def score(self, row: Row) -> float:
        """The mean test score over the folds so far; NaN where none counts."""
        scores = [self._refit_score(fit["test_scores"]) for _, fit in sorted(row.fits.items())]
        return float(np.mean(scores)) if scores and not row.error else np.nan

    def outcome(self, row: Row) -> tuple[float | None, StateName, str]:
        """What a study is told of a row: score, state and reason."""
        errors = [fit["fit_error"] for fit in row.fits.values() if fit["fit_error"]]
        score = self.score(row)
        if row.error or (row.fits and len(errors) == len(row.fits)):
            return None, "failed", row.error or last_line(errors[0])
        if row.is_pruned and np.isfinite(score):
            return score, "pruned", ""
        if not np.isfinite(score):
            return None, "failed", last_line(errors[0]) if errors else f"The score is not a finite number ({score:g})."
        return score, "complete", ""

    @property
    def has_fits(self) -> bool:
        """Whether any fit was heard of; without one there is nothing to make results of."""
        return self._heard > 0

    def complete_fits(self) -> list[Fit]:
        """The fits of all rows in the order of scikit-learn, those that never were filled in as missing or failed."""
        model = next(fit for row in self.rows for fit in row.fits.values())
        found = []
        for row in self.rows:
            for fold in range(self._folds):
                fit = row.fits.get(fold)
                if fit is None:
                    fit = self._missing_fit(row, model)
                found.append(fit)
        return found

    def _missing_fit(self, row: Row, model: Fit) -> Fit:
        known = list(row.fits.values())
        value = self._error_score if row.error else np.nan
        times: Fit = {
            "fit_time": float(np.mean([fit["fit_time"] for fit in known])) if known else row.seconds,
            "score_time": float(np.mean([fit["score_time"] for fit in known])) if known else 0.0,
        }
        scores: Fit = {
            name: _scores_of(model[name], value) for name in ("test_scores", "train_scores") if name in model
        }
        return {**model, **times, **scores, "fit_error": row.error or None}

    def _refit_score(self, scores: Any) -> float:
        if not isinstance(scores, dict):
            return float(scores)
        return float(scores[self._metric] if self._metric in scores else next(iter(scores.values())))


def last_line(error: str) -> str:
    """The last line of a traceback, which names the error."""
    return error.strip().splitlines()[-1].strip()


def _scores_of(scores: Any, value: float) -> Any:
    return dict.fromkeys(scores, value) if isinstance(scores, dict) else value
