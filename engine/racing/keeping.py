"""What a race has shown, kept: a study's definition with the winner as its strategy, or as its way to start."""

from __future__ import annotations

from collections.abc import Sequence

from engine import samplers
from engine.errors import UserFault
from engine.racing.entrants import Entrant
from engine.setup import StudySetup, replace


def with_winner(setup: StudySetup, entrants: Sequence[Entrant], winner: Entrant) -> StudySetup:
    """``setup`` with the winner of a race among ``entrants`` kept.

    After a race of starts the strategy stays what it is: known good starts are tried first, or no longer. Raises
    :class:`UserFault` where there is nothing to keep.
    """
    strategy = setup.strategy
    if any(one.start for one in entrants):
        strategy = replace(strategy, portfolio=_wants_known(strategy.sampler, winner))
    else:
        strategy = replace(strategy, sampler=winner.sampler, options=dict(winner.options))
        if winner.pruner != "none":
            strategy = replace(strategy, pruner=winner.pruner, pruner_options=dict(winner.pruner_options))
    kept: StudySetup = replace(setup, strategy=strategy)
    return kept


def _wants_known(sampler: str, winner: Entrant) -> bool:
    if winner.start == "defaults":
        raise UserFault("The defaults are one configuration, no strategy.", "Queue it in Live.")
    chosen = samplers.registry.get(sampler)
    if winner.start == "known" and not chosen.takes_portfolio:
        raise UserFault(
            f"{chosen.title} begins with no known configurations.", "Choose a strategy that learns a model in Setup."
        )
    return winner.start == "known"
