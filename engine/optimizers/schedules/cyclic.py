"""Up and down between two rates on straight lines, again and again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.optimizers.schedules.base import Schedule
from engine.options import option


@dataclass
class Cyclic(Schedule):
    """From ``lowest`` · η up to η in ``rise`` steps, down in ``fall``, and again (Smith 2017).

    ``triangular``: always up to η; ``triangular2``: half as far above the lowest rate in each cycle; ``exp_range``:
    γ^step as far, γ = ``factor``. Momentum is left alone.
    """

    title: ClassVar[str] = "Cyclic"
    per_step: ClassVar[bool] = True
    rise: int = option(200, label="Steps rising", low=1)
    fall: int = option(200, label="Steps falling", low=1)
    lowest: float = option(0.1, label="Final share of the rate", low=0.0, high=1.0)
    mode: str = option("triangular", label="Mode", choices=("triangular", "triangular2", "exp_range"))
    factor: float = option(0.999, label="Factor a step", low=0.0, high=1.0, help="Of exp_range.", advanced=True)

    def rate(self, base: Any, now: int, total: int) -> Any:
        """Along the two lines of the cycle that ``now`` is in."""
        length = self.rise + self.fall
        cycle, step = divmod(now, length)
        height = step / self.rise if step <= self.rise else (length - step) / self.fall
        if self.mode == "triangular2":
            height = math.ldexp(height, -cycle)
        elif self.mode == "exp_range":
            height *= self.factor**now
        return base * (self.lowest + (1.0 - self.lowest) * height)
