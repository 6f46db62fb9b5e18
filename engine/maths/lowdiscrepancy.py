"""Low-discrepancy points that can be asked for one at a time, in any order."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


class ScrambledSobol:
    """Owen-scrambled Sobol points in ``dimension`` dimensions (SciPy's), addressed by index.

    Points are made in blocks of powers of two, which keeps the balance that the sequence promises, and kept.
    """

    def __init__(self, dimension: int, seed: int) -> None:
        self._dimension = dimension
        self._seed = seed
        self._points = np.zeros((0, dimension))

    def point(self, index: int) -> list[float]:
        """Point ``index`` of the sequence, each coordinate in [0, 1)."""
        if self._dimension == 0:
            return []
        if index >= len(self._points):
            self._extend_points(index + 1)
        point: list[float] = self._points[index].tolist()
        return point

    def _extend_points(self, count: int) -> None:
        # scipy.stats is slow to import and only a search that runs needs it.
        from scipy.stats import qmc

        size = max(64, 1 << (count - 1).bit_length())
        # WORKAROUND SciPy 1.14: its samplers call rng= seed=; drop when 1.15 is the lowest version.
        source = qmc.Sobol(self._dimension, scramble=True, seed=np.random.default_rng(self._seed))
        self._points = source.random(size)


@lru_cache(maxsize=32)
def sobol_points(dimension: int, count: int, seed: int = 0) -> np.ndarray:
    """The first ``count`` scrambled Sobol points (count, dimension), the same each time; not to be written to."""
    sobol = ScrambledSobol(dimension, seed)
    sobol.point(count - 1)  # all of them in one block
    points = np.array([sobol.point(index) for index in range(count)]).reshape(count, dimension)
    points.setflags(write=False)
    return points
