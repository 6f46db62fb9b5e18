"""A trial whose configuration is given, as an objective of somebody's own sees it when it is run once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.space import Hyperparameter


class GivenTrial:
    """Answers with the values of ``params``; nothing is kept, and it is never pruned.

    ``directions`` are those of the study. Raises :class:`Cancelled` from a report once ``cancelled()`` is true.
    """

    def __init__(
        self, number: int, params: Mapping[str, object], directions: tuple[str, ...], cancelled: Callable[[], bool]
    ) -> None:
        self.number = number
        self._params = params
        self._directions = directions
        self._cancelled = cancelled

    def report(self, step: int, records: Mapping[str, float]) -> None:
        """Nobody listens."""
        if self._cancelled():
            raise Cancelled

    def ask_value(self, name: str, asked: Hyperparameter) -> Any:
        """Its value; raises :class:`UserFault` where it has none."""
        if name not in self._params:
            raise UserFault(
                f"The objective asks for {name!r} now, which trial {self.number} did not have.",
                "Put it back as it was.",
            )
        return self._params[name]

    def ask_pruner(self) -> str:
        """Never."""
        return ""

    def ask_study(self) -> dict[str, Any]:
        """No trials: it ran among others, and runs alone now."""
        return {"directions": list(self._directions), "trials": []}

    def note_output(self, text: str) -> None:
        """Nobody reads it."""

    @property
    def must_stop(self) -> bool:
        """Whether the answer is no longer wanted."""
        return self._cancelled()
