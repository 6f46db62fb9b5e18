"""Hyperband: several brackets of successive halving, from many trials that are judged early to few that run whole."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import lru_cache

from engine.pruners import registry
from engine.pruners.peers import Peers, Running, cost_class
from engine.pruners.rung_pruner import RungPruner, rung_steps
from engine.trials import Curves, History, State


def bracket_starts(first: int, factor: int, most: int) -> list[int]:
    """How many trials begin in each bracket, the one of the earliest first rung first (Li et al. 2018, table 1).

    For 1 to 81 steps and a factor of 3 these are 81, 34, 15, 8 and 5.
    """
    last = _last_bracket(first, factor, most)
    return [math.ceil((last + 1) * factor**s / (s + 1)) for s in range(last, -1, -1)]


def first_rung(bracket: int, first: int, factor: int) -> int:
    """The step at which trials of a bracket are first compared."""
    return int(first * factor**bracket)


@lru_cache(maxsize=64)
def _assignments(first: int, factor: int, most: int, count: int) -> tuple[int, ...]:
    weights = bracket_starts(first, factor, most)
    given, found = [0] * len(weights), []
    for number in range(count):
        share = [(number + 1) * weight / sum(weights) - done for weight, done in zip(weights, given, strict=True)]
        chosen = max(range(len(weights)), key=lambda place: (share[place] / weights[place], -place))
        given[chosen] += 1
        found.append(chosen)
    return tuple(found)


def bracket_of(number: int, first: int, factor: int, most: int) -> int:
    """The bracket of a trial, from 0 for the earliest: always the one that is furthest behind its share."""
    period = sum(bracket_starts(first, factor, most))
    return _assignments(first, factor, most, period)[number % period]


def _last_bracket(first: int, factor: int, most: int) -> int:
    last, step = 0, first
    while step * factor <= most:
        last, step = last + 1, step * factor
    return last


@registry.register
class HyperbandPruner(RungPruner):
    """Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization", 2018.

    A trial belongs to a bracket by its number and is compared inside it alone. Without a number of steps nobody can
    tell the brackets: the first trial that runs whole sets it.
    """

    title = "Hyperband"
    summary = "Judges some trials very early and lets others run whole, in brackets of successive halving."

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self.peers = Peers(self._group)
        self._steps = self.settings.most or 0
        self._whole: tuple[History | None, int, int] = (None, -1, 0)  # whose first whole trial is known, and its steps

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence where the trial is not among the best of its bracket at the rung that it reached last.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        steps = self.settings.most or self._steps_of_whole(history, curves)
        if not steps:
            return ""
        if steps != self._steps:
            self._steps, self.peers = steps, Peers(self._group)
        return super().decide(history, curves, number)

    def rungs(self, trial: Running) -> list[int]:
        """Those of the trial's bracket."""
        first, factor = self.settings.first, self.settings.factor
        return rung_steps(first_rung(self._bracket(trial.number), first, factor), factor, self._steps)

    def judge_at(self, trial: Running, steps: Sequence[int], rung: int) -> str:
        """The sentence, with the bracket."""
        said = super().judge_at(trial, steps, rung)
        return f"Bracket {self._bracket(trial.number) + 1}: {said[:1].lower()}{said[1:]}" if said else ""

    def _steps_of_whole(self, history: History, curves: Curves) -> int:
        known, version, steps = self._whole
        if known is not history or version != history.version:
            steps = _first_whole(history, curves)
            self._whole = (history, history.version, steps)
        return steps

    def _group(self, history: History, number: int) -> Hashable:
        return self._bracket(number), cost_class(history, number)

    def _bracket(self, number: int) -> int:
        return bracket_of(number, self.settings.first, self.settings.factor, self._steps) if self._steps else 0


def _first_whole(history: History, curves: Curves) -> int:
    """The steps of the earliest trial that ran to its end; 0 where none has."""
    for number in history.where(State.COMPLETE)[:16].tolist():
        if number in curves and number not in history.excluded_numbers:
            return curves.get(number).last_step
    return 0
