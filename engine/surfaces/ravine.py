"""A ravine: steep across, almost flat along."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface

CURVATURES = (1.0, 100.0)  # along and across: a condition number of 100, where momentum begins to pay
ANGLE = np.pi / 6.0  # of the ravine against the x axis, so that no single parameter follows it; a choice


@registry.register
class Ravine(Surface):
    """A quadratic bowl a hundred times steeper across than along, turned by 30 degrees."""

    title = "Ravine"
    summary = "A hundred times steeper across than along: plain descent bounces from wall to wall or creeps."
    x_range = (-3.0, 3.0)
    y_range = (-2.5, 2.5)
    start = (-2.6, -0.4)

    def losses(self, points: Array) -> Array:
        """Half the quadratic form."""
        return np.asarray(0.5 * np.sum(points * self.gradients(points), axis=-1))

    def gradients(self, points: Array) -> Array:
        """The matrix of curvatures times the point."""
        turn = np.array([[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]])
        return np.asarray(points @ (turn @ np.diag(CURVATURES) @ turn.T))

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """One, at the origin."""
        return ((0.0, 0.0),)
