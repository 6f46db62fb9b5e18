"""How many trials come before the model."""

from __future__ import annotations

import math
from collections import Counter

from engine.samplers.encoding import Encoding


def start_size(encoding: Encoding, budget: int | None) -> int:
    """How many trials come before the surrogate: few, but one for every branch of the conditions."""
    choices = Counter(branch.column for branch in encoding.branches)
    size = max(4, math.ceil(encoding.dimension / 2) + 2, *choices.values())
    if budget is not None:
        size = min(size, max(2, math.floor(0.15 * budget)))
    return min(size, 12)
