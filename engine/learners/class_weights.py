"""What each class counts for: weights of classes, and of rows by their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.learners.faults import BadInput
from engine.learners.targets import Target


@dataclass(frozen=True, slots=True)
class ClassWeights:
    """A weight for each class, a table for each label where there are several."""

    target: Target
    tables: tuple[Array, ...]

    def of_rows(self, Y: Array) -> Array:
        """The weight (n,) of rows with the coded targets ``Y`` (n, C); over several labels the product."""
        found = np.ones(len(Y))
        for table, place in zip(self.tables, self.target.places(Y).T, strict=True):
            found *= table[place]
        return found


def class_weights(given: Mapping[object, float] | str, target: Target, Y: Array, w: Array | None) -> ClassWeights:
    """What ``class_weight`` means for the training targets ``Y`` (n, C) of rows with the weights ``w`` (n,).

    "balanced" gives every class the same sum of weights, so that a row of weight 2 is the same as two rows
    (scikit-learn's ``compute_class_weight``). Classes without a weight in a mapping count once. Raises
    :class:`BadInput` for a mapping that names other classes instead.
    """
    if isinstance(given, str):
        return ClassWeights(target, tuple(_balanced_weights(place, target.levels, w) for place in target.places(Y).T))
    if target.several:
        raise BadInput("Several labels have no weight by name.", "Choose the class weight balanced, or none.")
    classes = [] if target.classes is None else target.classes.tolist()
    missing = [one for one in classes if one not in given]
    unknown = [name for name in given if name not in classes]
    if missing and unknown:
        raise BadInput(
            f"The class weight names {unknown[0]!r}, which is not a class of the target.",
            f"Name the classes as the target does: {', '.join(map(repr, classes[:10]))}.",
        )
    return ClassWeights(target, (np.array([float(given.get(one, 1.0)) for one in classes]),))


def _balanced_weights(place: Array, levels: int, w: Array | None) -> Array:
    sums = np.bincount(place, w, levels)
    share = sums.sum() / np.count_nonzero(sums)
    table = np.ones(levels)
    np.divide(share, sums, out=table, where=sums > 0)
    return table
