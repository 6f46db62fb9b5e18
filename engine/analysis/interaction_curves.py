"""What acts together at a point: the slices of all other hyperparameters, with one of them put elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.analysis.profile import POINTS, places_along, profile
from engine.analysis.score_model import ScoreModel

QUARTERS = (0.25, 0.5, 0.75)  # of its range, where it is one: enough to see whether curves are parallel (a guess)
MOST_CHOICES = 3  # as many curves as of a range


@dataclass(frozen=True, eq=False)
class InteractionCurves:
    """Predicted scores where hyperparameter ``name`` has each of ``values`` (k), the others as at ``point`` (d,).

    ``means`` holds (k, m) scores for each other hyperparameter that plays a part at one of them, at places of its
    range that ``units`` (m,) holds. A row is NaN where it plays none.
    """

    name: str
    point: np.ndarray
    values: tuple[object, ...]
    units: Mapping[str, np.ndarray]
    means: Mapping[str, np.ndarray]


def interaction_curves(model: ScoreModel, point: np.ndarray, name: str, points: int = POINTS) -> InteractionCurves:
    """The curves through a point (d,) of the unit cube; of choices, the best three others."""
    encoding = model.encoding
    column = encoding.space.names.index(name)
    rule = encoding.hyperparameters[column]
    places, is_choice = places_along(rule)
    places = _best_choices(model, point, column, places) if is_choice else np.array(QUARTERS)
    moved = np.repeat(point[None, :], len(places), axis=0)
    moved[:, column] = places
    found = [profile(model, one, points) for one in moved]
    others = [one for one in found[0].slices if one.name != name]
    units = {one.name: one.units for one in others}
    means = {}
    for other in others:
        rows = [one.slice_of(other.name) for one in found]
        if any(row.plays for row in rows):
            parts = [row.band.mean if row.plays else np.full(len(row.units), np.nan) for row in rows]
            means[other.name] = np.stack(parts)
    return InteractionCurves(name, point, tuple(one.params[name] for one in found), units, means)


def _best_choices(model: ScoreModel, point: np.ndarray, column: int, places: np.ndarray) -> np.ndarray:
    """The places of the choices with the best predictions but for the present one, in the order of the choices."""
    places = np.delete(places, np.argmin(np.abs(places - point[column])))
    asked = np.repeat(point[None, :], len(places), axis=0)
    asked[:, column] = places
    best = np.argsort(-model.predict(asked)[0], kind="stable")[:MOST_CHOICES]
    return places[np.sort(best)]
