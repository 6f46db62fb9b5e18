"""The way out when the search keeps refining one place: some trials go where a model that doubts itself would look.

Lengthscales that are learned from one region may be too long for the rest of the space, above all for choices that
were hardly tried; shrinking them is what restores the guarantees of the search (Berkenkamp et al., "No-regret Bayesian
optimization with unknown hyperparameters", 2019).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.samplers.bayesian.acquiring import Acquisition
from engine.samplers.encoding import Encoding

ESCAPE_EVERY = 3
PATIENCE = 6
PROGRESS = 0.02
DRAWS = 16
DOUBT = 0.25
NEAR = 0.5
MARGIN = 0.05


def is_stalled(warped: np.ndarray) -> bool:
    """Whether the latest trials brought the best value (warped, in the order of the trials) next to nothing."""
    if len(warped) <= 2 * PATIENCE:
        return False
    return bool(warped.max() - warped[:-PATIENCE].max() < PROGRESS)


def escapes(encoding: Encoding, acquisition: Acquisition, best: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A few uniform points (S, d), best first by the acquisition of a model with much shorter lengthscales.

    Those that the model takes for relatives of the ``best`` point (d,) come last.
    """
    points = encoding.snap(rng.random((DRAWS, len(encoding))))
    doubtful = replace(acquisition, posterior=acquisition.posterior.doubting(DOUBT))
    near = acquisition.posterior.correlation(encoding.features(points), encoding.features(best[None, :])) > NEAR
    return np.asarray(points[np.lexsort((-doubtful.score(points), near))])
