"""Maximise a smooth function from many starts at once inside the unit box, one batched evaluation a step.

Limited-memory BFGS (Nocedal and Wright 2006, algorithm 7.4) with projection and an active set at the bounds; all
starts advance together, so that the surrogate is asked for matrices instead of single points.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Objective = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
_MEMORY = 6  # pairs; Nocedal and Wright recommend 3 to 20


def maximise_in_box(
    function: Objective,
    starts: np.ndarray,
    free: np.ndarray,
    scale: np.ndarray,
    iterations: int = 25,
    lower: np.ndarray | float = 0.0,
    upper: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Points (S, d) and values (S,) reached from ``starts``; never worse than they were.

    ``function`` maps (S, d) to values (S,) and gradients (S, d); ``free`` (S, d) marks the coordinates that may move;
    ``scale`` (d,) is the length over which each changes noticeably. Bounds are scalars or (d,).
    """
    low, high = (np.broadcast_to(np.asarray(bound, dtype=float), scale.shape) / scale for bound in (lower, upper))
    x = starts / scale
    value, gradient = _scaled_value(function, x, scale)
    steps: list[np.ndarray] = []
    changes: list[np.ndarray] = []
    alive = np.isfinite(value)
    for _ in range(iterations):
        pinned = ~free | ((x <= low) & (gradient < 0)) | ((x >= high) & (gradient > 0))
        slope = np.where(pinned, 0.0, gradient)
        alive &= np.abs(slope).max(axis=1, initial=0.0) > 1e-4
        if not alive.any():
            break
        direction = _lbfgs_direction(slope, steps, changes)
        direction[pinned] = 0.0
        backwards = np.einsum("ij,ij->i", direction, slope) <= 0.0
        direction[backwards] = slope[backwards]
        direction = _shorten_steps(direction, not steps)
        moved, new_value, new_gradient = _line_search(
            lambda points: _scaled_value(function, points, scale),
            (x, value, gradient),
            direction,
            alive,
            (low, high),
        )
        gained = new_value - value
        steps.append(moved - x)
        changes.append(gradient - new_gradient)  # of the negated function, whose curvature is positive near a maximum
        if len(steps) > _MEMORY:
            del steps[0], changes[0]
        alive &= gained > 1e-6 * np.maximum(1.0, np.abs(value))
        x, value, gradient = moved, new_value, new_gradient
    return np.clip(x * scale, lower, upper), value


def _scaled_value(function: Objective, x: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    value, gradient = function(x * scale)
    return value, gradient * scale


def _shorten_steps(direction: np.ndarray, first: bool) -> np.ndarray:
    """Directions cut to a step that a quadratic model may be trusted with."""
    length = np.abs(direction).max(axis=1, initial=0.0)
    longest = 0.3 if first else 2.0
    factor = np.where(first, longest / np.maximum(length, 1e-12), np.minimum(1.0, longest / np.maximum(length, 1e-12)))
    return np.asarray(direction * factor[:, None])


def _lbfgs_direction(slope: np.ndarray, steps: list[np.ndarray], changes: list[np.ndarray]) -> np.ndarray:
    """The two-loop recursion for every start; pairs without positive curvature are skipped."""
    q = slope.copy()
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    gamma = np.ones(len(slope))
    for s, y in zip(reversed(steps), reversed(changes), strict=True):
        curvature = np.einsum("ij,ij->i", s, y)
        valid = curvature > 1e-12
        rho = np.where(valid, 1.0 / np.where(valid, curvature, 1.0), 0.0)
        a = rho * np.einsum("ij,ij->i", s, q)
        q -= a[:, None] * y
        if not kept:
            gamma = np.where(valid, curvature / np.maximum(np.einsum("ij,ij->i", y, y), 1e-300), 1.0)
        kept.append((s, y, rho, a))
    q *= gamma[:, None]
    for s, y, rho, a in reversed(kept):
        b = rho * np.einsum("ij,ij->i", y, q)
        q += (a - b)[:, None] * s
    return q


def _line_search(
    function: Objective,
    current: tuple[np.ndarray, np.ndarray, np.ndarray],
    direction: np.ndarray,
    alive: np.ndarray,
    box: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Armijo backtracking along the projected direction; starts that find nothing stay where they are."""
    x, value, gradient = (part.copy() for part in current)
    origin, origin_value, origin_gradient = current
    waiting = np.flatnonzero(alive)
    length = 1.0
    for _ in range(5):
        trial = np.clip(origin[waiting] + length * direction[waiting], *box)
        new_value, new_gradient = function(trial)
        promised = np.einsum("ij,ij->i", origin_gradient[waiting], trial - origin[waiting])
        good = new_value >= origin_value[waiting] + 1e-4 * np.maximum(promised, 0.0)
        rows = waiting[good]
        x[rows], value[rows], gradient[rows] = trial[good], new_value[good], new_gradient[good]
        waiting = waiting[~good]
        if not len(waiting):
            break
        length *= 0.3
    return x, value, gradient
