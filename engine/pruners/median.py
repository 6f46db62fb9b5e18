"""Median pruning: a trial ends when its best loss so far is worse than half of the others had at the same step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.options import option
from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.pruners.reported_losses import compared_record, reported_losses
from engine.trials import Curves, History, State


@dataclass(frozen=True, slots=True)
class MedianOptions:
    """Settings of :class:`MedianPruner`."""

    peers: int = option(
        6, label="Trials to compare with", low=2, high=1000, help="Trials that must have finished before any is pruned."
    )
    grace: int = option(3, label="Warm-up steps", low=1, high=10_000, help="No trial is pruned before this step.")


@registry.register
class MedianPruner(Pruner):
    """The median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.2).

    It compares validation loss, or whatever else was reported (:mod:`engine.pruners.reported_losses`), on the first
    fold with complete and pruned trials that reached the same step. Two checks in a row must agree, so that one noisy
    value ends nothing.
    """

    title = "Median pruning"
    summary = "Ends a trial whose validation loss is worse than the median of earlier trials at the same step."
    options = MedianOptions
    settings: MedianOptions

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence when the last two steps were both in the worse half.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        curve = curves.get(number)
        name = compared_record(curve)
        if not name:
            return ""
        mine = reported_losses(history, curve, name)
        if len(mine.steps) < self.settings.grace + 1:
            return ""
        others = np.flatnonzero(np.isin(history.state, (State.COMPLETE, State.PRUNED)) & ~history.excluded).tolist()
        peers = [reported_losses(history, curves.get(peer), name) for peer in others if peer in curves]
        for step in mine.steps[-2:].tolist():
            reached = [peer.best_until(step) for peer in peers if peer.last >= step]
            if len(reached) < self.settings.peers or mine.best_until(step) <= np.median(reached):
                return ""
        return f"At step {mine.last} its {_record_title(name)} was worse than that of half the earlier trials."


def _record_title(name: str) -> str:
    return "loss" if name in ("val_loss", "value") else name
