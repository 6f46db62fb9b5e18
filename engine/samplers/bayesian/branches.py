"""A second look at every branch of a conditional space, before the model may keep to the one that began best.

What one trial says of a branch is mostly what its own hyperparameters happened to be; a model that has seen no more
takes the branch for settled and refines another one for long.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.samplers.bayesian.acquisition import SingleObjectiveAcquisition
from engine.samplers.bayesian.diversification import LENGTHSCALE_FACTOR
from engine.samplers.encoding import Branch, Encoding

LOOKS = 2  # trials in each branch with hyperparameters of its own before the model decides: a guess
DRAWS = 16  # points of a branch among which one is chosen: a guess


def least_visited_branch(encoding: Encoding, points: np.ndarray) -> Branch | None:
    """The branch least tried at ``points`` (n, d) in proportion to the looks it needs, *None* where all had theirs.

    A choice on which no hyperparameter depends needs a single look.
    """
    least, found = 1.0, None
    for branch in encoding.branches:
        share = np.count_nonzero(encoding.is_within(branch, points)) / (LOOKS if branch.has_children else 1)
        if share < least:
            least, found = share, branch
    return found


def candidates_in(
    encoding: Encoding, acquisition: SingleObjectiveAcquisition, branch: Branch, rng: np.random.Generator
) -> np.ndarray:
    """Points (S, d) within ``branch``, best first by the acquisition of a model with much shorter lengthscales."""
    points = rng.random((DRAWS, len(encoding)))
    points[:, branch.column] = branch.unit
    points = encoding.snap_points(points)
    inside = encoding.is_within(branch, points)  # not where the hyperparameter itself is inactive
    points = points[inside] if inside.any() else points
    rescaled = replace(acquisition, posterior=acquisition.posterior.with_scaled_lengthscales(LENGTHSCALE_FACTOR))
    return np.asarray(points[np.argsort(-rescaled.value(points), kind="stable")])
