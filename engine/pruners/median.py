"""Median pruning: a trial ends when its best loss so far is worse than half of the others had at the same step."""

from __future__ import annotations

from dataclasses import dataclass

from engine.pruners import registry
from engine.pruners.peer_pruner import grace_option, peers_option
from engine.pruners.percentile import QuantileRule


@dataclass(frozen=True, slots=True)
class MedianOptions:
    """Settings of :class:`MedianPruner`."""

    peers: int = peers_option()
    grace: int = grace_option()


@registry.register
class MedianPruner(QuantileRule):
    """The median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.2).

    It compares validation loss, or whatever else was reported (:mod:`engine.pruners.reported_losses`), on the fold that
    the trial ran first with complete and pruned trials that reached the same step there.
    """

    title = "Median pruning"
    summary = "Ends a trial whose validation loss is worse than the median of earlier trials at the same step."
    options = MedianOptions
    settings: MedianOptions

    @property
    def share(self) -> float:
        """Half of them."""
        return 0.5

    @property
    def words(self) -> str:
        """What the limit is called."""
        return "the median"
