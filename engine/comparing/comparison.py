"""Studies side by side, with what may be said of their best scores in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.verdict import SIGNIFICANT
from engine.comparing.comparability import hindrances, scale_hindrances
from engine.comparing.differences import Difference, differences
from engine.comparing.studies import ComparedStudy, error_of_mean
from engine.maths.holm import holm_adjusted
from engine.maths.overlapping_folds import mean_p_value
from engine.objectives.description import TableObjective
from engine.wording import counted

LUCK = "The best of many trials owes something to luck"


@dataclass(frozen=True, eq=False)
class Comparison:
    """``studies`` in the order they were given; the first one is what the others are compared with.

    ``labels`` name them apart. ``why_not`` has for each study why its scores are not those of the first, empty where
    they may be compared, ``on_axis`` whether they belong on one axis at least. ``leader`` is the study with the best
    score of those that may be compared, ``apart`` which of them it is better than by more than chance.
    """

    studies: tuple[ComparedStudy, ...]
    labels: tuple[str, ...]
    why_not: tuple[str, ...]
    on_axis: tuple[bool, ...]
    rows: tuple[Difference, ...]
    leader: int | None
    apart: frozenset[int]
    verdict: str
    remark: str

    @property
    def comparable(self) -> bool:
        """Whether all scores may be compared."""
        return len(self.studies) > 1 and not any(self.why_not)

    @property
    def why(self) -> str:
        """A sentence that says why they may, or what is in the way."""
        if len(self.studies) < 2:
            return "It takes two studies to compare."
        if self.comparable:
            objective = self.studies[0].setup.objective
            if isinstance(objective, TableObjective):
                return "The same table, target, rows set aside, folds and metric."
            return "The same objective."
        told = [f"{label}: {why}" for label, why in zip(self.labels, self.why_not, strict=True) if why]
        return f"Not as {self.labels[0]}: {'; '.join(told)}."


def compare_studies(studies: Sequence[ComparedStudy]) -> Comparison:
    """Compare any number of studies with the first of them."""
    studies = tuple(studies)
    labels = label_apart(studies)
    first = studies[0] if studies else None
    why_not = tuple(", ".join(hindrances(first, study)) if first is not None else "" for study in studies)
    on_axis = tuple(first is not None and not scale_hindrances(first, study) for study in studies)
    ranked = _ranked(studies, why_not)
    leader = ranked[0] if ranked else None
    apart = _told_apart(studies, ranked)
    return Comparison(
        studies,
        labels,
        why_not,
        on_axis,
        differences(studies),
        leader,
        apart,
        _verdict(studies, labels, ranked, apart),
        _remark(studies, ranked),
    )


def label_apart(studies: Sequence[ComparedStudy]) -> tuple[str, ...]:
    """Names of files without their ending; those that occur twice with their folder, then with a number."""
    stems = [study.path.stem for study in studies]
    named = [f"{s.path.parent.name}/{n}" if stems.count(n) > 1 else n for s, n in zip(studies, stems, strict=True)]
    return tuple(
        f"{name} ({named[: place + 1].count(name)})" if named.count(name) > 1 else name
        for place, name in enumerate(named)
    )


def _ranked(studies: Sequence[ComparedStudy], why_not: Sequence[str]) -> list[int]:
    """Studies whose best scores may be compared with the first one's, the best first; none for several scores."""
    if not studies or len(studies[0].directions) > 1:
        return []
    sign = -1.0 if studies[0].directions[0] == "maximize" else 1.0
    known = [place for place, study in enumerate(studies) if study.best is not None and not why_not[place]]
    return sorted(known, key=lambda place: sign * _score(studies[place]))


def _score(study: ComparedStudy) -> float:
    assert study.best is not None
    return study.best.score


def _told_apart(studies: Sequence[ComparedStudy], ranked: Sequence[int]) -> frozenset[int]:
    """Which studies the leader's best is better than, fold by fold, after Holm's correction."""
    if len(ranked) < 2:
        return frozenset()
    others = list(ranked[1:])
    chances = [_chance(studies[ranked[0]], studies[other]) for other in others]
    adjusted = holm_adjusted(chances)
    return frozenset(other for other, chance in zip(others, adjusted, strict=True) if chance <= SIGNIFICANT)


def _chance(one: ComparedStudy, other: ComparedStudy) -> float:
    """The p value of a difference of best trials on the same folds (corrected t test); 1 where it is not known."""
    objective = one.setup.objective
    assert one.best is not None
    assert other.best is not None
    mine, theirs = one.best.fold_scores, other.best.fold_scores
    if not isinstance(objective, TableObjective) or len(mine) != len(theirs):
        return 1.0
    if objective.validation.scheme == "holdout":  # each trial has rows of its own
        return 1.0
    gaps = tuple(float(gap) for gap in np.subtract(mine, theirs))
    error = error_of_mean(gaps, objective.validation)
    return 1.0 if error is None else mean_p_value(float(np.mean(gaps)), error, len(gaps))


def _verdict(
    studies: Sequence[ComparedStudy], labels: Sequence[str], ranked: Sequence[int], apart: frozenset[int]
) -> str:
    if len(studies) < 2:
        return "One study: add another to compare it with." if studies else "No study yet."
    if len(studies[0].directions) > 1:
        return "Studies of several scores have no single best to compare."
    if len(ranked) < 2:
        if sum(study.best is not None for study in studies) < 2:
            return "No two of these studies have a best trial yet."
        return f"No other best score may be compared with that of {labels[0]}."
    lead, others = ranked[0], list(ranked[1:])
    best = f"{labels[lead]} scored best, {_rounded(studies[lead])}"
    equal = [labels[other] for other in others if _score(studies[other]) == _score(studies[lead])]
    if equal:
        best = f"{_listed([labels[lead], *equal])} scored the same, {_rounded(studies[lead])}"
    close = [labels[other] for other in others if other not in apart]
    if not close:
        return f"{labels[lead]} is better, {_rounded(studies[lead])}: told apart from all others on the same folds."
    if equal and len(equal) == len(others):
        return f"{best}."
    who = "the others" if len(close) == len(others) and len(close) > 1 else _listed(close)
    return f"{best}; {who} cannot be told apart from it."


def _rounded(study: ComparedStudy) -> str:
    """A best score to the first digit of its standard error, else to four."""
    assert study.best is not None
    score, error = study.best.score, study.best.standard_error
    if not error or not score:
        return f"{score:.4g}"
    known = math.floor(math.log10(abs(score))) - math.floor(math.log10(error)) + 1
    return f"{score:#.{min(6, max(3, known))}g}".removesuffix(".")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _remark(studies: Sequence[ComparedStudy], ranked: Sequence[int]) -> str:
    """What to bear in mind: luck, and that one had more trials than another."""
    if len(ranked) < 2:
        return ""
    counts = [studies[place].finished for place in ranked]
    if max(counts) > min(counts):
        most = counted(max(counts), "trial")
        return f"{LUCK}, and more so of {most} than of {min(counts):,}: confirm both before you rely on either."
    return f"{LUCK}: confirm both before you rely on either."
