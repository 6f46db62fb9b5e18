"""Branin: two dimensions, three equal minima; the usual first test of a search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.objectives.base import CheckpointStore, Outcome, Report
from engine.objectives.functions import registry
from engine.objectives.functions.base import Function
from engine.space import Float, SearchSpace


@registry.register
class Branin(Function):
    """The function of Branin (1972) with the constants of Dixon and Szegö (1978)."""

    title = "Branin"
    summary = "A smooth surface over two numbers with three equal minima."
    optimum = 0.39788735772973816

    def space(self) -> SearchSpace:
        """x1 in [-5, 10], x2 in [0, 15]."""
        return SearchSpace({"x1": Float(-5, 10), "x2": Float(0, 15)})

    def evaluate(
        self, params: Mapping[str, Any], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """Its value; without noise, without steps."""
        x1, x2 = params["x1"], params["x2"]
        curve = x2 - 5.1 / (4 * math.pi**2) * x1**2 + 5 / math.pi * x1 - 6
        return Outcome(curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x1) + 10)
