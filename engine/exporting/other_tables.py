"""Tables besides that of trials: every reported step, and what models said of rows that they had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine import store
from engine.errors import UserFault
from engine.exporting.base import Content
from engine.exporting.table import trials_table
from engine.texts import make_encodable

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("trials", "curves", "predictions")
"""What a table can hold, the usual one first."""


def table_of(content: Content) -> pd.DataFrame:
    """The table that is wanted; raises :class:`UserFault` where the study has none of it."""
    return {"curves": curves_table, "predictions": predictions_table}.get(content.what, trials_table)(content)


def curves_table(content: Content) -> pd.DataFrame:
    """One row a report: trial, fold, step and every record; raises :class:`UserFault` where nothing was reported."""
    import pandas as pd  # slow to load

    curves = content.curves
    wanted = range(len(content.history)) if content.numbers is None else content.numbers
    columns: dict[str, list[Any]] = {"trial": [], "fold": [], "step": []}
    known = dict.fromkeys(name for number in wanted for name in curves.get(number).names)
    records: dict[str, list[Any]] = {name: [] for name in known}
    for number in wanted:
        curve = curves.get(number)
        columns["trial"].append(np.full(len(curve), number))
        columns["fold"].append(curve.folds)
        columns["step"].append(curve.steps)
        for name, parts in records.items():
            parts.append(curve.values(name) if name in curve.names else np.full(len(curve), np.nan))
    if not known:
        raise UserFault("No trial of this study reported a step.", "Export the trials instead.")
    whole = {name: np.concatenate(parts) for name, parts in columns.items()}
    for name, parts in records.items():
        whole[_free(str(make_encodable(name)), whole)] = np.concatenate(parts)
    return pd.DataFrame(whole)


def predictions_table(content: Content) -> pd.DataFrame:
    """One row an out-of-fold prediction: trial, fold, row of the table (from 0), truth, and what was said.

    Raises :class:`UserFault` where the study keeps none.
    """
    import pandas as pd  # slow to load

    found: dict[int, Any] = {}
    if content.path is not None:
        with store.Reader(content.path) as reader:
            found = dict(reader.predictions(content.numbers))
    if not found:
        raise UserFault("This study keeps no predictions.", "Run trials of a table with this version.")
    parts = []
    for number, (rows, said) in found.items():
        classes = np.asarray(rows.classes, dtype=object)
        columns: dict[str, Any] = {"trial": np.full(len(rows), number), "fold": rows.folds, "row": rows.rows}
        columns["truth"] = classes[rows.y] if len(classes) else rows.y
        if said.kind == "value":
            columns["prediction"] = np.asarray(said.values).ravel()
        else:
            columns["prediction"] = classes[said.labels]
            if said.kind in {"probability", "margin"} and said.values.ndim == 2:
                for place, name in enumerate(rows.classes[: said.values.shape[1]]):
                    columns[_free(f"{said.kind}_{make_encodable(name)}", columns)] = said.values[:, place]
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _free(name: str, taken: Any) -> str:
    while name in taken:
        name += "_"
    return name
