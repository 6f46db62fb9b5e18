"""What brushed trials have in common, in a sentence; the window and the command line say the same."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.analysis.parallel import Brushes, Parallel
from engine.analysis.title import Title, name_words
from engine.space import Categorical, Float, Hyperparameter, Int, SearchSpace
from engine.wording import counted, listed

NARROW = 0.5  # of a whole range, which a range that is told takes at most (pages.md 1.2)
COMMON = 0.8  # of the brushed that share a choice that is told (pages.md 1.2)
EDGE = 0.03  # of a range: what ends so near to its end is told as *or more*, *or less*; a guess
MOST_TOLD = 3  # that fit into a title
AGREE = 0.9  # of the brushed among which all must be set for a range to be told: a guess


class Shared(NamedTuple):
    """What the brushed have in common in one hyperparameter, and how telling that is: the smaller the more."""

    words: str
    rank: float
    is_late: bool = False


def parallel_title(found: Parallel, space: SearchSpace, mask: np.ndarray, brushes: Brushes, metric: str) -> Title:
    """What the brushed trials have in common, most telling first; without a brush, what is shown."""
    count, total = int(mask.sum()), len(found)
    remark = "drag along an axis to brush, drag its name to move it"
    if not brushes:
        noun = "trial" if total == 1 else "trials"
        return Title(f"{total:,} {noun}", f"over {counted(len(found.names), 'hyperparameter')}", remark)
    where = _where(found, space, brushes, metric)
    remark = f"Brushed: {where} · {remark} · {count:,} of {counted(total, 'trial')}"
    if not count:
        return Title("No trial", "lies in this brush", remark, "text")
    is_best = set(brushes) == {""} and all(one.ends[1] >= 0.999 for one in brushes[""])
    noun = "best" if is_best else "brushed"
    subject = f"The {count:,} {noun}" if count > 1 else "The best trial" if is_best else "The brushed trial"
    shared = common(found, space, mask, [name for name in brushes if name])
    if not shared:
        return Title(subject, "have nothing else in common" if count > 1 else "stands alone", remark)
    early = [one.words for one in shared if not one.is_late]
    late = [one.words for one in shared if one.is_late]
    has = "have" if count > 1 else "has"
    rest = f"{has} {listed(early)}" if early else ""
    if late:
        rest = "; ".join(part for part in (rest, listed(late)) if part)
    return Title(subject if early else f"{subject}:", rest, remark)


def common(found: Parallel, space: SearchSpace, mask: np.ndarray, but: list[str]) -> list[Shared]:
    """What brushed trials share in hyperparameters that are not brushed, at most three, the most telling first."""
    shared = []
    for name in found.names:
        if name in but or not mask.any():
            continue
        places = found.places[mask, found.column(name)]
        everywhere = found.places[:, found.column(name)]
        rule = space[name]
        one = (
            _shared_choice(name, rule, places, everywhere)
            if isinstance(rule, Categorical)
            else _shared_range(name, rule, places, everywhere)
        )
        if one is not None:
            shared.append(one)
    return sorted(shared, key=lambda one: one.rank)[:MOST_TOLD]


def range_words(name: str, rule: Float | Int, low: float, high: float) -> str:
    """A part of a range, from place ``low`` to place ``high``, in the space's own values."""
    title = name_words(name)
    ends = [_value(rule, place) for place in (low, high)]
    if ends[0] == ends[1]:
        return f"{title} {ends[0]}"
    if high >= 1.0 - EDGE and low > EDGE:
        return f"{ends[0]} {title} or more" if isinstance(rule, Int) else f"{title} {ends[0]} or more"
    if low <= EDGE and high < 1.0 - EDGE:
        return f"{ends[1]} {title} or less" if isinstance(rule, Int) else f"{title} {ends[1]} or less"
    return f"{title} {ends[0]} to {ends[1]}"


def _shared_range(name: str, rule: Float | Int, places: np.ndarray, everywhere: np.ndarray) -> Shared | None:
    known = places[np.isfinite(places)]
    if len(known) < AGREE * len(places) or not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    seen = everywhere[np.isfinite(everywhere)]
    if high - low > NARROW or high - low > NARROW * max(float(np.ptp(seen)), 1e-9):
        return None
    return Shared(range_words(name, rule, low, high), high - low)


def _shared_choice(name: str, rule: Categorical, places: np.ndarray, everywhere: np.ndarray) -> Shared | None:
    known = places[np.isfinite(places)]
    if not len(known):
        return None
    count = len(rule.choices)
    cells = np.bincount(np.minimum((known * count).astype(int), count - 1), minlength=count)
    most = int(cells.argmax())
    share = cells[most] / len(places)
    usual = np.minimum((everywhere[np.isfinite(everywhere)] * count).astype(int), count - 1)
    base = float(np.mean(usual == most)) if len(usual) else 0.0
    if share < COMMON or base >= COMMON:
        return None
    choice = _choice(rule.choices[most])
    if cells[most] == len(places):
        return Shared(f"{name_words(name)} {choice}", base)
    return Shared(f"{cells[most]:,} of them use {choice}", base + 1.0 - share, True)


def _where(found: Parallel, space: SearchSpace, brushes: Brushes, metric: str) -> str:
    parts = []
    for name, ranges in brushes.items():
        rule = None if not name else space[name]
        said = [_part(found, name, rule, one.ends, one.not_set, metric) for one in ranges]
        parts.append(" or ".join(said))
    return ", ".join(parts)


def _part(
    found: Parallel, name: str, rule: Hyperparameter | None, ends: tuple[float, float], not_set: bool, metric: str
) -> str:
    low, high = ends
    if rule is None:
        if not_set:
            return "failed"
        first, last = found.score_at(low), found.score_at(high)
        worse, better = ("above", "below") if found.minimize else ("below", "above")
        if high >= 0.999:
            return f"{metric} {better} {_number(first)}"
        if low <= 0.001:
            return f"{metric} {worse} {_number(last)}"
        return f"{metric} {_number(min(first, last))} to {_number(max(first, last))}"
    if not_set:
        return f"{name_words(name)} not set"
    if isinstance(rule, Categorical):
        count = len(rule.choices)
        first, last = round(low * count), max(round(high * count), round(low * count) + 1)
        chosen = [_choice(one) for one in rule.choices[int(first) : int(last)]]
        return f"{name_words(name)} {listed(chosen).replace(' and ', ' or ')}" if chosen else f"{name_words(name)} none"
    return range_words(name, rule, low, high)


def _value(rule: Float | Int, place: float) -> str:
    value = rule.to_value(rule.from_unit(min(max(place, 0.0), 1.0)))
    return f"{value:,}" if isinstance(value, int) else _number(value)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e+").replace("-", "−", 1 if value < 0 else 0)


def _choice(value: object) -> str:
    return "none" if value is None else str(value)
