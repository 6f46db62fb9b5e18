"""What a model family may know of an objective's table before it suggests a space."""

from __future__ import annotations

from engine.data import preprocessing, target
from engine.data.table import TableInfo
from engine.learners.families import TableShape
from engine.objectives.description import TableObjective
from engine.objectives.table import left_out


def table_shape(info: TableInfo, description: TableObjective) -> TableShape:
    """What a family may know of the table to suggest a space, from a quick look alone."""
    columns = target.inputs(info, description.target, left_out(description))
    levels = [min(column.distinct, preprocessing.MOST_LEVELS) for column in columns if column.kind == "category"]
    numbers = [1 + (column.missing > 0) for column in columns if column.kind != "category"]
    rows = round(info.rows * (1.0 - description.validation.holdout))
    classes = info.column(description.target).distinct if description.task == "classification" else 0
    return TableShape(rows, sum(levels) + sum(numbers), classes)
