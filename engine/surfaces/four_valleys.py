"""Four valleys of different depth: what following the slope cannot see."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface

CENTRES = np.array([[2.1, 1.2], [2.4, -1.1], [-1.7, 1.4], [-2.2, -1.5]])
DEPTHS = np.array([2.6, 2.0, 1.9, 1.0])
WIDTHS = np.array([0.9, 0.7, 1.0, 0.7])
BOWL = 0.06  # curvature of the bowl that holds the four together
# All of these were chosen by looking: the deepest valley is not the widest, and lies across a rise from the start.
DEEPEST = -2.4384919802755656  # what the sum comes to in the deepest valley


@registry.register
class FourValleys(Surface):
    """Four Gaussian wells in a shallow bowl; the loss of the deepest is 0."""

    title = "Four valleys"
    summary = "Four minima of different loss: which one is found decides more than how fast."
    x_range = (-4.0, 4.0)
    y_range = (-3.0, 3.0)
    start = (-0.6, -0.2)

    def losses(self, points: Array) -> Array:
        """The bowl less its wells, with the deepest at 0."""
        bowl = 0.5 * BOWL * np.sum(points**2, axis=-1)
        return np.asarray(bowl - np.sum(self._wells(points), axis=-1) - DEEPEST)

    def gradients(self, points: Array) -> Array:
        """Its derivatives."""
        pulls = self._wells(points)[..., None] * (points[..., None, :] - CENTRES) / WIDTHS[:, None] ** 2
        return np.asarray(BOWL * points + np.sum(pulls, axis=-2))

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """Close to the wells' centres."""
        return tuple((float(x), float(y)) for x, y in CENTRES)

    @staticmethod
    def _wells(points: Array) -> Array:
        apart = np.sum((points[..., None, :] - CENTRES) ** 2, axis=-1)
        return np.asarray(DEPTHS * np.exp(-0.5 * apart / WIDTHS**2))
