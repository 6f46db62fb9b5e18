"""What an objective is once its data are loaded: it scores one configuration and reports steps on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Report = Callable[[int, Mapping[str, float]], None]
"""Takes a step and its records by name, with ``fold`` among them where there are several; may raise to end a trial."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The score of one configuration and what else is known (plain numbers, texts and lists by name)."""

    score: float
    details: dict[str, Any] = field(default_factory=dict)


class Evaluator(Protocol):
    """Scores configurations in one process, one at a time."""

    def evaluate(self, params: Mapping[str, Any], seed: int, report: Report) -> Outcome:
        """The outcome of one configuration; whatever it raises makes a failed trial."""
