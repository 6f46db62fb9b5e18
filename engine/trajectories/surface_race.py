"""A whole race over one surface: what a picture, a table and a sentence need of it, worked out together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine import surfaces
from engine.surfaces import Surface
from engine.trajectories import words
from engine.trajectories.arrivals import RESTARTS, Arrival, arrivals, count_arrivals
from engine.trajectories.entrants import RACE_SEED, USUAL, check_names, title_of
from engine.trajectories.paths import NOISE, STEPS, Path, best_rates, race
from engine.trajectories.words import Finding


@dataclass(frozen=True, eq=False)
class SurfaceRace:
    """Paths of optimizers from one start, how each ended, and what that says.

    ``rates`` are the learning rates that were chosen for this surface; ``counts`` says from how many of the restarts
    each reaches the lowest loss, and is empty until they were made.
    """

    surface: Surface
    name: str
    start: tuple[float, float]
    rates: dict[str, float | None]
    paths: tuple[Path, ...]
    arrivals: tuple[Arrival, ...]
    finding: Finding
    counts: dict[str, int]
    steps: int
    seed: int
    noise: float

    @property
    def titles(self) -> tuple[str, ...]:
        """What people call the optimizers, in the order of the paths."""
        return tuple(title_of(path.name) for path in self.paths)

    @property
    def restarts(self) -> str:
        """What restarts have shown; empty until they were made."""
        return words.arrivals_sentence(self.counts, RESTARTS) if self.counts else ""


def race_on_surface(
    name: str,
    names: Sequence[str] = USUAL,
    start: tuple[float, float] | None = None,
    steps: int = STEPS,
    seed: int = RACE_SEED,
    noise: float = NOISE,
) -> SurfaceRace:
    """Choose every optimizer's learning rate alike, and let all run from ``start`` (the surface's own if *None*).

    Raises :class:`engine.errors.UserFault` for an unknown surface or optimizer.
    """
    surface, entrants = surfaces.get(name), check_names(names)
    rates = best_rates(surface, entrants, steps, seed, noise)
    begun = surface.start if start is None else start
    return _raced(surface, name, rates, begun, steps, seed, noise)


def race_from(start: tuple[float, float], before: SurfaceRace) -> SurfaceRace:
    """The same race from another start; learning rates and restarts stay what they were."""
    again = _raced(before.surface, before.name, before.rates, start, before.steps, before.seed, before.noise)
    return replace(again, counts=before.counts)


def with_restarts(before: SurfaceRace) -> SurfaceRace:
    """The same race with counts of the starts from which each optimizer reaches the lowest loss."""
    counts = count_arrivals(before.surface, before.rates, before.steps, before.seed, before.noise)
    return replace(before, counts=counts)


def _raced(
    surface: Surface,
    name: str,
    rates: dict[str, float | None],
    start: tuple[float, float],
    steps: int,
    seed: int,
    noise: float,
) -> SurfaceRace:
    paths = race(surface, tuple(rates), rates, start, steps, seed, noise)
    found = arrivals(surface, paths)
    finding = words.surface_finding(surface, paths, found)
    return SurfaceRace(surface, name, start, rates, paths, found, finding, {}, steps, seed, noise)
