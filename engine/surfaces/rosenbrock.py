"""Rosenbrock's curved valley: easy to enter, slow to follow."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface


@registry.register
class Rosenbrock(Surface):
    """(1 - x)² + 100 (y - x²)² (Rosenbrock 1960, The Computer Journal 3)."""

    title = "Curved valley (Rosenbrock)"
    summary = "A narrow, bent valley: its floor falls so little that most steps go to its walls."
    x_range = (-2.0, 2.0)
    y_range = (-1.0, 3.0)
    start = (-1.2, 1.0)

    def losses(self, points: Array) -> Array:
        """The function's value."""
        x, y = points[..., 0], points[..., 1]
        return np.asarray((1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2)

    def gradients(self, points: Array) -> Array:
        """Its derivatives."""
        x, y = points[..., 0], points[..., 1]
        wall = y - x * x
        return np.stack([-2.0 * (1.0 - x) - 400.0 * x * wall, 200.0 * wall], axis=-1)

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """One, at (1, 1)."""
        return ((1.0, 1.0),)
