"""Whether what the model predicted of its own choices came true."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.trials import History, State

DEVIATIONS = 2.0  # standard deviations either side within which a prediction held (pages.md 6)
HELD = math.erf(DEVIATIONS / math.sqrt(2.0))  # of normal predictions: 95 %
LUCK = 0.05  # probability that so few hold by chance, below which they seldom held


@dataclass(frozen=True, eq=False)
class Calibration:
    """Trials of which the strategy noted a prediction, by ``numbers`` (k,): what was predicted and what they scored.

    ``score`` (k,) is NaN for a trial that failed, ``held`` (k,) says where it lies within two ``std`` (k,).
    ``expected`` is how many of the scored ones should hold, ``least`` the fewest that still may by chance.
    """

    numbers: np.ndarray
    predicted: np.ndarray
    std: np.ndarray
    score: np.ndarray
    held: np.ndarray
    expected: float
    least: int

    @property
    def scored(self) -> int:
        """How many of them have a score."""
        return int(np.isfinite(self.score).sum())


def calibration_of(history: History) -> Calibration:
    """The predictions of finished trials of a study with one objective; empty where the strategy made none."""
    rows = []
    if len(history.directions) == 1:
        for number in history.where(State.COMPLETE, State.FAILED).tolist():
            why = history.notes(number).get("why", {})
            predicted, std = why.get("predicted"), why.get("spread")
            if _is_finite(predicted) and _is_finite(std):
                score = history.score[number] if history.state[number] == State.COMPLETE else math.nan
                rows.append((number, predicted, std, score))
    numbers, predicted, std, score = np.array(rows, dtype=float).reshape(-1, 4).T
    total = int(np.isfinite(score).sum())
    return Calibration(
        numbers.astype(int),
        predicted,
        std,
        score,
        np.isfinite(score) & (np.abs(score - predicted) <= DEVIATIONS * std),
        HELD * total,
        _fewest_by_chance(total),
    )


def _fewest_by_chance(total: int) -> int:
    """The smallest count of ``total`` that a binomial with :data:`HELD` gives with at least :data:`LUCK` or fewer."""
    # In here because it loads SciPy.
    from scipy.special import bdtr

    return int(np.argmax(bdtr(np.arange(total + 1.0), total, HELD) >= LUCK)) if total else 0


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
