"""A table as plain arrays: what folds, preprocessing and models work on, and worker processes share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import target as targets
from engine.data.reading.kinds import cell_text
from engine.data.table import Table
from engine.data.target import Task
from engine.errors import UserFault
from engine.wording import counted

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd


DAY = 86_400.0  # seconds


@dataclass(frozen=True, eq=False)
class Encoded:
    """The rows with a known target. Nothing here is learned from the rows but the list of a category's values.

    ``X`` is (rows, columns) float64 with rows side by side in memory: numbers as they are, times in seconds since
    1970, categories as their position among the sorted values, NaN where missing. ``y`` is (rows,): positions in
    ``classes`` (int64) or numbers (float64). ``groups`` (int64) and ``times`` (float64) are (rows,) or absent;
    ``time_unit`` is how much of ``times`` makes one of what a gap is given in (86,400 seconds: a day).
    """

    X: np.ndarray
    y: np.ndarray
    names: tuple[str, ...]
    categorical: tuple[bool, ...]
    classes: tuple[str, ...] = ()
    groups: np.ndarray | None = None
    times: np.ndarray | None = None
    time_unit: float = 1.0


def encode(
    table: Table,
    target: str,
    task: Task,
    ignored: tuple[str, ...] = (),
    group: str = "",
    time: str = "",
) -> Encoded:
    """The arrays of a table; the ``group`` column is never learned from.

    Raises :class:`UserFault` for a target that cannot be learned, missing groups or times, or no inputs.
    """
    targets.check(table.info, target, task)
    columns = targets.inputs(table.info, target, (*ignored, group))
    has_target = table.frame[target].notna()
    frame = table.frame if has_target.all() else table.frame[has_target]
    y, classes = _target(frame[target], task)
    X = np.empty((len(frame), len(columns)))
    for position, column in enumerate(columns):
        values = frame[column.name]
        X[:, position] = _codes(values) if column.kind == "category" else values.to_numpy(dtype="float64")
    return Encoded(
        X,
        y,
        tuple(column.name for column in columns),
        tuple(column.kind == "category" for column in columns),
        classes,
        _groups(table, frame, group) if group else None,
        _times(table, frame, time) if time else None,
        DAY if time and table.info.column(time).kind == "time" else 1.0,
    )


def _target(values: pd.Series, task: Task) -> tuple[np.ndarray, tuple[str, ...]]:
    if task == "regression":
        return values.to_numpy(dtype="float64"), ()
    codes = _codes(values).astype(np.int64)
    classes = _names(values)
    if len(classes) < 2:
        raise UserFault(
            f"The target {str(values.name)!r} has one class only ({', '.join(classes)}).",
            "Choose a column with at least two different values.",
            "target",
        )
    return codes, classes


def class_names(table: Table, target: str) -> tuple[str, ...]:
    """The classes of a target, in the order of their positions."""
    return _names(table.frame[target].dropna())


def _names(values: pd.Series) -> tuple[str, ...]:
    return tuple(cell_text(value) for value in sorted(_levels(values)[1]))


def _levels(values: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """The position of each cell among the different values, -1 where it is missing, and those values."""
    # In here because pandas is slow to load.
    import pandas as pd

    codes, levels = pd.factorize(values)
    return codes, levels.tolist()


def _codes(values: pd.Series) -> np.ndarray:
    """Positions among the sorted values, (rows,) float64, NaN where missing."""
    codes, levels = _levels(values)
    ranks = np.full(len(levels) + 1, np.nan)  # the last one is for missing cells
    ranks[sorted(range(len(levels)), key=levels.__getitem__)] = np.arange(len(levels))
    found: np.ndarray = ranks[codes]
    return found


def _groups(table: Table, frame: pd.DataFrame, name: str) -> np.ndarray:
    table.info.column(name)
    missing = int(frame[name].isna().sum())
    if missing:
        raise UserFault(
            f"The group column {name!r} is empty in {counted(missing, 'row')}.",
            "Fill them in, or choose another column.",
            "column",
        )
    return _codes(frame[name]).astype(np.int64)


def _times(table: Table, frame: pd.DataFrame, name: str) -> np.ndarray:
    if table.info.column(name).kind not in {"time", "number"}:
        raise UserFault(
            f"The column {name!r} holds neither dates nor numbers.",
            "Choose another column to order the rows by.",
            "column",
        )
    times = frame[name].to_numpy(dtype="float64")
    missing = int(np.isnan(times).sum())
    if missing:
        raise UserFault(
            f"The time column {name!r} is empty in {counted(missing, 'row')}.",
            "Fill them in, or choose another column.",
            "column",
        )
    return times
