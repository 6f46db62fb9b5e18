"""What a surface is: a smooth function of two parameters, its gradient, and the minima that are known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.maths.lowdiscrepancy import ScrambledSobol

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Minimum:
    """A local minimum: where it is, and the loss there."""

    x: float
    y: float
    loss: float


class Surface(ABC):
    """A loss to minimize, drawn over ``x_range`` and ``y_range``; defined everywhere.

    Points are arrays (..., 2). ``start`` is where a race begins unless somebody chooses another point.
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    x_range: ClassVar[Range]
    y_range: ClassVar[Range]
    start: ClassVar[tuple[float, float]]

    @abstractmethod
    def losses(self, points: Array) -> Array:
        """The loss (...,) at each point."""

    @abstractmethod
    def gradients(self, points: Array) -> Array:
        """The gradient (..., 2) at each point."""

    @abstractmethod
    def known_minima(self) -> tuple[tuple[float, float], ...]:
        """Where the local minima inside the drawn region are, to within a thousandth of its width."""

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:
        """Every local minimum inside the drawn region, the lowest first."""
        found = [self._settled(np.array(point)) for point in self.known_minima()]
        return tuple(sorted(found, key=lambda minimum: minimum.loss))

    @property
    def extent(self) -> Array:
        """Width and height of the drawn region (2,)."""
        return np.array([self.x_range[1] - self.x_range[0], self.y_range[1] - self.y_range[0]])

    def grid(self, columns: int, rows: int) -> tuple[Array, Array, Array]:
        """x (columns,), y (rows,) and the losses (rows, columns) over the drawn region."""
        x, y = np.linspace(*self.x_range, columns), np.linspace(*self.y_range, rows)
        return x, y, self.losses(np.stack(np.meshgrid(x, y), axis=-1))

    def points(self, count: int, seed: int) -> Array:
        """Points (count, 2) spread evenly over the region."""
        sobol = ScrambledSobol(2, seed)
        shares = np.array([sobol.point(index) for index in range(count)])
        place: Array = np.array([self.x_range[0], self.y_range[0]]) + shares * self.extent
        return place

    def _settled(self, point: Array) -> Minimum:
        # In here because it is slow to load, and only pictures need minima.
        from scipy.optimize import minimize

        found = minimize(self.losses, point, jac=self.gradients, method="BFGS", options={"gtol": 1e-12})
        return Minimum(float(found.x[0]), float(found.x[1]), float(self.losses(found.x)))
