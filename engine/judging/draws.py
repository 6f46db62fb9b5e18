"""Rows drawn with replacement, so that what belongs together is drawn together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.data.out_of_fold import OutOfFoldRows

MOST_CELLS = 40_000_000
"""Draws times rows in memory: 160 MB of single precision; more rows are drawn fewer times, down to FEWEST."""
FEWEST = 40  # draws: the standard deviation of 40 values is known to 11 %

SMALLEST = 5
"""Rows of a class in a fold that are drawn among themselves: the only one would never be left out of a draw, and one of
five is in 33 % of them, of many in 37 %. Fewer are drawn with those that the class has in other folds."""


@dataclass(frozen=True, eq=False)
class Draws:
    """``counts`` (n, B) says how often each prediction was drawn, ``left`` (n, B) is 1 where it was not; float32."""

    counts: Array
    left: Array

    @property
    def number(self) -> int:
        """How many draws."""
        return int(self.counts.shape[1])


def draw_rows(rows: OutOfFoldRows, number: int, rng: np.random.Generator) -> Draws:
    """``number`` draws of as many units as there are: rows, whole groups, or blocks of time.

    Within folds, and there within classes where rows are drawn, so that every draw has what its metrics ask for; rows
    of a class that a fold has few of are drawn with those of other folds.
    """
    number = max(FEWEST, min(number, MOST_CELLS // max(1, len(rows))))
    unit, strata = _units(rows)
    counts = np.zeros((int(unit.max()) + 1, number), dtype=np.float32)
    for members in strata:
        drawn = rng.multinomial(len(members), np.full(len(members), 1.0 / len(members)), size=number)
        counts[members] = drawn.T
    found = counts[unit]
    return Draws(found, (found == 0).astype(np.float32))


def draw_parts(rows: OutOfFoldRows, number: int, rng: np.random.Generator) -> Array:
    """Parts (n,) of about equal size at random, numbered from 0: what belongs together is in the same one."""
    unit, strata = _units(rows)
    part = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    for members in strata:
        part[members] = (rng.permutation(len(members)) + rng.integers(number)) % number
    return np.asarray(part[unit])


def _units(rows: OutOfFoldRows) -> tuple[Array, list[Array]]:
    """The unit (n,) of each prediction, and the units of each stratum."""
    if rows.groups is not None:
        unit = np.unique(rows.groups, return_inverse=True)[1]
        kind = np.zeros(len(rows), dtype=np.int64)
    elif rows.is_ordered:
        unit = _blocks(rows.folds)
        kind = np.zeros(len(rows), dtype=np.int64)
    else:
        unit = np.unique(rows.rows, return_inverse=True)[1]
        kind = rows.y if rows.classes else np.zeros(len(rows), dtype=np.int64)
    first = np.unique(unit, return_index=True)[1]
    kinds = int(kind.max()) + 1
    key = rows.folds[first] * kinds + kind[first]
    if kinds > 1:
        is_small = np.bincount(key)[key] < SMALLEST
        key = np.where(is_small, rows.fold_count * kinds + kind[first], key)
    order = np.argsort(key, kind="stable")
    ends = np.flatnonzero(np.diff(key[order])) + 1
    return unit, np.split(order, ends)


def _blocks(folds: Array) -> Array:
    """Blocks of rows that follow each other: about the cube root of a fold's rows (Künsch 1989)."""
    unit, taken = np.zeros(len(folds), dtype=np.int64), 0
    for fold in np.unique(folds):
        places = np.flatnonzero(folds == fold)
        length = max(1, round(len(places) ** (1.0 / 3.0)))
        unit[places] = taken + np.arange(len(places)) // length
        taken = int(unit[places[-1]]) + 1
    return unit
