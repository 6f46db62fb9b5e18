"""Beale's function: a flat plain with steep corners."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface


@registry.register
class Beale(Surface):
    """(1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)² (Beale 1958)."""

    title = "Plain with steep corners (Beale)"
    summary = "Almost flat around its minimum, steep at the corners: one learning rate hardly suits both."
    x_range = (-1.0, 4.5)
    y_range = (-2.0, 1.5)
    start = (0.2, -1.4)

    def losses(self, points: Array) -> Array:
        """The function's value."""
        return np.asarray(sum(part**2 for part in self._parts(points)))

    def gradients(self, points: Array) -> Array:
        """Its derivatives."""
        x, y = points[..., 0], points[..., 1]
        parts = self._parts(points)
        by_x = 2.0 * sum(part * (y**power - 1.0) for power, part in enumerate(parts, 1))
        by_y = 2.0 * sum(part * power * x * y ** (power - 1) for power, part in enumerate(parts, 1))
        return np.stack([by_x, by_y], axis=-1)

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """One, at (3, 0.5)."""
        return ((3.0, 0.5),)

    @staticmethod
    def _parts(points: Array) -> list[Array]:
        x, y = points[..., 0], points[..., 1]
        return [constant - x + x * y**power for power, constant in enumerate((1.5, 2.25, 2.625), 1)]
