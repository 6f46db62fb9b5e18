"""Whether more trials are worth it: the chance of a better score, told from how records have come so far.

Where trials do not depend on each other, trial k is a record with probability 1/k (Rényi 1962), so m more trials after
n bring one with probability m/(n + m). A strategy that learns sets records more often. For it, their number in the next
m trials is taken for Poisson distributed, with a mean fitted to simulated studies (``tests/campaigns/forecasts.py``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.trials import History, State

FEWEST = 12  # finished trials before anything is forecast: the fewest of the studies that the model was fitted to
RECENT = 5  # records whose gains tell the size of the next one: a guess
FITTED = (0.53, 0.78, 0.10, -0.14)
"""Of the mean's logarithm, for strategies that learn: constant, by ln ln((n + m)/n), by the logarithm of the records
among the second half of the trials, and by that of the share of trials since the last record. Maximum likelihood over
720 simulated studies of four strategies (``python -m tests.campaigns.forecasts fit``)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What so many more ``trials`` may bring.

    ``chance`` of at least one better score is between 0 and 1, *None* where too few trials tell; ``seconds`` is what
    they take, *None* where no trial has ended; ``gain`` the median gain of the last records, *None* without any.
    ``said`` and ``held`` tell how such forecasts have done in this study: in how many of ``tested`` earlier spans of so
    many trials a better score was expected (a sum of chances), and in how many it came.
    """

    trials: int
    chance: float | None
    seconds: float | None
    gain: float | None
    tested: int
    said: float
    held: int


def forecast(history: History, trials: int, pace: float | None = None, *, learns: bool = True) -> Forecast:
    """The chance of a better score in the next ``trials``; ``pace`` is how many seconds one takes.

    ``learns`` says whether the strategy that chooses them learns from earlier ones.
    """
    losses = _losses(history)
    seconds = None if pace is None else trials * pace
    if len(losses) < FEWEST or trials < 1:
        return Forecast(trials, None, seconds, None, 0, 0.0, 0)
    records = records_of(losses)
    said, held, tested = _tested(records, trials, learns)
    best = np.minimum.accumulate(losses)
    gains = -np.diff(best[np.isfinite(best)])
    gains = gains[gains > 0.0][-RECENT:]
    gain = float(np.median(gains)) if len(gains) else None
    return Forecast(trials, chance_of_record(records, trials, learns), seconds, gain, tested, said, held)


def chance_of_record(records: np.ndarray, trials: int, learns: bool) -> float:
    """The chance of a record in the next ``trials`` after those whose ``records`` (n,) are true where one came."""
    n = len(records)
    ahead = math.log((n + trials) / n)
    if not learns:
        return trials / (n + trials)
    since = np.argmax(records[::-1]) if records.any() else n
    constant, by_span, by_records, by_wait = FITTED
    mean = constant + by_span * math.log(ahead)
    mean += by_records * math.log(late_records(records)) + by_wait * math.log((since + 1) / n)
    return -math.expm1(-math.exp(mean))


def late_records(records: np.ndarray) -> float:
    """How many records n trials would have, had all come as often as those in their second half."""
    late = records[-(len(records) // 2) :]
    return float(len(records) * (late.sum() + 0.5) / (len(late) + 1.0))  # half a record, so that none is not never


def records_of(losses: np.ndarray) -> np.ndarray:
    """Where a sequence (n,), infinite where there is nothing, is lower than all before."""
    best = np.minimum.accumulate(losses)
    return np.concatenate([[np.isfinite(best[0])], best[1:] < best[:-1]])


def _losses(history: History) -> np.ndarray:
    """What is lower for the better, of every finished trial in order; infinite where it can be no record."""
    finished = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
    losses = np.where(history.eligible[finished], history.losses[finished], np.inf)
    return np.asarray(np.where(np.isfinite(losses), losses, np.inf))


def _tested(records: np.ndarray, trials: int, learns: bool) -> tuple[float, int, int]:
    """What would have been said at the start of earlier spans, and what came: summed over spans side by side."""
    ends = range(len(records), FEWEST + trials - 1, -trials)
    said = sum(chance_of_record(records[: end - trials], trials, learns) for end in ends)
    held = sum(bool(records[end - trials : end].any()) for end in ends)
    return float(said), int(held), len(ends)
