"""What pruners have in common that decide at rungs: steps a factor apart, at each of which one in so many continues."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.options import option
from engine.pruners.peer_pruner import PeerPruner
from engine.pruners.peers import Running, number_words

UNKNOWN = 1 << 40  # steps of a whole trial while none has run to its end


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


class RungPruner(PeerPruner):
    """Judges a trial at the rung that it reached last; a subclass changes which rungs there are, or what counts there.

    ``waits`` says whether nobody ends at a rung before ``factor`` trials were there; else the first few continue only
    where they are the best so far.
    """

    options = RungOptions
    settings: RungOptions
    waits: ClassVar[bool] = False

    def judge(self, trial: Running) -> str:
        """A sentence where the trial is not among the best at the rung that it reached last."""
        steps = self.rungs(trial)
        rung = reached_rung(steps, trial.last)
        return "" if rung is None else self.judge_at(trial, steps, rung)

    def rungs(self, trial: Running) -> list[int]:
        """The steps at which ``trial`` is judged, ascending."""
        most = self.settings.most or self.peers.longest(trial) or UNKNOWN
        return rung_steps(self.settings.first, self.settings.factor, most)

    def judge_at(self, trial: Running, steps: Sequence[int], rung: int) -> str:
        """The sentence of a trial that does not continue at a rung of those at ``steps``; empty where it does.

        A check at the report before must agree, where there is one, so that one noisy value ends nothing.
        """
        step, factor, own = steps[rung], self.settings.factor, trial.losses.steps
        fewest = factor - 1 if self.waits else 1
        at = int(own[max(0, int(own.searchsorted(step, side="right")) - 1)])
        before = own[: int(own.searchsorted(at))][-1:].tolist()
        others: Sequence[float] = ()
        mine = 0.0
        for place in (*before, at):
            others, mine = self.peers.losses_at(trial, place), trial.losses.best_until(place)
            if len(others) < fewest or keeps(mine, others, factor):
                return ""
        rank = bisect.bisect_left(others, mine) + 1
        return (
            f"At the rung of step {step} its best {trial.word}, {number_words(mine)}, was number {rank} of "
            f"{len(others) + 1}; one in {factor} continues."
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
