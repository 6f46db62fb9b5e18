"""The way out when the search keeps refining one place: some trials go where a model that doubts itself would look.

Lengthscales that are learned from one region may be too long for the rest of the space, above all for choices that
were hardly tried; shrinking them is what restores the guarantees of the search (Berkenkamp et al., "No-regret Bayesian
optimization with unknown hyperparameters", 2019).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.samplers.bayesian.acquiring import Improvement
from engine.samplers.encoding import Encoding

ESCAPE_EVERY = 3
PATIENCE = 6
PROGRESS = 0.05
DRAWS = 16
DOUBT = 0.25
NEAR = 0.5
REDRAWN = 3
MARGIN = 0.02


def is_stalled(warped: np.ndarray) -> bool:
    """Whether the latest trials brought the best value (warped, in the order of the trials) next to nothing."""
    if len(warped) <= 2 * PATIENCE:
        return False
    return bool(warped.max() - warped[:-PATIENCE].max() < PROGRESS)


def escapes(
    encoding: Encoding, acquisition: Improvement, best: np.ndarray, turn: int, rng: np.random.Generator
) -> np.ndarray:
    """Points (S, d) to escape to, best first by the acquisition of a model with much shorter lengthscales.

    In turn, they are uniform over the space, relatives of the ``best`` point (d,) last, or the best point with one
    coordinate changed.
    """
    doubtful = replace(acquisition, posterior=acquisition.posterior.doubting(DOUBT))
    if turn % 2:
        points = _one_changed(encoding, best, rng)
        near = np.zeros(len(points), dtype=bool)
    else:
        points = encoding.snap(rng.random((DRAWS, len(encoding))))
        near = _is_near(encoding, acquisition, points, best)
    return np.asarray(points[np.lexsort((-doubtful.score(points), near))])


def _is_near(encoding: Encoding, acquisition: Improvement, points: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Mask (S,) of points that the model takes for relatives of ``best``, or that share its branch of conditions."""
    features = encoding.features(points)
    near = acquisition.posterior.correlation(features, encoding.features(best[None, :])) > NEAR
    if encoding.space.is_conditional:
        near |= (encoding.active(points) == encoding.active(best[None, :])).all(axis=1)
    return np.asarray(near)


def _one_changed(encoding: Encoding, best: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Copies of ``best`` with another choice in one place, or other numbers where there are no choices.

    What the change activates is redrawn.
    """
    active = encoding.active(best[None, :])[0]
    columns = [column for column in encoding.varying if active[column]]
    choices = [column for column in columns if encoding.is_category[column]]
    rows = []
    for column in choices or columns:
        units = encoding.alternatives(column, float(best[column])) if choices else rng.random(REDRAWN)
        for unit in units:
            row = np.where(active, best, rng.random(len(best)))
            row[column] = unit
            rows.append(row)
    return encoding.snap(np.array(rows or [best]))
