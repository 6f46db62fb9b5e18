"""A second look at every branch of a conditional space, before the model may keep to the one that began best.

What one trial says of a branch is mostly what its own hyperparameters happened to be; a model that has seen no more
takes the branch for settled and refines another one for long.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.samplers.bayesian.acquiring import Improvement
from engine.samplers.encoding import Branch, Encoding

LOOKS = 2
DRAWS = 16
DOUBT = 0.25


def neglected(encoding: Encoding, points: np.ndarray) -> Branch | None:
    """The branch least tried at ``points`` (n, d) in proportion to the looks it needs, *None* where all had theirs.

    A choice on which no hyperparameter depends needs a single look.
    """
    least, found = 1.0, None
    for branch in encoding.branches:
        share = np.count_nonzero(encoding.within(branch, points)) / (LOOKS if branch.has_children else 1)
        if share < least:
            least, found = share, branch
    return found


def visits(encoding: Encoding, acquisition: Improvement, branch: Branch, rng: np.random.Generator) -> np.ndarray:
    """Points (S, d) within ``branch``, best first by the acquisition of a model with much shorter lengthscales."""
    points = rng.random((DRAWS, len(encoding)))
    points[:, branch.column] = branch.unit
    points = encoding.snap(points)
    inside = encoding.within(branch, points)  # not where the hyperparameter itself is inactive
    points = points[inside] if inside.any() else points
    doubtful = replace(acquisition, posterior=acquisition.posterior.doubting(DOUBT))
    return np.asarray(points[np.argsort(-doubtful.score(points), kind="stable")])
