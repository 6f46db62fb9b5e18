"""Between the unit cube and the features that the surrogate sees: snapping, conditions, one-hot columns.

A point is a row of the unit cube (d,) that also holds positions for inactive hyperparameters; they have no influence
on the features: an inactive number sits at the middle, an inactive category at a level of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.errors import UserFault
from engine.space import Categorical, Float, Grid, Hyperparameter, Int, SearchSpace
from engine.trials import History

HAMMING = float(np.sqrt(0.5))
FEW_LEVELS = 16  # of a whole number that are all tried, as in Optuna's mixed search
MOST_LEVELS = 100_000  # of a hyperparameter in a grid that is addressed: a guess
MOST_BRANCHES = 2_000  # of conditions in a grid that is addressed: a guess
MOST_CHOICES = 20  # of a hyperparameter that others depend on, to have a branch each: a guess


@dataclass(frozen=True, slots=True)
class Branch:
    """One choice, by column, number and place, of a hyperparameter that others depend on, perhaps under this choice."""

    column: int
    level: int
    unit: float
    has_children: bool


class Encoding:
    """Vectorised ways through one space. ``varying`` lists the columns with more than one value."""

    def __init__(self, space: SearchSpace) -> None:
        self.space = space
        self.hyperparameters: list[Hyperparameter] = list(space.values())
        self.varying = [column for column, p in enumerate(self.hyperparameters) if p.levels != 1]
        self.is_category = np.array([isinstance(p, Categorical) for p in self.hyperparameters], dtype=bool)
        self._first: dict[int, int] = {}  # hyperparameter -> its first feature column
        owner: list[int] = []
        for rank, column in enumerate(self.varying):
            self._first[column] = len(owner)
            owner += [rank] * self._feature_width(self.hyperparameters[column])
        self.owner = np.array(owner, dtype=int)
        self.numeric = np.array([c for c in self.varying if not self.is_category[c]], dtype=int)
        self.numeric_features = np.array([self._first[c] for c in self.numeric], dtype=int)
        parents = {parent for p in self.hyperparameters for parent in p.when or ()}
        self._parents = [column for column, name in enumerate(space.names) if name in parents]

    def __len__(self) -> int:
        return len(self.hyperparameters)

    @staticmethod
    def _feature_width(hyperparameter: Hyperparameter) -> int:
        if isinstance(hyperparameter, Categorical):
            return hyperparameter.levels + bool(hyperparameter.when)
        return 1

    @cached_property
    def dimension(self) -> float:
        """How many hyperparameters vary together, on average over the space."""
        points = np.random.default_rng(0).random((256, len(self)))
        active = self.active_mask(points)
        return float(max(1.0, active[:, self.varying].sum(axis=1).mean())) if self.varying else 1.0

    @cached_property
    def branches(self) -> list[Branch]:
        """Every choice of every hyperparameter that others depend on; of numbers with many values none."""
        found = []
        for column in self._parents:
            levels = self.hyperparameters[column].levels or 1
            allowed = [cells for _, needs in self._condition_table for parent, cells in needs if parent == column]
            found += [
                Branch(column, level, (level + 0.5) / levels, any(level in cells for cells in allowed))
                for level in (range(levels) if 1 < levels <= MOST_CHOICES else ())
            ]
        return found

    def is_within(self, branch: Branch, points: np.ndarray) -> np.ndarray:
        """Mask (S,) of the points (S, d) that lie in a branch."""
        level = self._cell_numbers(self.hyperparameters[branch.column], points[:, branch.column])
        return np.asarray(self.active_mask(points)[:, branch.column] & (level == branch.level))

    # -- points ------------------------------------------------------------------------------------------------------

    def snap_points(self, points: np.ndarray) -> np.ndarray:
        """Points (S, d) moved to the centre of the value they stand for."""
        snapped = np.clip(points, 0.0, 1.0)
        for column, hyperparameter in enumerate(self.hyperparameters):
            if isinstance(hyperparameter, Int) and hyperparameter.log:
                snapped[:, column] = hyperparameter.to_unit(_log_integers(hyperparameter, snapped[:, column]))
            elif hyperparameter.levels is not None:
                levels = hyperparameter.levels
                cells = np.minimum(np.floor(snapped[:, column] * levels), levels - 1)
                snapped[:, column] = (cells + 0.5) / levels
        return np.asarray(snapped)

    def active_mask(self, points: np.ndarray) -> np.ndarray:
        """Which hyperparameters are active at points (S, d)."""
        mask = np.ones(points.shape, dtype=bool)
        for column, conditions in self._condition_table:
            for parent, allowed in conditions:
                cells = self._cell_numbers(self.hyperparameters[parent], points[:, parent])
                mask[:, column] &= mask[:, parent] & (cells[:, None] == allowed).any(axis=1)
        return mask

    @cached_property
    def _condition_table(self) -> list[tuple[int, list[tuple[int, np.ndarray]]]]:
        """Per conditional column, parents first: its parents and which of their values allow it."""
        found = []
        for column in self.space.order:
            hyperparameter = self.hyperparameters[column]
            needs = []
            for name, wanted in (hyperparameter.when or {}).items():
                parent = self.space.names.index(name)
                rule = self.hyperparameters[parent]
                numbers = np.array([rule.to_number(value) for value in wanted])
                needs.append((parent, self._cell_numbers(rule, rule.to_unit(numbers))))
            if needs:
                found.append((column, needs))
        return found

    @staticmethod
    def _cell_numbers(hyperparameter: Hyperparameter, units: np.ndarray) -> np.ndarray:
        """Which value (0, 1, ...) of a countable hyperparameter each position stands for."""
        levels = hyperparameter.levels or 1
        if isinstance(hyperparameter, Int) and hyperparameter.log:
            return _log_integers(hyperparameter, units) - hyperparameter.low
        return np.asarray(np.clip(np.floor(units * levels), 0, levels - 1))

    def to_features(self, points: np.ndarray, active: np.ndarray | None = None) -> np.ndarray:
        """Features (S, D) of points (S, d), which may lie outside the unit cube."""
        active = self.active_mask(points) if active is None else active
        features = np.zeros((len(points), len(self.owner)))
        features[:, self.numeric_features] = np.where(active[:, self.numeric], points[:, self.numeric], 0.5)
        rows = np.arange(len(points))
        for column in self.varying:
            hyperparameter = self.hyperparameters[column]
            if isinstance(hyperparameter, Categorical):
                level = np.clip(
                    np.floor(points[:, column] * hyperparameter.levels), 0, hyperparameter.levels - 1
                ).astype(int)
                if hyperparameter.when:
                    level = np.where(active[:, column], level, hyperparameter.levels)
                features[rows, self._first[column] + level] = HAMMING
        return features

    def point_gradient(self, by_features: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Gradients (S, d) by points from gradients (S, D) by features."""
        by_points = np.zeros(active.shape)
        by_points[:, self.numeric] = np.where(active[:, self.numeric], by_features[:, self.numeric_features], 0.0)
        return by_points

    # -- trials ------------------------------------------------------------------------------------------------------

    def points_of(self, history: History, numbers: np.ndarray) -> np.ndarray:
        """Points (n, d) of trials; where a trial lacks a value, the middle of a range or the first choice.

        Numbers outside a range that was edited later keep their place outside the cube, at most one width away.
        """
        points = np.array(history.unit[numbers])
        for row, column in zip(*np.nonzero(np.isnan(points)), strict=True):
            points[row, column] = self._place_of_missing(history, int(numbers[row]), int(column))
        return points

    def _place_of_missing(self, history: History, number: int, column: int) -> float:
        hyperparameter = self.hyperparameters[column]
        middle = 0.5 / hyperparameter.levels if isinstance(hyperparameter, Categorical) else 0.5
        known = history.params(number).get(self.space.names[column])
        if isinstance(hyperparameter, Categorical) or isinstance(known, bool) or not isinstance(known, int | float):
            return middle
        if hyperparameter.log and known <= 0:
            return -1.0
        unit = float(hyperparameter.to_unit(np.array([float(known)]))[0])
        return float(np.clip(unit, -1.0, 2.0)) if np.isfinite(unit) else middle

    def configuration_keys(self, points: np.ndarray) -> list[bytes]:
        """One hashable key for each point's active values; equal keys mean equal configurations."""
        active = self.active_mask(points)
        rounded = np.where(active, np.round(self.snap_points(points), 9), -1.0) + 0.0
        return [row.tobytes() for row in rounded]

    # -- finite spaces -----------------------------------------------------------------------------------------------

    @cached_property
    def grid(self) -> Grid | None:
        """Every configuration by index, or *None* where there are infinitely or too many to address."""
        levels = [hyperparameter.levels for hyperparameter in self.hyperparameters]
        known = [level for level in levels if level is not None]
        branches = math.prod(self.hyperparameters[column].levels or 1 for column in self._parents)
        if len(known) < len(levels) or max(known, default=1) > MOST_LEVELS or branches > MOST_BRANCHES:
            return None
        try:
            grid = Grid(self.space, levels=max(2, *known) if known else 2)
        except UserFault:
            return None
        return grid

    def all_points(self, most: int) -> np.ndarray | None:
        """All points (N, d) of a finite space of at most ``most`` configurations, else *None*."""
        if self.grid is None or self.grid.count > most:
            return None
        cached = getattr(self, "_whole", None)
        if cached is None:
            cells = [self.space.encode(self.grid.cell(index)) for index in range(self.grid.count)]
            cached = np.nan_to_num(np.array(cells).reshape(len(cells), len(self)), nan=0.5)
            self._whole = cached
        return np.asarray(cached)

    # -- neighbours --------------------------------------------------------------------------------------------------

    def other_positions(self, column: int, unit: float) -> np.ndarray:
        """Other positions to try for one countable hyperparameter that now stands at ``unit``."""
        hyperparameter = self.hyperparameters[column]
        levels = hyperparameter.levels
        if levels is None or levels == 1:
            return np.empty(0)
        if isinstance(hyperparameter, Int) and hyperparameter.log:
            here = _log_integers(hyperparameter, np.array([unit]))[0]
            around = np.arange(hyperparameter.low, hyperparameter.high + 1) if levels <= FEW_LEVELS else here + _NEAR
            around = around[(around >= hyperparameter.low) & (around <= hyperparameter.high) & (around != here)]
            return hyperparameter.to_unit(around.astype(float))
        cell = min(int(unit * levels), levels - 1)
        is_short = levels <= FEW_LEVELS or self.is_category[column]
        others = np.arange(levels) if is_short else cell + _NEAR
        others = others[(others >= 0) & (others < levels) & (others != cell)]
        return np.asarray((others + 0.5) / levels)

    @cached_property
    def is_relaxed(self) -> np.ndarray:
        """Mask (d,) of the numbers that the gradient search may move as if they were continuous."""
        return np.array(
            [not isinstance(p, Categorical) and (p.levels is None or p.levels > 3) for p in self.hyperparameters],
            dtype=bool,
        )

    @cached_property
    def countable_columns(self) -> list[int]:
        """Columns with more than one but countably many values."""
        return [column for column in self.varying if not _is_continuous(self.hyperparameters[column])]


_NEAR = np.array([-2, -1, 1, 2])


def _is_continuous(hyperparameter: Hyperparameter) -> bool:
    return isinstance(hyperparameter, Float) and hyperparameter.levels is None


def _log_integers(hyperparameter: Int, units: np.ndarray) -> np.ndarray:
    low, high = np.log(hyperparameter.low - 0.5), np.log(hyperparameter.high + 0.5)
    return np.asarray(np.clip(np.round(np.exp(low + units * (high - low))), hyperparameter.low, hyperparameter.high))
