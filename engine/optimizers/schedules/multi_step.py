"""Drops at chosen epochs."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import UserFault
from engine.optimizers.schedules.base import Schedule
from engine.options import option


@dataclass
class MultiStep(Schedule):
    """η γ^(milestones passed), γ = ``factor``; a milestone that is listed twice counts twice.

    ``milestones`` are epochs, as a text ("30, 60, 90") or a list of whole numbers.
    """

    title: ClassVar[str] = "Multi-step"
    milestones: str = option("30, 60, 90", label="Epochs of drops", help="Whole numbers with commas between them.")
    factor: float = option(0.1, label="Factor", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        """Read the milestones; raises :class:`UserFault` where they are no epochs."""
        if isinstance(self.milestones, list | tuple):
            self.milestones = ", ".join(map(str, self.milestones))
        super().__post_init__()
        try:
            self._epochs = sorted(int(part) for part in self.milestones.replace(",", " ").split())
        except ValueError:
            self._epochs = []
        if not self._epochs or self._epochs[0] < 0:
            raise UserFault(f"Epochs of drops are {self.milestones!r}.", "Give whole numbers such as 30, 60, 90.")

    def rate(self, base: Any, now: int, total: int) -> Any:
        """η after the drops so far."""
        return base * self.factor ** bisect_right(self._epochs, now)
