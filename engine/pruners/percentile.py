"""Percentile pruning: a trial ends when its best loss so far is not among the better share of the others."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from engine.options import option
from engine.pruners import registry
from engine.pruners.peer_pruner import PeerPruner, grace_option, peers_option
from engine.pruners.peers import Running, number_words, sorted_quantile

SMALLEST_GRACE = 0.05  # of the steps of the longest trial (Li et al. recommend no less before noise settles): a guess


@dataclass(frozen=True, slots=True)
class PercentileOptions:
    """Settings of :class:`PercentilePruner`."""

    percentile: float = option(
        25.0, label="Percentile", low=1.0, high=99.0, unit="%", help="The share of earlier trials that is good enough."
    )
    peers: int = peers_option()
    grace: int = grace_option()


class QuantileRule(PeerPruner):
    """Compares the best loss so far with a quantile of what peers had at the same step.

    Two checks in a row must agree, and no trial ends in the first twentieth of the longest one.
    """

    @property
    @abstractmethod
    def share(self) -> float:
        """Of the earlier trials, those that are good enough."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What the limit is called."""

    def judge(self, trial: Running) -> str:
        """A sentence when the last two steps were both among the worse ones."""
        too_early = len(trial.losses.steps) < self.settings.grace + 1
        if too_early or trial.last < SMALLEST_GRACE * self.peers.longest(trial):
            return ""
        mine = limit = 0.0
        count = 0
        for step in trial.last_two():
            reached = self.peers.losses_at(trial, step)
            if (count := len(reached)) < self.settings.peers:
                return ""
            mine, limit = trial.losses.best_until(step), sorted_quantile(reached, self.share)
            if mine <= limit:
                return ""
        return (
            f"At step {trial.last} its best {trial.word} was {number_words(mine)}, worse than {self.words} of "
            f"{count} earlier trials there ({number_words(limit)})."
        )


@registry.register
class PercentilePruner(QuantileRule):
    """The median rule with another share (Optuna's PercentilePruner)."""

    title = "Percentile pruning"
    summary = "Ends a trial whose loss is not among the better share of earlier trials at the same step."
    options = PercentileOptions
    settings: PercentileOptions

    @property
    def share(self) -> float:
        """Of the trials that are good enough."""
        return self.settings.percentile / 100.0

    @property
    def words(self) -> str:
        """What the limit is called."""
        return f"the {self.settings.percentile:g} % quantile"
