"""Several comparisons as one family: the step-down correction of Holm (1979)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm_adjusted(chances: Sequence[float]) -> list[float]:
    """Adjusted p values in the given order: at most α for those that are told apart with a family-wise error of α."""
    adjusted, least = [1.0] * len(chances), 0.0
    for rank, place in enumerate(np.argsort(chances, kind="stable").tolist()):
        least = max(least, min(1.0, (len(chances) - rank) * chances[place]))
        adjusted[place] = least
    return adjusted
