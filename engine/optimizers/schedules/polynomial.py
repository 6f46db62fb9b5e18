"""Down to nothing along a power of the epochs left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.optimizers.schedules.base import Schedule
from engine.options import option


@dataclass
class Polynomial(Schedule):
    """η_min + (η − η_min)(1 − epoch/epochs)^p with η_min = ``lowest`` · η; a straight line where p = ``power`` is 1."""

    title: ClassVar[str] = "Polynomial"
    power: float = option(1.0, label="Power", low=0.0)
    lowest: float = option(
        0.0, label="Final share of the rate", low=0.0, high=1.0, help="Share of the rate left at the end."
    )

    def rate(self, base: object, now: int, total: int) -> Any:
        """The power of the share that is left."""
        left = max(0.0, 1.0 - now / max(1, total))
        return base * (self.lowest + (1.0 - self.lowest) * left**self.power)
