"""The order of trials in a table, by any column."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.space import Categorical
from engine.trials import History, State

Array = np.ndarray[Any, Any]
CONSTRAINT = "constraint:"  # before the name of one in the key of its column, which a hyperparameter may share
PARAMETER = "param:"  # before that of a hyperparameter that is called as a column of the table is
# Of trials without a value, those that run come first, then those that wait, then what is over, the newest first.
_URGENCY = {State.RUNNING: 0, State.WAITING: 1, State.COMPLETE: 2, State.PRUNED: 3, State.FAILED: 4}


def sorted_numbers(
    history: History, steps: Array, known: Array | None, numbers: Array, name: str, is_descending: bool
) -> Array:
    """``numbers`` (n,) sorted by the column ``name``; trials without a value stay at the end in either direction.

    ``steps`` (all,) counts each trial's steps; ``known`` (all,) is the column itself where the history has it not: the
    last losses, the ranks of notes.
    """
    keys = (known if known is not None else _keys(history, steps, name))[numbers]
    if is_descending:
        keys = -keys
    urgency = np.array([_URGENCY[state] for state in State])[history.state[numbers]]
    missing = np.isnan(keys)
    # A trial that breaks a constraint, or is excluded, is no better trial for a better score.
    broken = (history.state == State.COMPLETE) & ~history.eligible if name == "score" else np.zeros(len(history), bool)
    behind = np.where(missing, urgency, broken[numbers])
    # lexsort's last key counts most. Equal values keep the order of their numbers, missing ones the newest first.
    age = np.where(missing, -numbers, numbers)
    return numbers[np.lexsort((age, np.where(missing, 0.0, keys), behind, missing))]


def _keys(history: History, steps: Array, name: str) -> Array:
    if name == "trial":
        return np.arange(len(history), dtype=float)
    if name == "score":
        pruned = history.state == State.PRUNED  # a score of unfinished training is not comparable
        return np.where(pruned, np.nan, history.losses)
    if name in ("loss", "steps"):
        return np.where(steps > 0, steps.astype(float), np.nan)
    if name == "feasible":
        return np.where(history.state == State.COMPLETE, np.where(history.feasible, 0.0, 1.0), np.nan)
    if name.startswith(CONSTRAINT):
        return np.array(history.constraints[:, history.constraint_names.index(name.removeprefix(CONSTRAINT))])
    if name == "time":
        return np.asarray(history.seconds, dtype=float)
    name = name.removeprefix(PARAMETER)
    column = history.numbers[:, history.space.names.index(name)]
    parameter = history.space[name]
    if not isinstance(parameter, Categorical):
        return np.asarray(column, dtype=float)
    rank = np.argsort(np.argsort([str(choice).lower() for choice in parameter.choices], kind="stable"))
    known = np.isfinite(column)
    keys = np.full(len(column), np.nan)
    keys[known] = rank[column[known].astype(int)]
    return keys
