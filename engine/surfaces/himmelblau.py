"""Himmelblau's function: four valleys of one depth."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface


@registry.register
class Himmelblau(Surface):
    """(x² + y - 11)² + (x + y² - 7)² (Himmelblau 1972, Applied Nonlinear Programming)."""

    title = "Four equal valleys (Himmelblau)"
    summary = "Four minima of the same loss: which one is found depends on the start and on the steps."
    x_range = (-6.0, 6.0)
    y_range = (-6.0, 6.0)
    start = (-0.5, -1.0)

    def losses(self, points: Array) -> Array:
        """The function's value."""
        x, y = points[..., 0], points[..., 1]
        return np.asarray((x * x + y - 11.0) ** 2 + (x + y * y - 7.0) ** 2)

    def gradients(self, points: Array) -> Array:
        """Its derivatives."""
        x, y = points[..., 0], points[..., 1]
        first, second = x * x + y - 11.0, x + y * y - 7.0
        return np.stack([4.0 * x * first + 2.0 * second, 2.0 * first + 4.0 * y * second], axis=-1)

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """Four, of loss 0."""
        return (3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)
