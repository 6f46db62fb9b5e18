"""Which fits a confirmation trains next: racing, which ends as soon as more of them could not change the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.confirming.messages import FitFresh
from engine.judging.confirmation import FreshFit, Plan, can_still_change, confirm_rows

DUMMY = "dummy"
"""The family that guesses; its fits cost nothing and are not counted."""
MOST_FITS = 100  # where nobody says how many (the contract)
TRIALS_WORTH = 10  # the time of so many trials, twice, is the most that is spent where nobody says
FEWEST_FOLDS = 10  # before anything is told apart: a standard deviation of ten values is known to a quarter
MORE_FITS = 20  # each, as the button says, for whoever wants more of them


@dataclass(frozen=True, slots=True)
class ConfirmOptions:
    """``fits`` is how many fits at most (*None*: as few as decide); ``more`` goes on although the answer stands.

    ``by`` is by which door the holdout was opened, ``holdout_of`` the trial to judge on it, the confirmed one where
    none is named.
    """

    fits: int | None = None
    more: bool = False
    opens_holdout: bool = False
    by: str = "the command line"
    holdout_of: int | None = None
    workers: int = 2


class Rounds:
    """Which fits come next: a fresh repeat for every row whose comparison may still change."""

    def __init__(self, plan: Plan, fits: list[FreshFit], options: ConfirmOptions, seconds: float) -> None:
        self.plan, self.fits, self.options = plan, list(fits), options
        self._begun_with, self._seconds, self._before = len(fits), seconds, sum(fit.seconds for fit in fits)
        more = -(-MORE_FITS // plan.folds)
        self._asked_until = self._last_repeat() + more if options.more else -1

    def next_round(self) -> list[FitFresh]:
        """The fits of the next round, fold by fold so that times are of the same moments; empty at the end."""
        plan = self.plan
        least = -(-FEWEST_FOLDS // plan.folds)
        done = {(fit.candidate, fit.repeat, fit.fold) for fit in self.fits}
        for repeat in range(self._last_repeat() + 2):
            rows = self._open_rows(repeat, is_needed=repeat < least)
            wanted = [
                FitFresh(row, repeat, fold)
                for fold in range(plan.folds)
                for row in rows
                if (row, repeat, fold) not in done
            ]
            if wanted:
                return self._within_limits(wanted, is_needed=repeat < least)
        return []

    def _last_repeat(self) -> int:
        return max((fit.repeat for fit in self.fits), default=-1)

    def _open_rows(self, repeat: int, *, is_needed: bool) -> list[int]:
        """The rows to train in a repeat: the search's best, and whoever may still be told apart from it."""
        broken = {fit.candidate for fit in self.fits if fit.score is None}
        every = [row for row in range(len(self.plan.candidates)) if row not in broken]
        if is_needed:
            return every
        now = confirm_rows(self.plan, self.fits)
        if now is None or (self.options.more and repeat > self._asked_until):
            return []
        rivals = [row for row in every if row and not now.rows[row].verdict]
        if not self.options.more:
            rivals = [row for row in rivals if can_still_change(self.plan, self.fits, row)]
        return [0, *rivals] if rivals else []

    def _within_limits(self, wanted: list[FitFresh], *, is_needed: bool) -> list[FitFresh]:
        if self.options.more:
            return wanted
        paid = [fit for fit in self.fits[self._begun_with :] if self.plan.candidates[fit.candidate].family != DUMMY]
        most = MOST_FITS if self.options.fits is None else self.options.fits
        left = most - len(paid)
        spent = sum(fit.seconds for fit in self.fits) - self._before
        is_late = self.options.fits is None and math.isfinite(self._seconds) and spent > self._seconds
        if left <= 0 or (is_late and not is_needed):
            return []
        found = []
        for task in wanted:
            left -= self.plan.candidates[task.row].family != DUMMY
            if left < 0:
                break
            found.append(task)
        return found
