"""The cells of a grid over a mixed, conditional space: counted and addressed by index, never listed.

Only active hyperparameters multiply, so that no two cells are the same configuration. A keyed permutation of the
index gives a random order that needs no memory: any position maps to its cell at once.
"""

from __future__ import annotations

import bisect
import hashlib
import math
from functools import cached_property

import numpy as np

from engine.errors import UserFault
from engine.space.hyperparameters import Categorical, Float, Hyperparameter, Int
from engine.space.space import Params, SearchSpace

MOST_BRANCHES = 100_000  # of conditions that are counted: a guess


class Grid:
    """The grid of ``levels`` values per range (every choice, every value of a shorter whole-number range).

    Raises :class:`UserFault` where conditions branch into more combinations than can be counted.
    """

    def __init__(self, space: SearchSpace, levels: int = 5) -> None:
        self._space = space
        self._values = [_grid_numbers(hyperparameter, levels) for hyperparameter in space.values()]
        parents = {parent for hyperparameter in space.values() for parent in hyperparameter.when or ()}
        self._parents = [column for column in space.order if space.names[column] in parents]
        self._leaves = [column for column in range(len(space)) if space.names[column] not in parents]
        self._branches = self._enumerate_branches()

    @cached_property
    def count(self) -> int:
        """Number of cells."""
        return self._branch_ends[-1]

    @cached_property
    def _branch_sizes(self) -> list[tuple[list[int], int]]:
        """Per branch: its active leaf columns and the number of cells."""
        sizes = []
        for row in self._branches:
            active = self._space.active(np.array([row]))[0]
            leaves = [column for column in self._leaves if active[column]]
            sizes.append((leaves, math.prod(len(self._values[column]) for column in leaves)))
        return sizes

    @cached_property
    def _branch_ends(self) -> list[int]:
        ends, total = [], 0
        for _, size in self._branch_sizes:
            total += size
            ends.append(total)
        return ends

    def cell(self, index: int) -> Params:
        """The configuration of cell ``index``, 0 <= index < :attr:`count`."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        branch = bisect.bisect_right(self._branch_ends, index)
        leaves, size = self._branch_sizes[branch]
        rest = index - (self._branch_ends[branch] - size)
        row = list(self._branches[branch])
        for column in reversed(leaves):
            rest, digit = divmod(rest, len(self._values[column]))
            row[column] = self._values[column][digit]
        return self._space.to_params(row)

    def _enumerate_branches(self) -> list[list[float]]:
        """Every assignment of the hyperparameters that others depend on, NaN elsewhere and where inactive."""
        branches = [[np.nan] * len(self._space)]
        for column in self._parents:
            grown = []
            active = self._space.active(np.array(branches))[:, column]
            for row, is_active in zip(branches, active, strict=True):
                numbers = self._values[column] if is_active else [np.nan]
                grown += [[*row[:column], number, *row[column + 1 :]] for number in numbers]
                if len(grown) > MOST_BRANCHES:
                    raise UserFault(
                        "The conditions of this grid branch into too many combinations to count.",
                        "Use fewer values per range, or the random strategy.",
                    )
            branches = grown
        return branches


def shuffled(position: int, count: int, seed: int) -> int:
    """Where ``position`` goes in a keyed random order of ``range(count)``: a bijection without a table.

    A Feistel network on the next even number of bits, repeated until the result falls inside (cycle walking; Black
    and Rogaway, "Ciphers with arbitrary finite domains", 2002).
    """
    half = max(1, ((count - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    value = position
    while True:
        left, right = value >> half, value & mask
        for turn in range(4):
            left, right = right, left ^ (_scramble_index(right, turn, seed) & mask)
        value = (left << half) | right
        if value < count:
            return value


def _scramble_index(number: int, turn: int, seed: int) -> int:
    text = f"{seed}:{turn}:{number}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "little")


def _grid_numbers(hyperparameter: Hyperparameter, levels: int) -> list[float]:
    if isinstance(hyperparameter, Categorical):
        return [float(index) for index in range(hyperparameter.levels)]
    if isinstance(hyperparameter, Int) and hyperparameter.levels <= levels:
        return [float(hyperparameter.low + index * hyperparameter.step) for index in range(hyperparameter.levels)]
    if isinstance(hyperparameter, Float) and hyperparameter.levels is not None and hyperparameter.levels <= levels:
        return [
            hyperparameter.from_unit((index + 0.5) / hyperparameter.levels) for index in range(hyperparameter.levels)
        ]
    ends = [index / (levels - 1) for index in range(levels)] if levels > 1 else [0.5]
    return sorted({hyperparameter.from_unit(u) for u in ends})
