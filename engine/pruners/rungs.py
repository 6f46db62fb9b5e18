"""Rungs: steps at which trials are compared, a factor apart, and what continues at one of them."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from engine.options import option
from engine.pruners.peers import Peers, Running, number_words


@dataclass(frozen=True, slots=True)
class RungOptions:
    """Settings that pruners with rungs share."""

    first: int = option(1, label="First rung", low=1, high=100_000, help="The step at which trials are first compared.")
    factor: int = option(
        3, label="Reduction factor", low=2, high=20, help="One in so many continues; rungs are so many times apart."
    )
    most: int | None = option(
        None, label="Steps of a whole trial", low=1, high=10_000_000, help="Automatic: of the longest trial so far."
    )


def rung_steps(first: int, factor: int, most: int) -> list[int]:
    """The steps of the rungs below ``most``: first, first times factor, and so on."""
    found, step = [], first
    while step < most:
        found.append(step)
        step *= factor
    return found


def reached_rung(steps: Sequence[int], last: int) -> int | None:
    """Which rung a trial reached last, from 0; *None* before the first."""
    place = bisect.bisect_right(steps, last) - 1
    return place if place >= 0 else None


def keeps(mine: float, others: Sequence[float], factor: int) -> bool:
    """Whether a trial is among the better 1 in ``factor`` of a rung's ascending losses, its own included.

    The first few, of whom none would be so many, continue where they are the best so far (ASHA, Li et al. 2020).
    """
    count = len(others) + 1
    better = bisect.bisect_left(others, mine)
    return better < max(1, count // factor)


def lost_at(peers: Peers, trial: Running, step: int, factor: int, fewest: int = 0) -> str:
    """The sentence of a trial that does not continue at a rung; empty where it does.

    A check at the report before must agree, where there is one, so that one noisy value ends nothing; ``fewest`` other
    trials must have been there.
    """
    steps = trial.losses.steps
    at = int(steps[max(0, int(steps.searchsorted(step, side="right")) - 1)])
    before = steps[: int(steps.searchsorted(at))][-1:].tolist()
    others: Sequence[float] = ()
    mine = 0.0
    for place in (*before, at):
        others, mine = peers.losses_at(trial, place), trial.losses.best_until(place)
        if len(others) < max(1, fewest) or keeps(mine, others, factor):
            return ""
    rank = bisect.bisect_left(others, mine) + 1
    return (
        f"At the rung of step {step} its best {trial.word}, {number_words(mine)}, was number {rank} of "
        f"{len(others) + 1}; one in {factor} continues."
    )
