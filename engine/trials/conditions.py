"""Conditions learned from trials: when a hyperparameter that an objective names as it runs is asked for, and when not.

Such an objective never says that ``degree`` belongs to one kernel alone; the trials that came to their end show it.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import numpy as np

from engine.space import Categorical, Choice, Float, Hyperparameter, SearchSpace
from engine.trials.history import History
from engine.trials.trial import State

MOST_PARENTS = 4  # a guess: an objective whose conditions nest deeper is treated as one without


def learned_space(history: History, names: Collection[str]) -> SearchSpace:
    """The space of ``history`` with a condition for each of ``names`` that some trials did not ask for.

    A condition is the fewest hyperparameters, each with the values seen, that hold in every trial which asked for the
    name and in no complete trial which did not. What only a bound on a real number or an *or* could say has no such
    condition and stays without one. Trials that failed or were pruned may have ended before they asked: they tell what
    is asked for, not what is not.
    """
    space, numbers = history.space, history.numbers
    if not np.isnan(numbers).any():  # every trial asked for everything, as most objectives do
        return space
    there = np.isfinite(numbers)
    asked_in = there & (history.state >= State.COMPLETE)[:, None]
    lacking_in = ~there & (history.state == State.COMPLETE)[:, None]
    if history.strange:
        for number, values in history.strange.items():  # asked for, under a value that the space no longer holds
            lacking_in[number, [column for column, name in enumerate(space) if name in values]] = False
    rows = dict(space)
    for column, (name, hyperparameter) in enumerate(space.items()):
        if name not in names or hyperparameter.when or not lacking_in[:, column].any():
            continue
        asked, lacking = np.flatnonzero(asked_in[:, column]), np.flatnonzero(lacking_in[:, column])
        if len(asked):
            when = _condition(space, numbers, column, asked, lacking)
            rows[name] = msgspec.structs.replace(hyperparameter, when=when) if when else hyperparameter
    return SearchSpace(rows) if rows != dict(space) else space


def _condition(
    space: SearchSpace, numbers: np.ndarray, column: int, asked: np.ndarray, lacking: np.ndarray
) -> dict[str, tuple[Choice, ...]] | None:
    """Which values of earlier hyperparameters tell the trials ``asked`` from those ``lacking``; *None* where none do.

    Parents are added while any trial is left to tell apart, the one that tells most apart first: of equals a choice,
    then the one with the fewest values, because one with many tells few trials apart by chance.
    """
    parents = list(space.items())[:column]
    excluded = {}
    for parent, (name, rule) in enumerate(parents):
        if isinstance(rule, Float) or rule.levels == 1 or np.isnan(numbers[asked, parent]).any():
            continue
        outside = ~np.isin(numbers[lacking, parent], numbers[asked, parent])
        if outside.any():
            excluded[name] = outside
    found: dict[str, tuple[Choice, ...]] = {}
    left = np.ones(len(lacking), dtype=bool)
    while left.any() and len(found) < MOST_PARENTS:
        best = max(excluded, key=lambda name: _merit(excluded[name] & left, space[name]), default=None)
        if best is None or not (excluded[best] & left).any():
            return None
        rule, values = space[best], np.unique(numbers[asked, space.names.index(best)])
        found[best] = tuple(rule.to_value(value) for value in values.tolist())
        left &= ~excluded.pop(best)
    return None if left.any() else found


def _merit(told_apart: np.ndarray, rule: Hyperparameter) -> tuple[int, bool, int]:
    return int(np.count_nonzero(told_apart)), isinstance(rule, Categorical), -(rule.levels or 0)
