"""Wishes as a prior on the acquisition: a focus is likelier to hold the best, what is to be avoided is out.

The weight of a focus falls with the trials that heeded it, so that data overrule it in the end (Hvarfner et al., "piBO:
augmenting acquisition functions with user beliefs for Bayesian optimization", 2022, in logarithms).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.samplers.encoding import Encoding
from engine.space import Categorical, Extent, Hyperparameter, Wish

BETA = 10.0  # trials after which a focus counts as much as it says, of Hvarfner et al. 2022
STRENGTH = 3.0  # log of how much likelier a focus is taken to be than the rest, about 20 to 1: a guess
RAMP = 0.1  # of a range beyond a focus over which its weight fades, so that gradients lead there: a guess
OUT = 1e3  # what is to be avoided lies lower by than any acquisition: a guess


class WishPrior:
    """The logarithm of the prior, up to a constant, at points of the unit cube."""

    def __init__(self, encoding: Encoding, wishes: Sequence[Wish], number: int) -> None:
        """``number`` is that of the trial that is asked for."""
        self._encoding = encoding
        focused = [wish for wish in wishes if wish.kind == "focus"]
        self._focus = [self._box_of(wish) for wish in focused]
        self._avoid = [self._box_of(wish) for wish in wishes if wish.kind == "avoid"]
        since = max((wish.since for wish in focused), default=number)
        self._weight = STRENGTH * BETA / max(1, number - since + 1)

    def value(self, points: np.ndarray) -> np.ndarray:
        """Log prior (S,) at points (S, d)."""
        return self.value_and_gradient(points)[0]

    def value_and_gradient(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log prior (S,) and its gradient (S, d), which leads to the nearest focus."""
        active = self._encoding.active_mask(points)
        value, gradient = np.zeros(len(points)), np.zeros(points.shape)
        if self._focus:
            parts = [self._distances(box, points, active) for box in self._focus]
            sums = np.stack([distance.sum(axis=1) for distance, _ in parts])
            nearest = sums.argmin(axis=0)
            rows = np.arange(len(points))
            far = np.minimum(sums[nearest, rows], 1.0)
            value = value - self._weight * far
            slopes = np.stack([slope for _, slope in parts])[nearest, rows]
            gradient = gradient - self._weight * np.where((far < 1.0)[:, None], slopes, 0.0)
        for box in self._avoid:
            distance, _ = self._distances(box, points, active)
            is_set = active[:, [column for column, *_ in box]].all(axis=1)
            value = np.where(is_set & (distance.sum(axis=1) <= 0.0) & bool(box), value - OUT, value)
        return value, gradient

    def _distances(
        self, box: list[tuple[int, float, float, np.ndarray | None]], points: np.ndarray, active: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Distances (S, d) from a box in ramps, and their slopes by the points (S, d)."""
        distance, slope = np.zeros(points.shape), np.zeros(points.shape)
        for column, low, high, kept in box:
            at = points[:, column]
            if kept is not None:
                cell = np.minimum((at * len(kept)).astype(int), len(kept) - 1)
                away = np.where(kept[np.maximum(cell, 0)], 0.0, 1.0)
                distance[:, column] = np.where(active[:, column], away, 0.0)
                continue
            below, above = (low - at) / RAMP, (at - high) / RAMP
            distance[:, column] = np.where(active[:, column], np.maximum(np.maximum(below, above), 0.0), 0.0)
            side = np.where(below > 0.0, -1.0, np.where(above > 0.0, 1.0, 0.0)) / RAMP
            slope[:, column] = np.where(active[:, column], side, 0.0)
        return distance, slope

    def _box_of(self, wish: Wish) -> list[tuple[int, float, float, np.ndarray | None]]:
        names, rows = self._encoding.space.names, self._encoding.hyperparameters
        return [
            (names.index(name), *_bounds(rows[names.index(name)], side))
            for name, side in wish.region.items()
            if name in names
        ]


def _bounds(row: Hyperparameter, side: Extent) -> tuple[float, float, np.ndarray | None]:
    """The ends of a side in the unit interval; of choices, which cells are in it."""
    if isinstance(row, Categorical):
        return 0.0, 1.0, np.array([side.holds(choice) for choice in row.choices])
    ends = np.clip([side.low, side.high], row.low, row.high)
    low, high = row.to_unit(np.asarray(ends, dtype=float)).tolist()
    return float(low) - 1e-9, float(high) + 1e-9, None
