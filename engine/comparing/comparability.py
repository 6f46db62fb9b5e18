"""Whether scores of two studies mean the same: the same table, target, rows set aside, folds and metric."""

from __future__ import annotations

from engine.comparing.studies import ComparedStudy
from engine.data import metrics
from engine.errors import UserFault
from engine.objectives.description import FunctionObjective, TableObjective, Validation

SINGLE = frozenset({"holdout", "fixed_holdout"})
"""Schemes with one split, whose size is a share and not a number of folds."""


def hindrances(one: ComparedStudy, other: ComparedStudy) -> tuple[str, ...]:
    """What makes the scores of ``other`` other than those of ``one``, as parts of a sentence, the weightiest first.

    Empty where they may be compared: both were judged on the same rows by the same measure.
    """
    return scale_hindrances(one, other) or _row_hindrances(one, other)


def scale_hindrances(one: ComparedStudy, other: ComparedStudy) -> tuple[str, ...]:
    """What keeps both from one axis: another task, table, target or metric."""
    mine, theirs = one.setup.objective, other.setup.objective
    if one.directions != other.directions:
        return ("another direction" if len(one.directions) == len(other.directions) else "another number of scores",)
    if isinstance(mine, TableObjective) and isinstance(theirs, TableObjective):
        return _table_hindrances(mine, theirs)
    if isinstance(mine, FunctionObjective) and isinstance(theirs, FunctionObjective):
        same = (mine.name, mine.seed) == (theirs.name, theirs.seed)
        return () if same else ("another test function",)
    if mine is None and theirs is None:
        return () if one.path == other.path else ("no file says what scores from Python stand for",)
    return ("another kind of objective",)


def _table_hindrances(mine: TableObjective, theirs: TableObjective) -> tuple[str, ...]:
    if not mine.fingerprint or not theirs.fingerprint:
        return ("an older file does not tell its table",)
    found = []
    if mine.fingerprint != theirs.fingerprint:
        found.append("another table")
    if (mine.target, mine.task) != (theirs.target, theirs.task):
        found.append(f"another target ({theirs.target})" if mine.target != theirs.target else "another task")
    if mine.metric != theirs.metric:
        found.append(f"another metric ({metric_title(theirs.metric)})")
    elif mine.positive != theirs.positive:
        found.append(f"another positive class ({theirs.positive})")
    return tuple(found)


def _row_hindrances(one: ComparedStudy, other: ComparedStudy) -> tuple[str, ...]:
    """What keeps both from the same rows: other ones set aside, other folds, another seed of them."""
    mine, theirs = one.setup.objective, other.setup.objective
    if not isinstance(mine, TableObjective) or not isinstance(theirs, TableObjective):
        return ()
    first, second = mine.validation, theirs.validation
    found = []
    if first.holdout != second.holdout:
        found.append(f"other rows set aside ({second.holdout:.0%} in place of {first.holdout:.0%})")
    if _folds(first) != _folds(second):
        found.append(f"other folds ({scheme_words(second)})")
    elif mine.seed != theirs.seed and first.scheme != "time":  # by time rows are cut, and never drawn
        found.append(f"other folds (seed {theirs.seed})")
    if "together" in {first.duplicates, second.duplicates} and set(mine.ignored) != set(theirs.ignored):
        found.append("other rows count as equal")  # they are told by the columns in use
    return tuple(found)


def scheme_words(validation: Validation) -> str:
    """How rows are split, in two words."""
    name = validation.scheme.replace("_", " ")
    if validation.scheme in SINGLE:
        return f"{name}, {validation.share:.0%}"
    folds = "1 fold" if validation.folds == 1 else f"{validation.folds} folds"
    return f"{name}, {folds}" if validation.scheme != "repeated" else f"{name}, {folds} × {validation.repeats}"


def metric_title(name: str) -> str:
    """What a metric is called, or its name where nobody knows it."""
    try:
        return metrics.get(name).title.lower()
    except UserFault:
        return name


def _folds(validation: Validation) -> tuple[object, ...]:
    """What decides on folds, of what the scheme looks at."""
    if validation.scheme in SINGLE or validation.folds == 1:
        size: tuple[object, ...] = (validation.share,)
    else:
        size = (validation.folds, validation.repeats if validation.scheme == "repeated" else 1)
    gap = validation.gap if validation.scheme == "time" else 0.0
    return validation.scheme, size, validation.column, gap, validation.duplicates
