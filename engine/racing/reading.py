"""What people look at in a race: its verdict, lines over trials or seconds, and coverage."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.analysis import Coverage, Verdict, coverage, coverage_pair, shown_repeat, verdict
from engine.racing.record import Race
from engine.space import SearchSpace

Axis = Literal["trials", "seconds", "fits"]


@dataclass(frozen=True, slots=True)
class RaceLine:
    """One strategy's ``median`` (m,) over repeats at ``x`` (m,), between the quartiles ``low`` and ``high`` (m,)."""

    x: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray


def judged(race: Race) -> Verdict | None:
    """The verdict on the whole repeats so far; *None* before there is one."""
    return verdict(
        race.names,
        race.final,
        race.best_so_far,
        race.search_seconds,
        race.done,
        is_minimized=race.direction == "minimize",
        quality=race.quality,
    )


def race_lines(race: Race, against: Axis) -> tuple[RaceLine, ...]:
    """A line a strategy, over the repeats so far; where nothing is known yet, NaN."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of columns without any number
        for place in range(len(race.names)):
            low, median, high = np.nanquantile(race.best_so_far[place], (0.25, 0.5, 0.75), axis=0)
            found.append(RaceLine(_across(race, place, against), median, low, high))
    return tuple(found)


def _across(race: Race, place: int, against: Axis) -> np.ndarray:
    if against == "trials":
        return np.arange(1.0, race.trials + 1.0)
    seconds = race.search_seconds[place] + race.seconds[place]
    spent = race.fits[place] if against == "fits" else seconds
    return np.asarray(np.cumsum(np.nan_to_num(np.nanmedian(spent, axis=0))))


def race_coverage(
    race: Race, space: SearchSpace, leader: int, names: tuple[str, str] | None = None
) -> tuple[Coverage, ...]:
    """How every strategy covers two hyperparameters in the repeat that is shown; empty where there are no two."""
    pair = names or coverage_pair(space)
    repeat = shown_repeat(race.final, leader, is_minimized=race.direction == "minimize")
    if pair is None or repeat is None:
        return ()
    return tuple(
        coverage(space, pair, race.configurations[place][repeat], race.scores[place, repeat])
        for place in range(len(race.names))
    )
