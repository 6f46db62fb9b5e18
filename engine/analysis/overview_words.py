"""The sentences over the small pictures of the overview: where is good."""

from __future__ import annotations

from engine.analysis.failure_words import short
from engine.analysis.good_region import GoodRange
from engine.analysis.profile import Profile, Slice
from engine.analysis.score_model import TRUSTED, USABLE
from engine.analysis.title import Title, name_words
from engine.wording import listed, value_text

SLICES = 3  # hyperparameters whose slices are shown (pages.md 1.1)
MOST_RANGES, MOST_CHOICES = 2, 2  # that fit into a title of two lines


def good_title(region: tuple[GoodRange, ...], shown: tuple[str, ...], quality: float, metric: str, best: int) -> Title:
    """Where good scores lie, of the hyperparameters that are shown, as far as the good region is narrow in them."""
    remark = f"predicted {metric} through trial {best}; band: one standard deviation"
    if quality < USABLE:
        remark = f"not to be trusted · {remark}"
    telling = [one for one in region if len(one.choices) <= MOST_CHOICES]
    told = [one for one in telling if one.name in shown] or telling
    told = sorted(told, key=lambda one: shown.index(one.name) if one.name in shown else len(shown))[:MOST_RANGES]
    if not told:
        return Title("Good scores", "lie in no narrow part of the space", remark)
    lies = "lies" if quality >= TRUSTED else "seems to lie"
    return Title("Good", f"{lies} at {listed([_range(one) for one in told])}", remark)


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


def _value(value: object) -> str:
    return value_text(short(value))
