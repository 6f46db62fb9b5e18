"""No pruning: every trial runs to its end."""

from __future__ import annotations

from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.trials import Curves, History


@registry.register
class NoPruner(Pruner):
    """Never ends a trial."""

    title = "No pruning"
    summary = "Every trial trains to its end."

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """Always the empty sentence."""
        return ""
