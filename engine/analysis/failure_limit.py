"""A limit of the search space that keeps trials out of where others failed, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.analysis.failure_words import condition_words, short
from engine.analysis.failures import Failures, limited_bound, limiting_condition
from engine.analysis.title import name_words
from engine.errors import UserFault
from engine.space import Hyperparameter
from engine.space.limiting import leave_out, limit_range
from engine.trials import History
from engine.wording import value_text


def limited_space(
    rows: Mapping[str, Hyperparameter], history: History, found: Failures
) -> tuple[dict[str, Hyperparameter], str] | None:
    """The space ``rows`` with the rule's condition made a limit, and the words for it; *None* where there is none."""
    source = limiting_condition(found.rule) or limiting_condition(found.useless_rule)
    if source is None or source.name not in rows or source.name not in history.space:
        return None
    try:
        if source.choices:
            return leave_out(rows, source.name, source.choices), f"Leave out {condition_words(source, history.space)}"
        bound: Any = limited_bound(history, source)
        ends = {"high": bound} if source.low is not None else {"low": bound}
        where = "to" if source.low is not None else "to at least"
        words = f"Limit {name_words(source.name)} {where} {value_text(short(bound))}"
        return limit_range(rows, source.name, **ends), words
    except UserFault:
        return None
