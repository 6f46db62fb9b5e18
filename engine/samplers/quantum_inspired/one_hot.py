"""Configurations as groups of bits of which one is on: one for each choice, or for each part of a number's range.

A hyperparameter with a condition has one bit more, which is on where it is inactive.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.samplers.encoding import Encoding
from engine.space import Categorical


class OneHot:
    """The bits of one space, in groups: ``widths`` (G,) and the first bit of each group, ``starts`` (G,)."""

    def __init__(self, encoding: Encoding, parts: int) -> None:
        """``parts`` are those that the range of a number is divided into, at most."""
        self._encoding = encoding
        self.columns = list(encoding.varying)
        self._levels: list[int] = []
        widths = []
        for column in self.columns:
            hyperparameter = encoding.hyperparameters[column]
            is_category = isinstance(hyperparameter, Categorical)
            levels = (hyperparameter.levels or parts) if is_category else min(hyperparameter.levels or parts, parts)
            self._levels.append(levels)
            widths.append(levels + bool(hyperparameter.when))
        self.widths = np.array(widths, dtype=int)
        self.starts = np.concatenate([[0], np.cumsum(self.widths)[:-1]]).astype(int)
        self.count = int(self.widths.sum())

    def levels_of(self, points: Array) -> Array:
        """Which bit of each group is on, (n, G), at points (n, d) of the unit cube."""
        active = self._encoding.active_mask(points)
        found = np.empty((len(points), len(self.columns)), dtype=int)
        for group, column in enumerate(self.columns):
            levels = self._levels[group]
            cells = np.clip(np.floor(points[:, column] * levels), 0, levels - 1).astype(int)
            found[:, group] = np.where(active[:, column], cells, levels) if self.widths[group] > levels else cells
        return found

    def bits_of(self, levels: Array) -> Array:
        """Bits (n, p) with one on in each group."""
        bits = np.zeros((len(levels), self.count))
        bits[np.arange(len(levels))[:, None], self.starts + levels] = 1.0
        return bits

    def point_of(self, levels: Array, rng: np.random.Generator) -> Array:
        """A point (d,) of the unit cube for the bits (G,) that are on; where a number lies in its part is drawn.

        A hyperparameter whose bit says that it is inactive is drawn as a whole: whether it is, its condition decides.
        """
        point = np.full(len(self._encoding), 0.5)
        for group, column in enumerate(self.columns):
            count = self._levels[group]
            level = levels[group] if levels[group] < count else rng.integers(count)
            point[column] = (level + rng.random()) / count
        return point

    def design(self, row: int, rng: np.random.Generator) -> Array:
        """Row ``row`` (G,) of a design in which every bit is on as often as any other of its group.

        ``rng`` is to be the same for every row: it shuffles each group.
        """
        return np.array([rng.permutation(levels)[row % levels] for levels in self._levels], dtype=int)

    @property
    def design_rows(self) -> int:
        """Rows until every bit has been on once."""
        return max(self._levels, default=1)
