"""The first trials of a search where something is known of its model: configurations that did well elsewhere."""

from __future__ import annotations

from engine.learners.portfolios import Portfolio, Start
from engine.samplers import Suggestion
from engine.trials import History

LATEST = 50  # trials after which nothing is a first trial any more: a guess
SHARE = 3  # of a budget of N trials at most every third is from the portfolio: a guess


def next_start(portfolio: Portfolio | None, history: History, budget: int | None) -> Start | None:
    """The first configuration of ``portfolio`` in the space that no trial has had; *None* where there is none left.

    It follows from the history alone, so a search that is resumed goes on where it was.
    """
    if portfolio is None or len(history) >= LATEST:
        return None
    most = len(portfolio.rows) if budget is None else max(1, budget // SHARE)
    starts = portfolio.starts_in(history.space)[:most]
    tried = [history.params(number) for number in range(len(history))]
    return next((start for start in starts if start.params not in tried), None)


def suggestion_of(start: Start) -> Suggestion:
    """A start as a sampler's suggestion, with its source."""
    return Suggestion(start.params, {"phase": "portfolio", "known from": start.source})
