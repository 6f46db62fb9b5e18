"""The losses of a network on the plane that shows most of how its weights moved.

Li, Xu, Taylor, Studer and Goldstein 2018 (arXiv 1712.09913), section 7: principal directions of the trajectories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.learners import families
from engine.learners.telemetry import Evaluation
from engine.objectives import fitting
from engine.setup import StudySetup
from engine.trajectories import network

MARGIN = 0.12  # of the paths' extent, left around them
GRIDS = (11, 21, 41)
"""Points along each side of the pictures of a plane, coarse first: each holds the points of the one before."""


@dataclass(frozen=True, eq=False)
class Plane:
    """``origin`` (P,) with two orthonormal directions (2, P), and the trajectories seen from there, by name (n, 2).

    ``share`` is the part of all squared movement away from the origin that lies in the plane. ``ends`` are the two
    whose last weights it goes through; empty for a plane of principal directions.
    """

    origin: Array
    directions: Array
    share: float
    paths: Mapping[str, Array]
    ends: tuple[str, ...] = ()

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What to draw: the paths, with a margin."""
        points = np.concatenate(list(self.paths.values()))
        low, high = points.min(axis=0), points.max(axis=0)
        margin = MARGIN * max(float((high - low).max()), np.finfo(float).tiny)
        return tuple((float(a - margin), float(b + margin)) for a, b in zip(low, high, strict=True))  # type: ignore[return-value]

    def axes(self, points: int) -> tuple[Array, Array]:
        """Coordinates of a grid of ``points`` along each side."""
        across, along = self.ranges
        return np.linspace(*across, points), np.linspace(*along, points)


def plane_through(trajectories: Mapping[str, Array]) -> Plane:
    """The plane of the first two principal directions of trajectories (n, P) that begin at the same weights.

    Raises :class:`UserFault` where nothing moved in two directions.
    """
    origin, moved = _movements(trajectories)
    everything = np.concatenate(list(moved.values()))
    # The directions are those of the few rows' own products: P may be a million.
    values, vectors = np.linalg.eigh(everything @ everything.T)
    if values[-2] <= 1e-12 * max(values[-1], np.finfo(float).tiny):
        raise UserFault("The weights moved along one line at most, which spans no plane.", "Race more optimizers.")
    directions = (vectors[:, :-3:-1] / np.sqrt(values[:-3:-1])).T @ everything
    return _plane(origin, directions, moved)


def plane_through_ends(trajectories: Mapping[str, Array], end: str) -> Plane:
    """The plane through the first weights, the last ones of the path ``end``, and the last ones of another path.

    That is the one that ends farthest from the line through the first two, so that the plane shows as much as three
    points can. Raises :class:`UserFault` where no path ends beside that line.
    """
    origin, moved = _movements(trajectories)
    right = moved[end][-1] / max(float(np.linalg.norm(moved[end][-1])), np.finfo(float).tiny)
    aside = {name: path[-1] - (path[-1] @ right) * right for name, path in moved.items() if name != end}
    third = max(aside, key=lambda name: float(np.linalg.norm(aside[name])), default=None)
    length = 0.0 if third is None else float(np.linalg.norm(aside[third]))
    if third is None or not np.any(right) or length <= 1e-6 * float(np.linalg.norm(moved[end][-1])):
        raise UserFault("Start and ends lie on one line, which spans no plane.", "Race more optimizers.")
    return _plane(origin, np.stack([right, aside[third] / length]), moved, (end, third))


def _movements(trajectories: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """The weights that all paths begin at, and each path seen from there."""
    if not trajectories or min(map(len, trajectories.values())) == 0:
        raise UserFault("No path of weights was kept.", "Choose a smaller network, or fewer epochs.")
    origin = next(iter(trajectories.values()))[0].astype(float)
    return origin, {name: path.astype(float) - origin for name, path in trajectories.items()}


def _plane(origin: Array, directions: Array, moved: Mapping[str, Array], ends: tuple[str, ...] = ()) -> Plane:
    paths = {name: path @ directions.T for name, path in moved.items()}
    whole = sum(float(np.sum(path**2)) for path in moved.values())
    share = sum(float(np.sum(path**2)) for path in paths.values()) / max(whole, np.finfo(float).tiny)
    return Plane(origin, directions, min(share, 1.0), paths, ends)


def losses_on_plane(
    setup: StudySetup,
    params: Mapping[str, object],
    weights: bytes,
    across: Sequence[float],
    along: Sequence[float],
    cancelled: Callable[[], bool] = lambda: False,
) -> list[list[float]]:
    """The network's mean training loss, without penalties, at each point of a grid: a row for each of ``along``.

    ``weights`` holds the plane's origin and directions (3, P) as float64. Raises ``Cancelled`` after the row in which
    ``cancelled()`` turns true.
    """
    origin, right, up = np.frombuffer(weights).reshape(3, -1)
    with np.errstate(all="ignore"), fitting.one_thread():
        model, evaluation = _evaluation(setup, params)
        found = []
        for b in along:
            if cancelled():
                raise Cancelled
            row = []
            for a in across:
                model.weights[:] = origin + a * right + b * up
                row.append(evaluation.run()[0])
            found.append(row)
    return found


def packed(plane: Plane) -> bytes:
    """Origin and directions as :func:`losses_on_plane` takes them."""
    return np.concatenate([plane.origin[None], plane.directions]).tobytes()


def _evaluation(setup: StudySetup, params: Mapping[str, object]) -> tuple[Any, Evaluation]:
    """The network of a configuration, and what works out its loss on the training rows of the first fold."""
    objective = network.table_of(setup)
    family, data = families.get(objective.family), network.first_fold(objective)
    estimator = network.plain_estimator(setup, params).set_params(dtype="float64")
    y = data.y
    if objective.task == "regression" and family.scaled:
        _, y, _ = fitting.scale_targets(family, (data.X, y), None)
    coded = estimator.encode(data.X, y)
    training = estimator.prepare(coded)
    return training.network, Evaluation(training.network, coded.X, coded.Y)
