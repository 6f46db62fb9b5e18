"""One epoch: after the first step only the best continue, which is the baseline that other pruners must beat."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from engine.options import option
from engine.pruners import registry
from engine.pruners.peer_pruner import PeerPruner, peers_option
from engine.pruners.peers import Running, number_words


@dataclass(frozen=True, slots=True)
class OneEpochOptions:
    """Settings of :class:`OneEpochPruner`."""

    step: int = option(1, label="Step", low=1, high=100_000, help="The step at which trials are compared, once.")
    share: float = option(
        0.2, label="Share that continues", low=0.01, high=0.9, help="Of all trials so far, by their loss there."
    )
    peers: int = peers_option()


@registry.register
class OneEpochPruner(PeerPruner):
    """Egele et al., "The unreasonable effectiveness of early discarding after one epoch", 2023 (arXiv 2307.15422)."""

    title = "One epoch"
    summary = "Compares trials once, after the first step, and lets the best fifth continue."
    options = OneEpochOptions
    settings: OneEpochOptions

    def judge(self, trial: Running) -> str:
        """A sentence where the trial was not among the best at that step."""
        if trial.last < self.settings.step:
            return ""
        others, mine = self.peers.losses_at(trial, self.settings.step), trial.losses.best_until(self.settings.step)
        if len(others) < self.settings.peers:
            return ""
        rank, kept = bisect.bisect_left(others, mine), max(1, int(self.settings.share * (len(others) + 1)))
        if rank < kept:
            return ""
        return (
            f"At step {self.settings.step} its {trial.word}, {number_words(mine)}, was number {rank + 1} of "
            f"{len(others) + 1}; the best {kept} continue."
        )
