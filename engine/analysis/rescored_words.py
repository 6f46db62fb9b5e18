"""A history judged by another metric: who would be best, and how that compares with the study's own order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.analysis.title import Title
from engine.wording import counted, number_text, score_text


@dataclass(frozen=True, slots=True)
class RankedTrial:
    """One trial: its ``score`` by the other metric, ``before`` by the study's, and its place there, from 1."""

    number: int
    score: float
    error: float | None
    before: float
    place_before: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """The trials by the other metric, best first. ``reference`` is the study's best, and ``place`` its place now."""

    title: str
    count: int
    best: tuple[RankedTrial, ...]
    reference: int | None
    place: int | None


def rank_trials(
    title: str,
    direction: str,
    scores: Mapping[int, float],
    errors: Mapping[int, float | None],
    before: np.ndarray,
    reference: int | None,
    sign: float,
) -> Ranked:
    """Order ``scores`` by ``direction``; ``before`` (trials,) are the study's, best where ``sign`` makes them least."""
    better = 1.0 if direction == "minimize" else -1.0
    numbers = sorted(scores, key=lambda number: (better * scores[number], number))
    was = sorted(scores, key=lambda number: (sign * float(before[number]), number))
    places = {number: place for place, number in enumerate(was, 1)}
    ranked = tuple(
        RankedTrial(number, scores[number], errors[number], float(before[number]), places[number]) for number in numbers
    )
    place = numbers.index(reference) + 1 if reference is not None and reference in scores else None
    return Ranked(title, len(numbers), ranked, reference, place)


def rescored_title(found: Ranked | None, metric: str) -> Title:
    """Whether another trial would be best; before a metric is chosen, what can be done."""
    if found is None:
        return Title("Another metric", "judges every trial again, without training", "", "text")
    first = found.best[0]
    said = score_text(first.score, first.error)
    band = f" ± {number_text(first.error, 2)}" if first.error else ""
    remark = f"{counted(found.count, 'trial')} judged again from stored predictions."
    if found.reference is None or found.place is None:
        return Title(f"Trial {first.number}", f"is best by {found.title}: {said}{band}", remark)
    if first.number == found.reference:
        return Title(f"Trial {first.number}", f"is best by {found.title} too: {said}{band}", remark)
    own = found.best[found.place - 1]
    gap = abs(first.score - own.score)
    is_close = first.error is not None and gap <= first.error
    its = score_text(own.score, own.error)
    remark = f"Trial {own.number}, best by {metric}, is number {found.place:,} there: {its}. {remark}"
    if is_close:
        return Title(
            f"Trial {first.number}", f"leads by {found.title}, within one standard error: {said}{band}", remark
        )
    return Title(f"Trial {first.number}", f"is best by {found.title}: {said}{band}", remark)
