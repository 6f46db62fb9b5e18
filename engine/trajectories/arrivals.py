"""Who reached which minimum of a surface, at what cost, and from how many starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine import seeds
from engine.surfaces import Minimum, Surface
from engine.trajectories.entrants import RACE_SEED
from engine.trajectories.paths import NOISE, STEPS, Path, last_losses

ARRIVED = 0.01  # of the fall from the start to the lowest minimum: who ends closer has reached it; a guess
RESTARTS = 16  # starts that a count of arrivals is made of: a power of two, which spreads them best; a guess


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one path ended: the minimum that it reached (*None*: none), and what it had asked for when it got there.

    ``evaluations`` counts looks at the loss, or at its gradient, whichever were more.
    """

    name: str
    minimum: Minimum | None
    is_lowest: bool
    evaluations: int


def arrivals(surface: Surface, paths: Sequence[Path]) -> tuple[Arrival, ...]:
    """How each path ended, in their order."""
    return tuple(_arrival(surface, path) for path in paths)


def count_arrivals(
    surface: Surface,
    rates: Mapping[str, float | None],
    steps: int = STEPS,
    seed: int = RACE_SEED,
    noise: float = NOISE,
    starts: int = RESTARTS,
) -> dict[str, int]:
    """From how many of ``starts`` points, spread evenly over the region, each optimizer ends at the lowest loss."""
    points = surface.points(starts, seeds.integer(seed, "restarts"))
    near = lowest_loss(surface) + ARRIVED * (surface.losses(points) - lowest_loss(surface))
    return {
        name: int(np.sum(last_losses(surface, name, rate, points, steps, seed, noise) <= near))
        for name, rate in rates.items()
    }


def lowest_loss(surface: Surface) -> float:
    """The loss of the deepest minimum."""
    return surface.minima[0].loss


def _arrival(surface: Surface, path: Path) -> Arrival:
    fall = max(float(path.losses[0]) - lowest_loss(surface), 0.0)
    minimum = min(surface.minima, key=lambda one: float(np.hypot(*(path.points[-1] - (one.x, one.y)))))
    if path.losses[-1] - minimum.loss > ARRIVED * fall:
        return Arrival(path.name, None, False, _evaluations(path, -1))
    away = np.flatnonzero(path.losses > minimum.loss + ARRIVED * fall)
    first = int(away[-1]) + 1 if len(away) else 0  # whoever only passes by has not arrived
    is_lowest = minimum.loss - lowest_loss(surface) <= ARRIVED * fall
    return Arrival(path.name, minimum, is_lowest, _evaluations(path, first))


def _evaluations(path: Path, step: int) -> int:
    return int(max(path.gradients[step], path.values[step]))
