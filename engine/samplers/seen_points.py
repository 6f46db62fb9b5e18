"""Which configurations have been given already, and how to find one that has not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine import seeds
from engine.samplers.base import SpaceExhausted, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.space import shuffled

_DRAWS = 64  # random points that are tried before every cell is looked at in turn: a guess


class SeenPoints:
    """The configurations of all trials that the present space allows, whatever became of them."""

    def __init__(self, encoding: Encoding, points: np.ndarray) -> None:
        self._encoding = encoding
        self._keys = set(encoding.configuration_keys(points))

    def first_unseen(self, points: np.ndarray) -> int | None:
        """The first of ``points`` (S, d) that has not been tried, *None* where all have."""
        for start in range(0, len(points), 16):  # nearly always the very first
            for offset, key in enumerate(self._encoding.configuration_keys(points[start : start + 16])):
                if key not in self._keys:
                    return start + offset
        return None

    def unseen(self, proposals: Iterable[np.ndarray], request: SuggestRequest) -> np.ndarray:
        """The first point (d,) among batches of ``proposals`` that has not been tried, else any other untried one.

        Raises :class:`SpaceExhausted` where every configuration has been tried.
        """
        for points in proposals:
            row = self.first_unseen(points)
            if row is not None:
                return np.asarray(self._encoding.snap_points(points[row : row + 1])[0])
        return self._any_unseen(request)

    def _any_unseen(self, request: SuggestRequest) -> np.ndarray:
        encoding = self._encoding
        points = request.generator("fresh").random((_DRAWS, len(encoding)))
        row = self.first_unseen(points)
        if row is not None:
            return np.asarray(encoding.snap_points(points[row : row + 1])[0])
        grid = encoding.grid
        count = grid.count if grid is not None else 0
        seed = seeds.integer(request.seed, "fresh", request.number)
        for position in range(min(count, len(self._keys) + 1)):  # one of these is new, if any is
            assert grid is not None
            unit = encoding.space.encode(grid.cell(shuffled(position, count, seed)))
            point = np.where(np.isnan(unit), 0.5, unit)
            if self.first_unseen(point[None, :]) is not None:
                return point
        if grid is None:  # a space too large to list that keeps giving known points: let one repeat
            return np.asarray(encoding.snap_points(points[:1])[0])
        what = "The only configuration" if count == 1 else f"Every one of the {count:,} configurations"
        raise SpaceExhausted(f"{what} of this space has been tried.", "Widen the space to go on.")
