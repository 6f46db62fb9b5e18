"""Percentile pruning: a trial ends when its best loss so far is not among the better share of the others."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from engine.options import option
from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.pruners.peers import Peers, number_words, sorted_quantile
from engine.trials import Curves, History

SMALLEST_GRACE = 0.05  # of the steps of the longest trial (Li et al. recommend no less before noise settles): a guess


@dataclass(frozen=True, slots=True)
class PercentileOptions:
    """Settings of :class:`PercentilePruner`."""

    percentile: float = option(
        25.0, label="Percentile", low=1.0, high=99.0, unit="%", help="The share of earlier trials that is good enough."
    )
    peers: int = option(
        6, label="Trials to compare with", low=2, high=1000, help="Trials that must have finished before any is pruned."
    )
    grace: int = option(3, label="Warm-up steps", low=1, high=10_000, help="No trial is pruned before this step.")


class QuantileRule(Pruner):
    """Compares the best loss so far with a quantile of what peers had at the same step.

    Two checks in a row must agree, and no trial ends in the first twentieth of the longest one.
    """

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._peers = Peers()

    @property
    @abstractmethod
    def share(self) -> float:
        """Of the earlier trials, those that are good enough."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What the limit is called."""

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence when the last two steps were both among the worse ones.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        peers = self._peers
        trial = peers.running(history, curves, number)
        if trial is None or len(trial.losses.steps) < self.settings.grace + 1:
            return ""
        if trial.last < SMALLEST_GRACE * peers.longest(trial):
            return ""
        mine = limit = 0.0
        count = 0
        for step in trial.last_two():
            reached = peers.losses_at(trial, step)
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
