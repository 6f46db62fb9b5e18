"""Asynchronous successive halving: at each rung one in so many continues, and nobody waits for anybody."""

from __future__ import annotations

from engine.pruners import registry
from engine.pruners.rung_pruner import RungPruner


@registry.register
class AshaPruner(RungPruner):
    """ASHA in its stopping form (Li et al., "A system for massively parallel hyperparameter tuning", 2020).

    Rungs are at first x factor^k; the first trials at a rung continue only where they are the best there so far.
    """

    title = "ASHA"
    summary = "Lets one in three continue at steps 1, 3, 9 and so on, without waiting for others."
