"""The sentences over the small pictures of the overview: where is good, and where trials fail."""

from __future__ import annotations

from typing import Any

from engine.analysis.failure_rule import Condition, FailureRule
from engine.analysis.good_region import GoodRange
from engine.analysis.profile import Profile, Slice
from engine.analysis.score_model import TRUSTED, USABLE
from engine.analysis.title import Title, name_words
from engine.wording import counted, listed

SLICES = 3  # hyperparameters whose slices are shown (pages.md 1.1)


def good_title(region: tuple[GoodRange, ...], shown: tuple[str, ...], quality: float, metric: str, best: int) -> Title:
    """Where good scores lie, of the hyperparameters that are shown, as far as the good region is narrow in them."""
    remark = f"predicted {metric} through trial {best}; band: one standard deviation"
    if quality < USABLE:
        remark = f"not to be trusted · {remark}"
    told = [one for one in region if one.name in shown] or list(region[:SLICES])
    told.sort(key=lambda one: shown.index(one.name) if one.name in shown else len(shown))
    if not told:
        return Title("Good scores", "lie in no narrow part of the space", remark)
    lies = "lies" if quality >= TRUSTED else "seems to lie"
    return Title("Good", f"{lies} at {listed([_range(one) for one in told])}", remark)


def failure_title(rule: FailureRule | None, failed: int, finished: int) -> Title:
    """Where trials fail: under which conditions, how many of how many, and how many elsewhere."""
    if rule is None:
        if not failed:
            return Title("No trial failed", "", f"{counted(finished, 'trial')} ended", "text")
        noun = "trial" if failed == 1 else "trials"
        return Title(
            f"{failed:,} {noun} failed;", "no simple rule says where", f"of {counted(finished, 'trial')}", "bad"
        )
    first, *others = rule.conditions
    where = condition_words(first)
    elsewhere = f"elsewhere {rule.left_over:,} of {finished - rule.inside:,} failed"
    extra = " and ".join(condition_words(one) for one in others)
    remark = f"and {extra}; {elsewhere}" if extra else elsewhere
    return Title(f"{where[:1].upper()}{where[1:]}:", f"{rule.failed:,} of {rule.inside:,} failed", remark, "bad")


def condition_words(one: Condition) -> str:
    """A condition in words: ``learning rate above 0.3``, ``optimizer not nesterov``."""
    name = name_words(one.name)
    if one.choices:
        return f"{name} {listed([_value(choice) for choice in one.choices], 4).replace(' and ', ' or ')}"
    if one.low is not None and one.high is not None:
        return f"{name} {_value(one.low)} to {_value(one.high)}"
    return f"{name} above {_value(one.low)}" if one.low is not None else f"{name} below {_value(one.high)}"


def limit_of(rule: FailureRule | None) -> tuple[str, Any, Any] | None:
    """The limit that keeps trials out of a failing range: a hyperparameter, and its new lower and upper end.

    One of the two is *None*: that end stays. *None* where the rule names no range that reaches one end of its space.
    """
    for one in () if rule is None else rule.conditions:
        if one.choices:
            continue
        if one.low is not None and one.high is None:
            return one.name, None, _round(one.low)
        if one.high is not None and one.low is None:
            return one.name, _round(one.high), None
    return None


def limit_words(limit: tuple[str, Any, Any]) -> str:
    """The verb for a limit: ``Limit learning rate to 0.3``."""
    name, low, high = limit
    if high is not None:
        return f"Limit {name_words(name)} to {_value(high)}"
    return f"Start {name_words(name)} at {_value(low)}"


def shown_slices(found: Profile, by_effect: dict[str, float]) -> tuple[Slice, ...]:
    """The slices with the largest effect near the point, in that order."""
    names = [name for name in by_effect if found.slice_of(name).plays][:SLICES]
    return tuple(found.slice_of(name) for name in names)


def _range(one: GoodRange) -> str:
    name = name_words(one.name)
    if one.choices:
        return f"{name} {listed([_value(choice) for choice in one.choices], 3).replace(' and ', ' or ')}"
    low, high = _value(one.low), _value(one.high)
    return f"{name} {low}" if low == high else f"{name} {low} to {high}"


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2g}".replace("e-0", "e-")
    return (
        "none"
        if value is None
        else f"{value:,}"
        if isinstance(value, int) and not isinstance(value, bool)
        else str(value)
    )


def _round(value: Any) -> Any:
    """Two digits of a number, as it is told."""
    return float(f"{value:.2g}") if isinstance(value, float) else value
