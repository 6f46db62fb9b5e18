"""Cosine with warm restarts: down along half a cosine, up at once, and again, each time for longer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.optimizers.schedules.base import Schedule
from engine.options import option


@dataclass
class CosineRestarts(Schedule):
    """η_min + ½(η − η_min)(1 + cos(π e/T)) with e epochs of the T since a restart (Loshchilov and Hutter 2017, eq. 5).

    T = ``first`` before the first restart and ``growth`` times as many after each; η_min = ``lowest`` · η.
    """

    title: ClassVar[str] = "Cosine with restarts"
    first: int = option(10, label="Epochs to the first restart", low=1)
    growth: int = option(2, label="Growth of the period", low=1, help="How many times as long each period is.")
    lowest: float = option(
        0.0, label="Final share of the rate", low=0.0, high=1.0, help="Share of the rate before a restart."
    )

    def rate(self, base: Any, now: int, total: int) -> Any:
        """Along the cosine of the period that ``now`` is in."""
        since, period = now, self.first
        while since >= period and self.growth > 1:
            since, period = since - period, period * self.growth
        share = 0.5 * (1.0 + math.cos(math.pi * (since % period) / period))
        return base * (self.lowest + (1.0 - self.lowest) * share)
