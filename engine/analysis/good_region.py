"""Where the good scores are: the part of the space whose predictions are among the best tenth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.analysis.score_model import ScoreModel
from engine.maths.lowdiscrepancy import sobol_points
from engine.space import Categorical

SAMPLE = 4096  # points of the space that are predicted
BEST = 0.1  # of them: the good region
SHARE = 0.8  # of the good region that a range, or the choices named, hold
NARROW = 0.6  # of a hyperparameter's range, in its own scale: a wider one says nothing


@dataclass(frozen=True, slots=True)
class GoodRange:
    """What the good region has in common in one hyperparameter: a range of numbers, or some of its choices."""

    name: str
    low: Any = None
    high: Any = None
    choices: tuple[Any, ...] = ()


def good_region(model: ScoreModel) -> tuple[GoodRange, ...]:
    """The hyperparameters in which the best tenth of the space is narrow; empty where there is no such region."""
    encoding = model.encoding
    points = sobol_points(len(encoding), SAMPLE, 1)
    scores = model.sign * model.scores(points)
    best = points[np.argsort(-scores, kind="stable")[: round(BEST * SAMPLE)]]
    active = encoding.active_mask(best)
    found = []
    for column in encoding.varying:
        units = best[active[:, column], column]
        if len(units) < SHARE * len(best):
            continue  # it plays no part in most of the region
        hyperparameter, name = encoding.hyperparameters[column], encoding.space.names[column]
        if isinstance(hyperparameter, Categorical):
            chosen = _choices(hyperparameter, units)
            if len(chosen) < len(hyperparameter.choices):
                found.append(GoodRange(name, choices=chosen))
            continue
        low, high = np.quantile(units, [(1 - SHARE) / 2, (1 + SHARE) / 2])
        if high - low <= NARROW:
            found.append(
                GoodRange(
                    name,
                    hyperparameter.to_value(hyperparameter.from_unit(float(low))),
                    hyperparameter.to_value(hyperparameter.from_unit(float(high))),
                )
            )
    return tuple(found)


def _choices(hyperparameter: Categorical, units: np.ndarray) -> tuple[object, ...]:
    """The fewest choices that hold the share, the commonest first."""
    values = [hyperparameter.to_value(hyperparameter.from_unit(float(unit))) for unit in units]
    counts = {choice: sum(value == choice for value in values) for choice in hyperparameter.choices}
    chosen, held = [], 0
    for choice in sorted(counts, key=lambda one: -counts[one]):
        chosen.append(choice)
        held += counts[choice]
        if held >= SHARE * len(values):
            break
    return tuple(chosen)
