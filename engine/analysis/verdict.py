"""Who wins a race of strategies, and how sure that is: paired comparisons over repeats with the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.maths.holm import holm_adjusted

CONFIDENCE = 0.9  # of every interval, and the share of repeats that the next must be beaten in to lose the lead
LEAST_QUALITY = 0.5  # leave-one-out R² of a model below which no winner is named
SIGNIFICANT = 0.05  # family-wise error of the comparisons after Holm's correction


@dataclass(frozen=True, slots=True)
class Superiority:
    """How often ``better`` (by place) beats ``than`` on the same seeds; a tie counts half.

    ``low`` to ``high`` is the exact 90 % interval of Clopper and Pearson (1934). ``is_told_apart`` is whether an exact
    sign test, corrected for all pairs by Holm (1979), says that it is more than chance.
    """

    better: int
    than: int
    probability: float
    low: float
    high: float
    is_told_apart: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a race of k strategies says after ``repeats`` whole repeats.

    ``order`` are places, best first, by the mean probability of beating another. ``leaders`` are the first of them and
    all that cannot be told from it, ``wins`` (k, k) the probabilities, NaN on the diagonal, ``pairs`` all of them with
    their intervals, in both directions. ``medians`` (k,) are of the final values. ``target`` is the median of
    what the strategies came to within the budget, each by its own median, in the scores of trials. ``reached`` (k,)
    counts the repeats that came to it, ``trials_to_target`` (k,) is the median number of trials of these, NaN where
    none did. ``choosing`` (k,) is the median time to choose a trial in seconds.
    ``has_winner`` is whether a single strategy may be named.
    """

    names: tuple[str, ...]
    repeats: int
    order: tuple[int, ...]
    leaders: tuple[int, ...]
    pairs: tuple[Superiority, ...]
    wins: np.ndarray
    medians: np.ndarray
    target: float
    reached: np.ndarray
    trials_to_target: np.ndarray
    choosing: np.ndarray
    quality: float | None

    @property
    def is_trusted(self) -> bool:
        """Whether the model behind the race is good enough to name anybody."""
        return self.quality is None or self.quality >= LEAST_QUALITY

    @property
    def has_winner(self) -> bool:
        """Whether one strategy leads alone."""
        return self.is_trusted and len(self.leaders) == 1 and len(self.order) > 1

    def pair(self, better: int, than: int) -> Superiority:
        """How often one place beats another."""
        return next(one for one in self.pairs if (one.better, one.than) == (better, than))


def verdict(
    names: Sequence[str],
    final: np.ndarray,
    best_so_far: np.ndarray,
    search_seconds: np.ndarray,
    done: np.ndarray,
    *,
    is_minimized: bool,
    quality: float | None = None,
) -> Verdict | None:
    """The verdict on final values (k, r), best so far (k, r, n) and seconds to choose (k, r, n).

    Repeats that some strategy has not ``done`` (k, r) are left out; a search without any score counts as the worst.
    *None* before there is a whole repeat, and where no search of one has a score.
    """
    sign = 1.0 if is_minimized else -1.0
    whole = done.all(axis=0)
    if np.isnan(final[:, whole]).all():
        return None
    losses = np.where(np.isnan(final), np.inf, sign * final)[:, whole]
    curves = np.where(np.isnan(best_so_far), np.inf, sign * best_so_far)[:, whole]
    k, repeats = losses.shape
    wins = np.full((k, k), np.nan)
    pairs = _pairs(losses, wins)
    mean = np.nanmean(wins, axis=1) if k > 1 else np.ones(1)
    medians = np.median(losses, axis=1)
    order = tuple(sorted(range(k), key=lambda place: (-mean[place], medians[place], place)))
    first = order[0]
    beaten = {one.than for one in pairs if one.better == first and one.probability >= CONFIDENCE and one.low > 0.5}
    target = _target(np.median(curves[:, :, -1], axis=1))
    hit = curves <= target
    reached = hit.any(axis=2)
    counts = np.where(reached, hit.argmax(axis=2) + 1.0, np.nan)
    to_target = np.array([np.nan if np.isnan(row).all() else float(np.nanmedian(row)) for row in counts])
    return Verdict(
        tuple(names),
        repeats,
        order,
        tuple(place for place in order if place == first or place not in beaten),
        pairs,
        wins,
        sign * medians,
        sign * target,
        reached.sum(axis=1),
        to_target,
        _medians(search_seconds),
        quality,
    )


def superiority_interval(wins: float, repeats: int) -> tuple[float, float]:
    """The exact 90 % interval (Clopper and Pearson) for a probability after ``wins`` of ``repeats``, ties as halves."""
    # In here because the window loads this room as it starts.
    import scipy

    tail = (1.0 - CONFIDENCE) / 2
    low = 0.0 if wins <= 0 else float(scipy.stats.beta.ppf(tail, wins, repeats - wins + 1))
    high = 1.0 if wins >= repeats else float(scipy.stats.beta.ppf(1 - tail, wins + 1, repeats - wins))
    return low, high


def _pairs(losses: np.ndarray, wins: np.ndarray) -> tuple[Superiority, ...]:
    # In here because the window loads this room as it starts.
    import scipy

    k, repeats = losses.shape
    compared, chances = [], []
    for one in range(k):
        for other in range(one + 1, k):
            better = int((losses[one] < losses[other]).sum())
            worse = int((losses[one] > losses[other]).sum())
            compared.append((one, other, better + (repeats - better - worse) / 2))
            chances.append(float(scipy.stats.binomtest(better, better + worse).pvalue) if better + worse else 1.0)
    told = [chance <= SIGNIFICANT for chance in holm_adjusted(chances)]
    found = []
    for (one, other, count), is_apart in zip(compared, told, strict=True):
        for better, than, won in ((one, other, count), (other, one, repeats - count)):
            low, high = superiority_interval(won, repeats)
            wins[better, than] = won / repeats
            found.append(Superiority(better, than, won / repeats, low, high, is_apart))
    return tuple(found)


def _target(ends: np.ndarray) -> float:
    """A loss that half of the strategies usually come to; none where nobody has a score."""
    known = ends[np.isfinite(ends)]
    return float(np.median(known)) if len(known) else -np.inf


def _medians(seconds: np.ndarray) -> np.ndarray:
    flat = seconds.reshape(len(seconds), -1)
    return np.array([np.nan if np.isnan(row).all() else float(np.nanmedian(row)) for row in flat])
