"""What a trial reported, as one value a step: what programs that know no folds and no records take."""

from __future__ import annotations

import numpy as np

from engine.pruners.reported_losses import compared_record
from engine.trials import Curve

_OWN_RECORD = "value"  # of objectives that call report(value, step)


def reported_values(curve: Curve) -> dict[int, float]:
    """The record that pruners compare, by step, as the mean of the folds that came to it; NaN where it was none."""
    name = compared_record(curve)
    if not name:
        return {}
    if name == _OWN_RECORD:
        steps, values = curve.fold(0, name)
        return dict(zip(steps.tolist(), values.tolist(), strict=True))
    known = np.isfinite(curve.values(name))
    steps, places = np.unique(curve.steps[known], return_inverse=True)
    sums = np.bincount(places, curve.values(name)[known], len(steps))
    means = sums / np.bincount(places, minlength=len(steps))
    return dict(zip(steps.tolist(), means.tolist(), strict=True))
