"""Asynchronous successive halving: at each rung one in so many continues, and nobody waits for anybody."""

from __future__ import annotations

from typing import Any

from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.pruners.peers import Peers
from engine.pruners.rungs import RungOptions, lost_at, reached_rung, rung_steps
from engine.trials import Curves, History

UNKNOWN = 1 << 40  # steps of a whole trial while none has run to its end


@registry.register
class AshaPruner(Pruner):
    """ASHA in its stopping form (Li et al., "A system for massively parallel hyperparameter tuning", 2020).

    Rungs are at first x factor^k; the first trials at a rung continue only where they are the best there so far.
    """

    title = "ASHA"
    summary = "Lets one in three continue at steps 1, 3, 9 and so on, without waiting for others."
    options = RungOptions
    settings: RungOptions

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._peers = Peers()

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence where the trial is not among the best at the rung that it reached last.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        trial = self._peers.running(history, curves, number)
        if trial is None:
            return ""
        most = self.settings.most or self._peers.longest(trial) or UNKNOWN
        steps = rung_steps(self.settings.first, self.settings.factor, most)
        rung = reached_rung(steps, trial.last)
        return "" if rung is None else lost_at(self._peers, trial, steps[rung], self.settings.factor)
