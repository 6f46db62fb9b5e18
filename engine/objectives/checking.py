"""Whether a study on a table can be run: every doubt with the field that mends it, before a model is trained.

The same rules refuse the data where a run prepares them (:mod:`engine.objectives.table`), so no trial can begin on what
is refused here, and nothing is refused there that is not said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from engine.data import equal_rows, folds, metrics
from engine.data.folds import Plan, Rows, Split
from engine.errors import UserFault
from engine.learners import families
from engine.objectives.description import TableObjective, Validation
from engine.wording import counted, one_of

USUAL_FOLDS = Validation().folds
MANY_FOLDS = 20
"""More models a trial are told; a guess."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know of a definition: the field, what, and what to do; it ``forbids`` a run, or only warns."""

    place: str
    what: str
    remedy: str
    forbids: bool = True


@dataclass(frozen=True, eq=False)
class Facts:
    """What of a table's rows decides whether a study can be run: they are looked at once for many checks.

    ``rows.same`` is always there; ``by_chance`` says that equal rows are no more than chance brings about.
    """

    rows: Rows
    time_unit: float
    by_chance: bool
    fingerprint: str


def choices_fault(description: TableObjective) -> UserFault | None:
    """What is wrong between the model, the task and the metric, whatever the table."""
    family = families.get(description.family)
    if description.task not in family.tasks:
        return UserFault(
            f"{family.title} does not support {description.task}.", "Choose another model or target.", "model"
        )
    metric = metrics.get(description.metric)
    if metric.task != description.task:
        known = one_of(metrics.names(description.task))
        return UserFault(f"The metric {metric.title} is for {metric.task}.", known, "metric")
    return None


def scheme_of(description: TableObjective) -> folds.Scheme:
    """The validation scheme, *auto* resolved by the task."""
    scheme = description.validation.scheme
    return folds.suggest(description.task) if scheme == "auto" else scheme


def plan_of(description: TableObjective, time_unit: float) -> Plan:
    """How the description splits rows; ``time_unit`` is that of :class:`engine.data.encoding.Encoded`."""
    validation = description.validation
    return Plan(
        scheme_of(description),
        validation.folds,
        validation.holdout,
        validation.repeats,
        validation.share,
        validation.gap * time_unit,
        bool(description.positive),  # which older studies have not: they keep their rows
    )


def positive_of(description: TableObjective, classes: Sequence[str]) -> int | None:
    """The position of the positive class, *None* where there are not two; raises :class:`UserFault`."""
    name = description.positive
    if name and len(classes) != 2:
        what = f"has {counted(len(classes), 'class', 'classes')}" if classes else "holds numbers"
        raise UserFault(f"A positive class is one of two, and the target {what}.", "Leave it empty.", "positive")
    if name and name not in classes:
        raise UserFault(f"The target has no class {name!r}.", one_of(classes), "positive")
    if len(classes) != 2:
        return None
    return classes.index(name) if name else 1


def split_faults(description: TableObjective, rows: Rows, split: Split) -> Iterator[UserFault]:
    """What keeps folds that could be made from being trained on, or judged, by the model and the metric."""
    family, metric = families.get(description.family), metrics.get(description.metric)
    positive = positive_of(description, rows.classes)
    for number, fold in enumerate(split.folds, 1):
        problem = family.target_problem(rows.y[fold.train])
        if problem is not None:
            yield problem
            return
        if not metric.is_defined(rows.y[fold.validation], len(rows.classes), 1 if positive is None else positive):
            lacks = "has no two classes" if metric.needs == "ranking" else "has too few rows"
            if positive is not None and metric.asks_for_class:
                lacks = f"lacks rows of {rows.classes[positive]!r}, or has no others"
            what = f"{metric.title} cannot be computed on fold {number}, which {lacks}."
            yield UserFault(what, "Choose fewer folds, another scheme, or another metric.", "metric")
            return


def check(description: TableObjective, facts: Facts) -> list[Finding]:
    """Every doubt about a description whose table could be read."""
    rows, plan = facts.rows, plan_of(description, facts.time_unit)
    together = description.validation.duplicates == "together"
    try:
        positive_of(description, rows.classes)
        split = folds.split(rows if together else Rows(rows.y, rows.classes, rows.groups, rows.times), plan,
                            description.seed)  # fmt: skip
    except UserFault as fault:
        return [found(fault)]
    forbidding = [found(fault) for fault in split_faults(description, rows, split)]
    cautions = [_equal_rows(facts, plan, split), _few_folds(description, rows, plan), _rare_class(rows, plan)]
    cautions.append(_many_folds(description, split))
    return forbidding + [caution for caution in cautions if caution is not None]


def found(fault: UserFault, place: str = "") -> Finding:
    """A fault as a finding; ``place`` where it names none itself."""
    return Finding(fault.place or place, fault.what, fault.remedy)


def fitting_validation(description: TableObjective, facts: Facts) -> Validation:
    """The description's validation where it can be used, else the nearest that can: fewer folds, or plain k-fold.

    Only what was left to us is changed: a scheme that was chosen stays.
    """
    validation = description.validation
    if validation.scheme != "auto" or description.task != "classification" or validation.folds < 2:
        return validation
    most = folds.most_folds(facts.rows, plan_of(description, facts.time_unit), description.seed)
    if most >= validation.folds:
        return validation
    if most >= 2:
        return replace(validation, folds=most)
    return replace(validation, scheme="kfold")


def _equal_rows(facts: Facts, plan: Plan, split: Split) -> Finding | None:
    """Equal rows in several parts of the split: a model that has seen one knows the answer of the other."""
    same = facts.rows.same
    if same is None or facts.by_chance or plan.scheme == "time":
        return None
    sides = np.zeros(len(same), dtype=np.int64)  # the holdout
    for number, fold in enumerate(split.folds, 1):
        sides[fold.validation] = number
    if len(split.folds) == 1:
        sides[split.folds[0].train] = 2
    told = equal_rows.look_for(same, sides)
    if told is None:
        return None
    often = f"{told.fewest} times" if told.fewest == told.most else f"{told.fewest} to {told.most} times"
    often = {"2 times": "twice"}.get(often, often)
    return Finding(
        "duplicates",
        f"{counted(told.distinct, 'row')} {'occurs' if told.distinct == 1 else 'occur'} {often}, "
        "so a model has seen the targets of some validation rows.",
        "Keep equal rows together.",
        forbids=False,
    )


def _few_folds(description: TableObjective, rows: Rows, plan: Plan) -> Finding | None:
    if plan.scheme not in {"stratified", "repeated"} or rows.y.dtype.kind == "f" or plan.folds >= USUAL_FOLDS:
        return None
    counts = np.bincount(rows.y)
    if folds.most_folds(rows, Plan("stratified", USUAL_FOLDS, plan.holdout), description.seed) > plan.folds:
        return None
    name, least = rows.classes[int(counts.argmin())], int(counts.min())
    return Finding(
        "folds",
        f"The class {name!r} has {counted(least, 'row')}, enough for {counted(plan.folds, 'fold')} and no more.",
        "Choose k-fold for more folds.",
        forbids=False,
    )


def _many_folds(description: TableObjective, split: Split) -> Finding | None:
    """So many models a trial that the search could try several times as many configurations instead."""
    count = len(split.folds)
    if count <= MANY_FOLDS:
        return None
    rows = min(len(fold.validation) for fold in split.folds)
    place = "repeats" if description.validation.scheme == "repeated" else "folds"
    return Finding(
        place,
        f"A trial trains {count:,} models, {count // USUAL_FOLDS} times as many as with {USUAL_FOLDS} folds, and each "
        f"is judged by {counted(rows, 'row')}.",
        "With fewer folds more configurations fit into the same time.",
        forbids=False,
    )


def _rare_class(rows: Rows, plan: Plan) -> Finding | None:
    """A class too rare to be in every part of a split that does not heed classes."""
    if rows.y.dtype.kind == "f" or plan.scheme not in {"kfold", "grouped"}:
        return None
    counts = np.bincount(rows.y)
    least = int(counts.min())
    if least >= max(2, plan.folds):
        return None
    return Finding(
        "scheme",
        f"The class {rows.classes[int(counts.argmin())]!r} has {counted(least, 'row')}: "
        "not every fold has it in training and in validation.",
        "",
        forbids=False,
    )
