"""Rastrigin's function: a bowl full of dents."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface


@registry.register
class Rastrigin(Surface):
    """20 + Σ (x² - 10 cos 2πx) (Rastrigin 1974), drawn over a part with 25 of its local minima."""

    title = "Many local minima (Rastrigin)"
    summary = "A bowl full of dents: whoever follows the slope ends in the nearest one."
    x_range = (-2.5, 2.5)
    y_range = (-2.5, 2.5)
    start = (1.75, -1.3)

    def losses(self, points: Array) -> Array:
        """The function's value."""
        return np.asarray(20.0 + np.sum(points**2 - 10.0 * np.cos(2.0 * np.pi * points), axis=-1))

    def gradients(self, points: Array) -> Array:
        """Its derivatives."""
        return np.asarray(2.0 * points + 20.0 * np.pi * np.sin(2.0 * np.pi * points))

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """One close to each pair of whole numbers; the lowest at the origin."""
        near = (-1.98991, -0.99496, 0.0, 0.99496, 1.98991)  # where its derivative along one axis is zero
        return tuple((x, y) for x in near for y in near)
