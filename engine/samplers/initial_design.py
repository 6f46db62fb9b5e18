"""The first trials, before there is anything to learn from: the middle of the space, then a space-filling sequence."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from engine import seeds
from engine.maths.lowdiscrepancy import ScrambledSobol
from engine.samplers.encoding import Encoding
from engine.space import Categorical


class InitialDesign:
    """The sequence of starting points of one study: the same for the same seed, point by point."""

    def __init__(self, encoding: Encoding, seed: int) -> None:
        self._encoding = encoding
        self._sobol = ScrambledSobol(len(encoding), seeds.integer(seed, "bayesian", "start"))
        rng = seeds.generator(seed, "bayesian", "levels")
        self._orders = {
            column: rng.permutation(np.arange(1, hyperparameter.levels))
            for column, hyperparameter in enumerate(encoding.hyperparameters)
            if isinstance(hyperparameter, Categorical) and hyperparameter.levels > 1
        }

    def point(self, index: int) -> np.ndarray:
        """Point ``index`` (d,): numbers from the middle and then Sobol's, choices in turn from the first listed one."""
        point = np.full(len(self._encoding), 0.5) if index == 0 else np.array(self._sobol.point(index - 1))
        for column, order in self._orders.items():
            levels = len(order) + 1
            turn = index % levels
            level = 0 if turn == 0 else int(order[turn - 1])
            point[column] = (level + 0.5) / levels
        return point


def initial_design_size(encoding: Encoding, budget: int | None) -> int:
    """How many trials come before the surrogate: few, but one for every branch of the conditions."""
    choices = Counter(branch.column for branch in encoding.branches)
    size = max(4, math.ceil(encoding.dimension / 2) + 2, *choices.values())
    if budget is not None:
        size = min(size, max(2, math.floor(0.15 * budget)))
    return min(size, 12)
