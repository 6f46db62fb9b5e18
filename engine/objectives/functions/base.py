"""What a test function is: a known surface to try strategies on, with its space and its best value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from engine.objectives.base import CheckpointStore, Outcome, Report
from engine.space import SearchSpace


class Function(ABC):
    """A function to minimize. ``optimum`` is its least value, where that is known."""

    title: ClassVar[str]
    summary: ClassVar[str]
    optimum: ClassVar[float | None] = None

    @abstractmethod
    def space(self) -> SearchSpace:
        """The space it is defined on."""

    @abstractmethod
    def evaluate(
        self, params: Mapping[str, object], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """Its value at one configuration."""
