"""The order of trials in a table, by any column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.space import Categorical
from engine.trials import History, State

CONSTRAINT = "constraint:"  # before the name of one in the key of its column, which a hyperparameter may share
PARAMETER = "param:"  # before that of a hyperparameter that is called as a column of the table is
# Of trials without a value, those that run come first, then those that wait, then what is over, the newest first.
_URGENCY = {State.RUNNING: 0, State.WAITING: 1, State.COMPLETE: 2, State.PRUNED: 3, State.FAILED: 4}
_URGENCIES = np.array([_URGENCY[state] for state in State])


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column trials are sorted, and which way; trials without a value stay at the end in either direction.

    ``steps`` (all,) counts each trial's steps; ``known`` (all,) is the column itself where the history has it not: the
    last losses, the ranks of notes.
    """

    history: History
    name: str
    is_descending: bool
    steps: Array
    known: Array | None = None

    def sorted(self, numbers: Array) -> Array:
        """``numbers`` (n,) in this order."""
        return numbers[np.lexsort(self._keys(numbers))]

    def placed(self, order: Array, numbers: Array) -> Array:
        """``order`` (n,), which is sorted, with a few more ``numbers`` in their places: log(n) looks each."""
        numbers = self.sorted(numbers)
        wanted = self._keys(numbers)
        low, high = np.zeros(len(numbers), dtype=np.int64), np.full(len(numbers), len(order), dtype=np.int64)
        while (is_open := low < high).any():
            middle = np.minimum((low + high) // 2, len(order) - 1)
            goes_on = is_open & _is_less(self._keys(order[middle]), wanted)
            low, high = np.where(goes_on, middle + 1, low), np.where(is_open & ~goes_on, middle, high)
        return np.insert(order, low, numbers)

    def _keys(self, numbers: Array) -> tuple[Array, ...]:
        """What decides, the last one most: equal values keep the order of their numbers, missing ones the newest first.

        A trial that breaks a constraint, or is excluded, is no better trial for a better score.
        """
        history = self.history
        values = self.known[numbers] if self.known is not None else _values(history, self.steps, self.name, numbers)
        missing = np.isnan(values)
        behind = np.where(missing, _URGENCIES[history.state[numbers]], 0)
        if self.name == "score":
            behind = np.where(~missing & ~_eligible(history, numbers), 1, behind)
        age = np.where(missing, -numbers, numbers)
        return age, np.where(missing, 0.0, -values if self.is_descending else values), behind, missing


def _is_less(left: tuple[Array, ...], right: tuple[Array, ...]) -> Array:
    """Where the keys of ``left`` come before those of ``right``."""
    is_less = np.zeros(len(left[0]), dtype=bool)
    for mine, other in zip(left, right, strict=True):
        is_less = (mine < other) | ((mine == other) & is_less)
    return is_less


def _eligible(history: History, numbers: Array) -> Array:
    kept = (history.constraints[numbers] <= 0.0).all(axis=1)
    return np.asarray(kept & ~np.isin(numbers, list(history.excluded_numbers)))


def _values(history: History, steps: Array, name: str, numbers: Array) -> Array:
    if name == "trial":
        return np.asarray(numbers, dtype=float)
    state = history.state[numbers]
    if name == "score":
        sign = 1.0 if history.directions[0] == "minimize" else -1.0
        # A score of unfinished training is not comparable.
        return np.where(state == State.PRUNED, np.nan, sign * history.score[numbers])
    if name == "steps":
        reached = steps[numbers]
        return np.where(reached > 0, reached.astype(float), np.nan)
    if name == "feasible":
        kept = (history.constraints[numbers] <= 0.0).all(axis=1)
        return np.where(state == State.COMPLETE, np.where(kept, 0.0, 1.0), np.nan)
    if name.startswith(CONSTRAINT):
        return np.array(history.constraints[numbers, history.constraint_names.index(name.removeprefix(CONSTRAINT))])
    if name == "time":
        return np.asarray(history.seconds[numbers], dtype=float)
    name = name.removeprefix(PARAMETER)
    column = history.numbers[numbers, history.space.names.index(name)]
    hyperparameter = history.space[name]
    if not isinstance(hyperparameter, Categorical):
        return np.asarray(column, dtype=float)
    rank = np.argsort(np.argsort([str(choice).lower() for choice in hyperparameter.choices], kind="stable"))
    known = np.isfinite(column)
    keys = np.full(len(column), np.nan)
    keys[known] = rank[column[known].astype(int)]
    return keys
