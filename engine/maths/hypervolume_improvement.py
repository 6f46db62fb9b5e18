"""Expected hypervolume improvement for two objectives that are both maximised, in closed form and in logarithms.

The area between the front and a new point is cut into boxes along the first objective. In the box from a_i to
a_{i+1} above the floor b_i the gain of a point with independent normal predictions is
[EI_1(a_i) - EI_1(a_{i+1})] EI_2(b_i), EI_j(c) = E max(f_j - c, 0) (Emmerich et al. 2011; Yang et al. 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.maths.acquisition import log_expected_improvement, log_sum_exp
from engine.maths.pareto import is_efficient

_LEAST = 1e-14  # share of a box that is left at least, so that its logarithm is finite: a hundred rounding errors


@dataclass(frozen=True, slots=True)
class BoxDecomposition:
    """Edges (P + 1,) along the first objective, ascending, and floors (P + 1,) of the second."""

    edges: np.ndarray
    floors: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, reference: np.ndarray) -> BoxDecomposition:
        """The boxes above the front of ``values`` (n, 2) and the ``reference`` point (2,)."""
        front = values[is_efficient(-values) & (values > reference).all(axis=1)]
        front = front[np.argsort(front[:, 0], kind="stable")]
        return cls(np.append(reference[0], front[:, 0]), np.append(front[:, 1], reference[1]))


def log_ehvi(
    means: tuple[np.ndarray, np.ndarray], stds: tuple[np.ndarray, np.ndarray], boxes: BoxDecomposition
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Log EHVI (S,), its slopes by both means and by both standard deviations, each (S,)."""
    first, first_by_mean, first_by_std = log_expected_improvement(
        means[0][:, None], stds[0][:, None], boxes.edges[None, :]
    )
    second, second_by_mean, second_by_std = log_expected_improvement(
        means[1][:, None], stds[1][:, None], boxes.floors[None, :]
    )
    step = np.full(first.shape, -np.inf)
    step[:, :-1] = np.diff(first, axis=1)
    ratio = np.exp(np.minimum(step, 0.0))  # EI(a_{i+1}) / EI(a_i); beyond the last edge there is nothing
    left = np.maximum(-np.expm1(np.minimum(step, 0.0)), _LEAST)
    terms = first + np.log(left) + second
    total, share = log_sum_exp(terms)

    def of_difference(slope: np.ndarray) -> np.ndarray:
        following = np.zeros_like(slope)
        following[:, :-1] = slope[:, 1:]
        return np.asarray((slope - ratio * following) / left)

    by_means = (share * of_difference(first_by_mean)).sum(axis=1), (share * second_by_mean).sum(axis=1)
    by_stds = (share * of_difference(first_by_std)).sum(axis=1), (share * second_by_std).sum(axis=1)
    return total, by_means, by_stds
