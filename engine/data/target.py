"""The column to predict: which one is likely meant, what task that makes, and whether it can be learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine.data import target_guess
from engine.data.table import INPUT_KINDS, Column, TableInfo
from engine.errors import UserFault

Task = Literal["classification", "regression"]
TASKS: tuple[Task, ...] = ("classification", "regression")
_MOST_WHOLE_CLASSES = 20  # different whole numbers that may be classes: a guess
_MOST_CLASSES = 500  # that are trained: a guess


def suggest(info: TableInfo) -> tuple[str, Task]:
    """A column that is likely meant as the target, and its task.

    Only columns that a model can predict are looked at, by their names, places and kinds
    (:mod:`engine.data.target_guess`). Raises :class:`UserFault` where no column can be predicted.
    """
    possible = [column for column in info.columns if can_be_predicted(column)]
    if not possible:
        raise UserFault(
            "No column of this table can be predicted.", "Choose a table with a column of numbers or categories."
        )
    chosen = target_guess.likeliest(info.columns, possible)
    return chosen.name, infer(chosen, info.rows)


def can_be_predicted(column: Column) -> bool:
    """Whether a column can be a target at all."""
    return _reason_against(column) is None


def infer(column: Column, rows: int) -> Task:
    """Classification for categories and for few whole numbers that repeat, otherwise regression."""
    if column.kind == "category" or column.kind == "constant":
        return "classification"
    few = column.distinct <= _MOST_WHOLE_CLASSES and column.distinct * 5 <= rows
    return "classification" if column.kind == "number" and column.whole and few else "regression"


_POSITIVE = (
    "1", "true", "yes", "y", "t", "positive", "pos", "+", "fraud", "fraudulent", "churn", "churned", "default", "spam",
    "sick", "ill", "disease", "diseased", "malignant", "dead", "died", "failed", "failure", "fail", "attrition", "case",
    "abnormal", "anomaly", "attack", "bad", "event", "ja", "oui", "si", "sí", "sim", "tak", "да",
)  # fmt: skip
"""Words for what is looked for, as tables have them, the surest first; a guess from public tables."""


def suggest_positive(classes: Sequence[str], counts: Sequence[int]) -> str:
    """The class that is likely looked for, of two: one with a usual name, else the rarer (the last of equals)."""
    plain = [name.strip().lower() for name in classes]
    for word in _POSITIVE:
        if word in plain:
            return classes[plain.index(word)]
    return classes[0] if counts[0] < counts[1] else classes[-1]


def check(info: TableInfo, target: str, task: Task) -> None:
    """Raise :class:`UserFault` where ``target`` cannot be learned as ``task``."""
    column = info.column(target)
    reason = _reason_against(column)
    if reason is not None:
        raise reason
    if task == "regression" and column.kind != "number":
        raise UserFault(
            f"The target {target!r} holds categories, and regression predicts numbers.",
            "Choose classification instead.",
            "task",
        )
    if task == "classification" and column.distinct > min(_MOST_CLASSES, max(2, info.rows // 2)):
        raise UserFault(
            f"The target {target!r} has {column.distinct:,} different values, too many for classes.",
            "Choose regression, or another target.",
            "task",
        )


def _reason_against(column: Column) -> UserFault | None:
    name = repr(column.name)
    if column.kind == "constant":
        value = f" ({column.examples[0]})" if column.examples else ""
        return UserFault(
            f"The target {name} has one class only{value}.",
            "Choose a column with at least two different values.",
            "target",
        )
    if column.kind == "text":
        return UserFault(f"The target {name} holds free text.", "Choose a column of numbers or categories.", "target")
    if column.kind == "identifier":
        return UserFault(
            f"The target {name} names each row and cannot be predicted.",
            "Choose another column, or set its type to number or category.",
            "target",
        )
    if column.kind == "time":
        return UserFault(f"The target {name} holds dates.", "Choose a column of numbers or categories.", "target")
    return None


def inputs(info: TableInfo, target: str, left_out: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns a model learns from; raises :class:`UserFault` where none is left."""
    chosen = tuple(
        column for column in info.columns if column.kind in INPUT_KINDS and column.name not in {target, *left_out}
    )
    if not chosen:
        raise UserFault(
            "No column is left to learn from.",
            "Keep at least one column of numbers, categories or dates besides the target.",
            "ignored",
        )
    return chosen
