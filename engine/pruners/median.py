"""Median pruning: a trial ends when its best loss so far is worse than half of the others had at the same step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.options import option
from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.trials import Curve, Curves, History, State


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
        steps, loss = _losses(history, curves.get(number))
        if len(steps) < self.settings.grace + 1:
            return ""
        peers = [
            _losses(history, curves.get(int(peer)))[1]
            for peer in history.where(State.COMPLETE, State.PRUNED)
            if int(peer) in curves
        ]
        for length in (len(steps) - 1, len(steps)):
            others = [np.min(peer[:length]) for peer in peers if len(peer) >= length]
            if len(others) < self.settings.peers or np.min(loss[:length]) <= np.median(others):
                return ""
        return f"At step {int(steps[-1])} its loss was worse than that of half the earlier trials."


def _losses(history: History, curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Steps and loss-like values of the first fold; a plain ``value`` counts in the study's direction."""
    if "val_loss" in curve.names:
        steps, loss = curve.fold(0, "val_loss")
    else:
        steps, loss = curve.fold(0, "value")
        loss = loss if history.directions[0] == "minimize" else -loss
    return steps, np.where(np.isfinite(loss), loss, np.inf)
