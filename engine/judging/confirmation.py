"""What fresh fits tell of the winner, its rivals and the baselines: means, intervals, and who can be told apart.

Scores of the same fold are compared in pairs, and folds overlap (:mod:`engine.maths.overlapping_folds`). Every row is
compared with the search's best trial, and all of these comparisons are one family, corrected by Holm's method.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.arrays import Array
from engine.maths.holm import holm_adjusted
from engine.maths.overlapping_folds import corrected_error, half_width, mean_p_value, score_std

LEVEL = 0.05  # of the whole family of comparisons, as is usual
CONFIDENCE = 0.95  # of the intervals, as is usual
_ROUNDING = 1e-13  # relative: a few hundred times what a sum of doubles is rounded by
Verdict = Literal["", "better", "worse"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row: a trial of the search (``number``) or a baseline, with its family, settings and configuration."""

    title: str
    kind: Literal["trial", "baseline"]
    number: int | None
    family: str
    settings: dict[str, Any]
    params: dict[str, Any]
    search_score: float | None = None


@dataclass(frozen=True, slots=True)
class FreshFit:
    """The score of one candidate on one fold of one fresh repeat; *None* where it failed, for ``reason``."""

    candidate: int
    repeat: int
    fold: int
    score: float | None
    seconds: float
    parameters: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A confirmation as it was begun: its rows, and what judges them. ``ratio`` is n_test / n_train of a fold.

    ``draws_folds`` says whether repeats have folds of their own; those of time are always the search's.
    """

    key: str
    candidates: tuple[Candidate, ...]
    folds: int
    ratio: float
    metric: str
    direction: Literal["minimize", "maximize"]
    draws_folds: bool = True

    @property
    def sign(self) -> float:
        """1 where larger is better, -1 where smaller is."""
        return 1.0 if self.direction == "maximize" else -1.0


@dataclass(frozen=True, slots=True)
class ConfirmedRow:
    """A candidate after its fits. ``low`` and ``high`` are a 95 % interval of its ``score``, the mean of ``fits``.

    ``difference`` is its lead over the search's best trial on the same folds, above zero where it is better, whatever
    the direction; ``p`` is Holm's. ``verdict`` says whether the two can be told apart. ``seconds`` is the median time
    of a fit.
    """

    candidate: Candidate
    fits: int
    failed: int
    score: float
    standard_error: float
    low: float
    high: float
    difference: float
    p: float
    verdict: Verdict
    seconds: float
    parameters: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The rows in the order of their candidates, the first of them the search's best trial.

    ``best`` is the place of the row that is confirmed: the search's best unless another is told apart from it as
    better. ``suggested`` is that of the trial to take, ``quickest`` and ``simplest`` those within one standard error.
    ``is_decided`` says that every other row is told apart. ``optimism`` is by how much the search's score of its best
    flatters it (above zero where it does).
    """

    plan: Plan
    rows: tuple[ConfirmedRow, ...]
    best: int
    suggested: int
    quickest: int
    simplest: int | None
    is_decided: bool
    optimism: float | None
    fits: int

    @property
    def winner(self) -> ConfirmedRow:
        """The confirmed row."""
        return self.rows[self.best]


def confirm_rows(plan: Plan, fits: Sequence[FreshFit]) -> Confirmation | None:
    """What the fits so far tell; *None* while the search's best trial has fewer than two."""
    scores = _scores(plan, fits)
    if len(scores[0]) < 2:
        return None
    tested = [_difference(plan, scores[0], mine) for mine in scores]
    adjusted = holm_adjusted([one[1] for one in tested[1:]])
    rows = []
    for place, candidate in enumerate(plan.candidates):
        lead, _ = tested[place]
        p = 1.0 if place == 0 else adjusted[place - 1]
        told = p < LEVEL and lead != 0.0
        verdict: Verdict = "" if not told else "better" if lead > 0 else "worse"
        mine = [fit for fit in fits if fit.candidate == place]
        rows.append(_row(plan, candidate, scores[place], mine, lead, p, verdict))
    better = [place for place, row in enumerate(rows) if row.verdict == "better" and row.candidate.kind == "trial"]
    best = max(better, key=lambda place: plan.sign * rows[place].score, default=0)
    quickest, simplest = _within_error(plan, rows, best)
    reported = plan.candidates[0].search_score
    optimism = None if reported is None else plan.sign * (reported - rows[0].score)
    is_decided = all(row.verdict for row in rows[1:] if row.fits)
    count = sum(row.fits for row in rows)
    return Confirmation(plan, tuple(rows), best, quickest, quickest, simplest, is_decided, optimism, count)


def can_still_change(plan: Plan, fits: Sequence[FreshFit], place: int) -> bool:
    """Whether more fits could tell a row from the search's best, were its mean and spread to stay what they are.

    With ever more fits the variance falls to n_test / n_train of its spread and no further.
    """
    scores = _scores(plan, fits)
    pairs = _pairs(scores[0], scores[place])
    if len(pairs) < 2:
        return True
    differences = _gaps(pairs)
    spread = float(score_std(differences))
    if spread == 0.0:
        return False
    # In here because SciPy is slow to load.
    from scipy.stats import norm

    least = 2.0 * float(norm.sf(abs(float(differences.mean())) / (spread * math.sqrt(plan.ratio))))
    return least < LEVEL  # without Holm's factor: others may be told apart first


def _scores(plan: Plan, fits: Sequence[FreshFit]) -> list[dict[tuple[int, int], float]]:
    found: list[dict[tuple[int, int], float]] = [{} for _ in plan.candidates]
    for fit in fits:
        if fit.score is not None and math.isfinite(fit.score) and 0 <= fit.candidate < len(found):
            found[fit.candidate][fit.repeat, fit.fold] = fit.score
    return found


def _pairs(one: Mapping[tuple[int, int], float], other: Mapping[tuple[int, int], float]) -> Array:
    """Scores (J, 2) of the folds that both have."""
    both = sorted(one.keys() & other.keys())
    return np.array([(one[key], other[key]) for key in both]).reshape(len(both), 2)


def _gaps(pairs: Array) -> Array:
    """The second of each pair (J, 2) minus the first, 0 where that is no more than rounding."""
    gaps = pairs[:, 1] - pairs[:, 0]
    return np.where(np.abs(gaps) <= _ROUNDING * np.abs(pairs).max(axis=1), 0.0, gaps)


def _difference(
    plan: Plan, one: Mapping[tuple[int, int], float], other: Mapping[tuple[int, int], float]
) -> tuple[float, float]:
    """How much better the second is, and the p of that under equality, 1 where it cannot be told."""
    pairs = _pairs(one, other)
    if len(pairs) < 2:
        return 0.0, 1.0
    differences = plan.sign * _gaps(pairs)
    lead = float(differences.mean())
    return lead, mean_p_value(lead, float(corrected_error(differences, plan.ratio)), len(differences))


def _row(
    plan: Plan,
    candidate: Candidate,
    scores: Mapping[tuple[int, int], float],
    fits: Sequence[FreshFit],
    lead: float,
    p: float,
    verdict: Verdict,
) -> ConfirmedRow:
    values = np.array(list(scores.values()))
    mean = float(values.mean()) if len(values) else math.nan
    error = float(corrected_error(values, plan.ratio))
    band = float(half_width(error, len(values), CONFIDENCE)) if len(values) > 1 else 0.0
    seconds = [fit.seconds for fit in fits if fit.score is not None]
    parameters = next((fit.parameters for fit in fits if fit.parameters is not None), None)
    failed = [fit for fit in fits if fit.score is None]
    return ConfirmedRow(
        candidate,
        len(values),
        len(failed),
        mean,
        error,
        mean - band,
        mean + band,
        lead,
        p,
        verdict,
        float(np.median(seconds)) if seconds else math.nan,
        parameters,
        failed[0].reason if failed else "",
    )


def _within_error(plan: Plan, rows: Sequence[ConfirmedRow], best: int) -> tuple[int, int | None]:
    """The quickest and the simplest trial whose score is at most one standard error worse than the confirmed one's.

    A trial is preferred to the confirmed one only where it is quicker by a tenth: times are not known better.
    """
    top = rows[best]
    near = [
        place
        for place, row in enumerate(rows)
        if row.candidate.kind == "trial"
        and row.fits >= 2
        and not row.failed
        and row.verdict != "worse"
        and plan.sign * (top.score - row.score) <= top.standard_error
    ]
    near = near or [best]
    quickest = min(near, key=lambda place: rows[place].seconds)
    if not rows[quickest].seconds < 0.9 * top.seconds:
        quickest = best
    counted = [place for place in near if rows[place].parameters is not None]
    simplest = min(counted, key=lambda place: (rows[place].parameters or 0, place != best)) if counted else None
    return quickest, simplest
