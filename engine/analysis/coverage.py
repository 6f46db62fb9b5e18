"""How a strategy covers two hyperparameters: distinct values tried of each (Bergstra and Bengio 2012, figure 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.space import Categorical, Hyperparameter, SearchSpace


@dataclass(frozen=True, slots=True)
class Coverage:
    """One search seen on two hyperparameters. ``unit`` (n, 2) are places in the unit square, NaN where not set.

    ``scores`` (n,) belong to them; ``distinct`` are the different values tried of either, ``repeated`` the trials whose
    value of it an earlier trial had.
    """

    names: tuple[str, str]
    unit: np.ndarray
    scores: np.ndarray
    distinct: tuple[int, int]
    repeated: tuple[int, int]


def coverage_pair(space: SearchSpace) -> tuple[str, str] | None:
    """Two hyperparameters to look at: the finest numbers, then choices, in their order; *None* without two."""
    return next(iter(coverage_pairs(space)), None)


def coverage_pairs(space: SearchSpace) -> tuple[tuple[str, str], ...]:
    """Every two hyperparameters that vary, those that are most worth looking at first."""
    varying = [name for name, one in space.items() if one.levels != 1]
    return tuple(combinations(sorted(varying, key=lambda name: _coarseness(space[name])), 2))


def _coarseness(parameter: Hyperparameter) -> tuple[bool, float]:
    """Sorts numbers before choices, and what every configuration has before what depends on another."""
    levels = parameter.levels
    return isinstance(parameter, Categorical), (0.0 if levels is None else 1.0 / levels) + bool(parameter.when)


def shown_repeat(final: np.ndarray, leader: int, *, is_minimized: bool) -> int | None:
    """The repeat to show for all strategies: the lower middle one of the leader's final values (k, r).

    *None* before there are any. The worse of the two in the middle, where their number is even.
    """
    known = np.flatnonzero(~np.isnan(final[leader]))
    if not len(known):
        return None
    values = final[leader][known] * (-1.0 if is_minimized else 1.0)
    return int(known[np.argsort(values, kind="stable")[(len(known) - 1) // 2]])


def coverage(
    space: SearchSpace, names: tuple[str, str], configurations: Sequence[Mapping[str, object]], scores: np.ndarray
) -> Coverage:
    """How the ``configurations`` (n) with these scores (n,) cover two hyperparameters."""
    columns = [space.names.index(name) for name in names]
    rows = np.array([space.encode(dict(params)) for params in configurations]).reshape(-1, len(space))
    unit = rows[:, columns]
    distinct, repeated = [], []
    for at in range(2):
        values = unit[~np.isnan(unit[:, at]), at]
        distinct.append(len(np.unique(np.round(values, 12))))
        repeated.append(len(values) - distinct[-1])
    return Coverage(
        names, unit, np.asarray(scores[: len(unit)]), (distinct[0], distinct[1]), (repeated[0], repeated[1])
    )


def coverage_words(found: Coverage, title: str, name: str) -> str:
    """What one strategy did with the first hyperparameter, which people call ``name``."""
    trials, name = found.distinct[0] + found.repeated[0], name.replace("_", " ")
    if not trials:
        return f"{title}: {name} was never set"
    if not found.repeated[0]:
        return f"{title}: no value of {name} twice" if name.endswith("s") else f"{title}: no {name} twice"
    a_value = f"a value of {name}" if name.endswith("s") else f"{'an' if name[0] in 'aeio' else 'a'} {name}"
    return f"{title}: {found.repeated[0]} of {trials} trials repeat {a_value}"
