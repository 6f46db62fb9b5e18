"""Paths of optimizers over a surface of two parameters, all from one start and each with its best learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine import seeds
from engine.arrays import Array
from engine.optimizers import Minimizer, Optimizer
from engine.surfaces import Surface
from engine.trajectories.entrants import RATES, has_learning_rate, made, sees_batches

STEPS = 120  # of a race unless another number is asked for: most paths have settled by then on these surfaces
NOISE = 0.5
"""How far a batch's gradient is off, as a share of the gradient's length (a guess; it makes batches visible)."""
REACH = 0.2  # of the region's smaller side: first steps at random (Hansen 2016 advises a fifth to a third of the range)
FAR = 1e3  # widths of the region: whoever is farther away has diverged
TUNING_STARTS = 8  # starts over which a learning rate is judged; a guess


@dataclass(frozen=True, eq=False)
class Path:
    """One optimizer's way: after step *i* it stood at ``points[i]`` with ``losses[i]``; entry 0 is the start.

    ``gradients`` and ``values`` count what it had asked for by then. ``rate`` is *None* for methods without a learning
    rate. ``ended`` says why it stopped before the last step; empty where it did not.
    """

    name: str
    rate: float | None
    points: Array
    losses: Array
    gradients: Array
    values: Array
    ended: str

    @property
    def steps(self) -> int:
        """How many steps it took."""
        return len(self.losses) - 1


def race(
    surface: Surface,
    names: Sequence[str],
    rates: Mapping[str, float | None],
    start: tuple[float, float] | None = None,
    steps: int = STEPS,
    seed: int = 0,
    noise: float = NOISE,
) -> tuple[Path, ...]:
    """Each optimizer's path from ``start`` (the surface's own where it is *None*), in the order of ``names``.

    Those meant for batches see gradients that are off by ``noise`` times their length in a random direction, the same
    draws for all; those meant for all rows see the gradient itself. The same arguments give the same paths.
    """
    origin = np.array(surface.start if start is None else start, dtype=float)
    return tuple(_path(surface, name, rates.get(name), origin, steps, seed, noise) for name in names)


def best_rates(
    surface: Surface, names: Sequence[str], steps: int = STEPS, seed: int = 0, noise: float = NOISE
) -> dict[str, float | None]:
    """The learning rate of each optimizer whose last loss, the median over eight starts, is lowest.

    All choose among the same rates from the same starts; *None* for methods without a learning rate.
    """
    starts = surface.points(TUNING_STARTS, seeds.integer(seed, "tuning"))
    return {name: _best_rate(surface, name, starts, steps, seed, noise) for name in names}


def last_losses(
    surface: Surface, name: str, rate: float | None, starts: Array, steps: int, seed: int, noise: float
) -> Array:
    """The losses (n,) at which an optimizer ends that begins at each of ``starts`` (n, 2); infinite where it diverged.

    One that takes steps ends at its last point, one that searches at its best.
    """
    if not has_learning_rate(name):
        paths = [_path(surface, name, rate, one, steps, seed, noise) for one in starts]
        return np.array([path.losses[-1] for path in paths])
    assert rate is not None
    return _descend_together(surface, name, np.full(len(starts), rate), starts, steps, seed, noise)


def _best_rate(surface: Surface, name: str, starts: Array, steps: int, seed: int, noise: float) -> float | None:
    if not has_learning_rate(name):
        return None
    rates = np.repeat(RATES, len(starts))
    ends = _descend_together(surface, name, rates, np.tile(starts, (len(RATES), 1)), steps, seed, noise)
    medians = np.median(ends.reshape(len(RATES), len(starts)), axis=1)
    return float(RATES[int(np.argmin(medians))])


def _descend_together(
    surface: Surface, name: str, rates: Array, starts: Array, steps: int, seed: int, noise: float
) -> Array:
    """The last losses of one rule from many starts with many rates, as one stack."""
    optimizer = type(made(name)).stack([made(name, float(rate)) for rate in rates])
    weights, rng = starts.copy(), seeds.generator(seed, "batches")
    gradients = np.empty_like(weights)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            gradients[...] = surface.gradients(weights)
            if noise and sees_batches(name):
                _blur(gradients, noise, rng)
            optimizer.step(weights, gradients)
        ends = surface.losses(weights)
        ends[~np.isfinite(ends) | np.any(np.abs(weights) > FAR * surface.extent, axis=1)] = np.inf
    return ends


def _path(surface: Surface, name: str, rate: float | None, start: Array, steps: int, seed: int, noise: float) -> Path:
    step_size = REACH * float(surface.extent.min())
    optimizer = made(name, rate, seed=seed, step_size=step_size)
    track = _Track(surface, start, uses_gradients=optimizer.uses_gradients)
    with np.errstate(all="ignore"):
        if isinstance(optimizer, Minimizer):
            track.ended = _search(track, optimizer, start, steps)
        else:
            draws = seeds.generator(seed, "batches")
            blur = (lambda gradient: _blur(gradient, noise, draws)) if noise and sees_batches(name) else None
            _descend(track, optimizer, start, steps, blur)
    return track.path(name, rate)


def _descend(
    track: _Track, optimizer: Optimizer, start: Array, steps: int, blur: Callable[[Array], None] | None
) -> None:
    weights, gradient = start.copy(), np.empty(2)
    for _ in range(steps):
        gradient[:] = track.gradient(weights)
        if blur is not None:
            blur(gradient)
        optimizer.step(weights, gradient)
        if not track.note(weights):
            track.ended = "diverged"
            return


def _search(track: _Track, optimizer: Minimizer, start: Array, steps: int) -> str:
    weights = start.copy()

    def after(_: int, now: Array) -> None:
        track.note(now)

    optimizer.minimize(track.loss_and_gradient, weights, steps, after)
    return optimizer.stop_reason


def _blur(gradients: Array, noise: float, rng: np.random.Generator) -> None:
    """Add noise in a random direction, in place: with n parameters of standard deviation ``noise``/√n of the length."""
    drawn = rng.standard_normal(gradients.shape[-1])  # one draw a step, whoever sees it
    length = np.sqrt(np.sum(gradients**2, axis=-1, keepdims=True))
    gradients += noise / np.sqrt(gradients.shape[-1]) * length * drawn


class _Track:
    """Where one optimizer has been, and what it has asked for."""

    def __init__(self, surface: Surface, start: Array, *, uses_gradients: bool) -> None:
        self._surface, self._uses_gradients = surface, uses_gradients
        self._far = FAR * float(surface.extent.max())
        self._points, self._losses = [start.copy()], [float(surface.losses(start))]
        self._gradients, self._values = 0, 0
        self._counts = [(0, 0)]
        self.ended = ""

    def gradient(self, weights: Array) -> Array:
        self._gradients += 1
        return self._surface.gradients(weights)

    def loss_and_gradient(self, weights: Array) -> tuple[float, Array]:
        self._values += 1
        self._gradients += self._uses_gradients
        return float(self._surface.losses(weights)), self._surface.gradients(weights)

    def note(self, weights: Array) -> bool:
        """Keep where it stands now; false where that is nowhere, which is not kept."""
        loss = float(self._surface.losses(weights))
        if not (np.isfinite(loss) and float(np.abs(weights).max()) <= self._far):
            return False
        self._points.append(weights.copy())
        self._losses.append(loss)
        self._counts.append((self._gradients, self._values))
        return True

    def path(self, name: str, rate: float | None) -> Path:
        counts = np.array(self._counts)
        return Path(name, rate, np.array(self._points), np.array(self._losses), counts[:, 0], counts[:, 1], self.ended)
