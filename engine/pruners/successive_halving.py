"""Successive halving: at each rung one in so many continues, once so many have been there."""

from __future__ import annotations

from typing import Any

from engine.pruners import registry
from engine.pruners.asha import UNKNOWN
from engine.pruners.base import Pruner
from engine.pruners.peers import Peers
from engine.pruners.rungs import RungOptions, lost_at, reached_rung, rung_steps
from engine.trials import Curves, History


@registry.register
class SuccessiveHalvingPruner(Pruner):
    """Jamieson and Talwalkar, "Non-stochastic best arm identification", 2016, for trials that come one by one.

    While fewer than ``factor`` trials were at a rung, all continue: there is no half to be cut yet.
    """

    title = "Successive halving"
    summary = "Lets one in three continue at steps 1, 3, 9 and so on, once three have been there."
    options = RungOptions
    settings: RungOptions

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._peers = Peers()

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence where enough were at the rung and the trial is not among the best of them.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        trial = self._peers.running(history, curves, number)
        if trial is None:
            return ""
        factor = self.settings.factor
        most = self.settings.most or self._peers.longest(trial) or UNKNOWN
        steps = rung_steps(self.settings.first, factor, most)
        rung = reached_rung(steps, trial.last)
        return "" if rung is None else lost_at(self._peers, trial, steps[rung], factor, factor - 1)
