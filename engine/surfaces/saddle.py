"""A saddle between two valleys."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.surfaces import registry
from engine.surfaces.base import Surface


@registry.register
class Saddle(Surface):
    """x² - y²/2 + y⁴/4: a saddle at the origin, minima at (0, ±1)."""

    title = "Saddle"
    summary = "At its middle the slope is zero and yet it is no minimum; the start is almost on the ridge."
    x_range = (-2.0, 2.0)
    y_range = (-1.8, 1.8)
    start = (-1.6, 0.001)

    def losses(self, points: Array) -> Array:
        """The function's value."""
        x, y = points[..., 0], points[..., 1]
        return np.asarray(x * x - 0.5 * y * y + 0.25 * y**4)

    def gradients(self, points: Array) -> Array:
        """Its derivatives."""
        x, y = points[..., 0], points[..., 1]
        return np.stack([2.0 * x, y**3 - y], axis=-1)

    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """Two of one depth, either side of the saddle."""
        return (0.0, 1.0), (0.0, -1.0)
