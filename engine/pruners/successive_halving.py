"""Successive halving: at each rung one in so many continues, once so many have been there."""

from __future__ import annotations

from engine.pruners import registry
from engine.pruners.rung_pruner import RungPruner


@registry.register
class SuccessiveHalvingPruner(RungPruner):
    """Jamieson and Talwalkar, "Non-stochastic best arm identification", 2016, for trials that come one by one.

    While fewer than ``factor`` trials were at a rung, all continue: there is no half to be cut yet.
    """

    title = "Successive halving"
    summary = "Lets one in three continue at steps 1, 3, 9 and so on, once three have been there."
    waits = True
