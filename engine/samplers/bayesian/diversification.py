"""The way out when the search keeps refining one place: some trials go where a model that doubts itself would look.

Lengthscales that are learned from one region may be too long for the rest of the space, above all for choices that
were hardly tried; shrinking them is what restores the guarantees of the search (Berkenkamp et al., "No-regret Bayesian
optimization with unknown hyperparameters", 2019).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.samplers.bayesian.acquisition import SingleObjectiveAcquisition
from engine.samplers.encoding import Encoding

DIVERSIFY_EVERY = 3  # of the trials of a stalled search one in three goes elsewhere: a guess
PATIENCE = 6  # trials without progress after which the search counts as stalled: a guess
PROGRESS = 0.05  # standard deviations of the warped values that count as progress: a guess
DRAWS = 16  # random points among which one is chosen: a guess
LENGTHSCALE_FACTOR = 0.25  # by which lengthscales shrink; Berkenkamp et al. shrink them without end: a guess
NEAR = 0.5  # prior correlation with the best point from which a point is its relative: a guess
REDRAWN = 3  # other values of a number that are tried where there are no choices: a guess
MARGIN = 0.02  # standard deviations above the incumbent that a stalled search asks for: a guess


def is_stalled(warped: np.ndarray) -> bool:
    """Whether the latest trials brought the best value (warped, in the order of the trials) next to nothing."""
    if len(warped) <= 2 * PATIENCE:
        return False
    return bool(warped.max() - warped[:-PATIENCE].max() < PROGRESS)


def diversified_candidates(
    encoding: Encoding, acquisition: SingleObjectiveAcquisition, best: np.ndarray, turn: int, rng: np.random.Generator
) -> np.ndarray:
    """Points (S, d) to escape to, best first by the acquisition of a model with much shorter lengthscales.

    In turn, they are uniform over the space, relatives of the ``best`` point (d,) last, or the best point with one
    coordinate changed.
    """
    rescaled = replace(acquisition, posterior=acquisition.posterior.with_scaled_lengthscales(LENGTHSCALE_FACTOR))
    if turn % 2:
        points = _one_changed(encoding, best, rng)
        near = np.zeros(len(points), dtype=bool)
    else:
        points = encoding.snap_points(rng.random((DRAWS, len(encoding))))
        near = _is_near(encoding, acquisition, points, best)
    return np.asarray(points[np.lexsort((-rescaled.value(points), near))])


def _is_near(
    encoding: Encoding, acquisition: SingleObjectiveAcquisition, points: np.ndarray, best: np.ndarray
) -> np.ndarray:
    """Mask (S,) of points that the model takes for relatives of ``best``, or that share its branch of conditions."""
    features = encoding.to_features(points)
    near = acquisition.posterior.prior_correlation(features, encoding.to_features(best[None, :])) > NEAR
    if encoding.space.is_conditional:
        near |= (encoding.active_mask(points) == encoding.active_mask(best[None, :])).all(axis=1)
    return np.asarray(near)


def _one_changed(encoding: Encoding, best: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Copies of ``best`` with another choice in one place, or other numbers where there are no choices.

    What the change activates is redrawn.
    """
    active = encoding.active_mask(best[None, :])[0]
    columns = [column for column in encoding.varying if active[column]]
    choices = [column for column in columns if encoding.is_category[column]]
    rows = []
    for column in choices or columns:
        units = encoding.other_positions(column, float(best[column])) if choices else rng.random(REDRAWN)
        for unit in units:
            row = np.where(active, best, rng.random(len(best)))
            row[column] = unit
            rows.append(row)
    return encoding.snap_points(np.array(rows or [best]))
