"""Median pruning: a trial ends when its best loss so far is worse than half of the others had at the same step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.options import option
from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.trials import Curves, History, State


@dataclass(frozen=True, slots=True)
class MedianOptions:
    """Settings of :class:`MedianPruner`."""

    peers: int = option(6, label="Trials to compare with", low=2, high=1000, help="No trial ends before so many did.")
    grace: int = option(3, label="Steps of grace", low=1, high=10_000, help="No trial ends before this step.")


@registry.register
class MedianPruner(Pruner):
    """The median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.2) on validation loss.

    A trial is compared on its first fold with complete and pruned trials that reached the same step. Two checks in a
    row must agree, so that one noisy value ends nothing.
    """

    title = "Median pruning"
    summary = "Ends a trial whose validation loss is worse than the median of earlier trials at the same step."
    options = MedianOptions
    settings: MedianOptions

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence when the last two steps were both in the worse half."""
        steps, loss = curves.get(number).fold(0, "val_loss")
        if len(steps) < self.settings.grace + 1:
            return ""
        peers = [
            curves.get(int(peer)).fold(0, "val_loss")[1]
            for peer in history.where(State.COMPLETE, State.PRUNED)
            if int(peer) in curves
        ]
        for length in (len(steps) - 1, len(steps)):
            others = [np.nanmin(peer[:length]) for peer in peers if len(peer) >= length and np.isfinite(peer[0])]
            if len(others) < self.settings.peers or np.nanmin(loss[:length]) <= np.median(others):
                return ""
        return f"At step {int(steps[-1])} its loss was worse than that of half the earlier trials."
