"""One schedule after another: usually a warm-up, then a way down."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

from engine.errors import UserFault
from engine.optimizers.schedules.base import Schedule
from engine.optimizers.schedules.usual import Cosine, WarmUp

WARM_STEPS = 100  # of the usual chain, as of WarmUp


@dataclass
class Chained(Schedule):
    """``parts`` one after the other, each from its own beginning, the next at each of the steps ``at``.

    Without arguments: a warm-up of 100 steps, then a cosine over the steps that are left. All parts count steps, also
    those that count epochs where they stand alone; the last one's total is what is left when it begins.
    """

    title: ClassVar[str] = "Warm-up, then cosine"
    per_step: ClassVar[bool] = True
    parts: tuple[Schedule, ...] = field(default_factory=lambda: (WarmUp(steps=WARM_STEPS), Cosine()))
    at: tuple[int, ...] = (WARM_STEPS,)

    def __post_init__(self) -> None:
        """Take copies of the parts; raises :class:`UserFault` where steps and parts do not fit each other."""
        super().__post_init__()
        self.parts, self.at = tuple(copy.deepcopy(part) for part in self.parts), tuple(self.at)
        if not self.parts or not all(isinstance(part, Schedule) for part in self.parts):
            raise UserFault(f"The parts of the chain are {self.parts!r}.", "Give schedules such as WarmUp(), Cosine().")
        begins = (0, *self.at)
        if len(begins) != len(self.parts) or not all(earlier < later for earlier, later in pairwise(begins)):
            raise UserFault(
                f"The chain has {len(self.parts)} parts and changes at steps {self.at!r}.",
                "Give one rising step for each part but the first.",
            )

    def rate(self, base: object, now: int, total: int) -> Any:
        """What the part that ``now`` is in gives."""
        begins, ends = (0, *self.at), (*self.at, total)
        number = bisect_right(self.at, now)
        return self.parts[number].rate(base, now - begins[number], ends[number] - begins[number])

    def observe(self, loss: float) -> None:
        """Tell every part."""
        for part in self.parts:
            part.observe(loss)

    def state(self) -> dict[str, Any]:
        """The parts' states, by number."""
        return {str(number): part.state() for number, part in enumerate(self.parts)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what :meth:`state` returned."""
        for number, part in enumerate(self.parts):
            part.restore(state[str(number)])
