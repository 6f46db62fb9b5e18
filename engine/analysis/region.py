"""The region that some trials share: what *focus here*, *avoid this region* and *narrow the space* are about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.space import Categorical, Extent
from engine.trials import History

MARGIN = 0.1  # of a range that a region reaches beyond its trials on either side: a guess


def region_of_trials(history: History, numbers: Sequence[int]) -> dict[str, Extent]:
    """The box around these trials with a margin; a hyperparameter that it would not narrow is left out.

    Numbers are rounded to three digits, outwards as far as the range goes.
    """
    rows = np.asarray(list(numbers), dtype=int)
    sides: dict[str, Extent] = {}
    for column, (name, row) in enumerate(history.space.items()):
        known = history.numbers[rows, column]
        known = known[~np.isnan(known)]
        if not len(known) or row.levels == 1:
            continue
        if isinstance(row, Categorical):
            choices = tuple(row.choices[index] for index in sorted(set(known.astype(int).tolist())))
            if len(choices) < row.levels:
                sides[name] = Extent(choices=choices)
            continue
        unit = row.to_unit(known)
        low, high = float(unit.min()) - MARGIN, float(unit.max()) + MARGIN
        if low > 0.0 or high < 1.0:
            ends = row.from_unit(max(low, 0.0)), row.from_unit(min(high, 1.0))
            bounds = min(float(f"{ends[0]:.3g}"), float(known.min())), max(float(f"{ends[1]:.3g}"), float(known.max()))
            sides[name] = Extent(max(bounds[0], float(row.low)), min(bounds[1], float(row.high)))
    return sides
