"""A new table read as the study's was, and everything in it that a model trained there cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.applying.final_model import FinalModel, category_texts
from engine.data import reading
from engine.data.reading.options import DATES, ReadOptions, from_builtins
from engine.data.table import Kind, shortened
from engine.errors import UserFault
from engine.wording import counted

if TYPE_CHECKING:
    import pandas as pd

_OF_THE_FILE = ("separator", "encoding", "header", "skip_top", "skip_bottom", "sheet")
"""What of how a table is written belongs to the one file, not to its cells."""


@dataclass(frozen=True, eq=False)
class NewRows:
    """The rows of a new table: ``cells`` as they were read, ``frame`` as the model takes them, ``doubts`` in sentences.

    ``truth`` is the target where the table has it, as texts or numbers.
    """

    cells: pd.DataFrame
    frame: pd.DataFrame
    doubts: tuple[str, ...]
    truth: pd.Series | None = None


def read_new_rows(model: FinalModel, source: str | Path, read: ReadOptions | None = None) -> NewRows:
    """The rows of ``source``; ``read`` says how it is written where detection is wrong.

    Columns may stand in any order, and further ones are ignored. Raises :class:`UserFault` where one that the model
    needs is not there, or the table cannot be read.
    """
    options = read or _cell_rules(model)
    names = reading.inspect(source, options, quick=True).info.names
    _require_columns(model, names)
    kinds: dict[str, Kind] = {column.name: column.kind for column in model.inputs}
    table = reading.load(source, options, kinds)
    frame, doubts = _frame_of(model, table.frame)
    doubts += [caution.sentence for caution in table.info.cautions if caution.column in {"", *model.names}]
    truth = table.frame.get(model.description.target)
    return NewRows(table.frame, frame, tuple(dict.fromkeys(doubts)), truth)


def _cell_rules(model: FinalModel) -> ReadOptions:
    """How cells were written in the study's table; how the file is laid out is seen anew."""
    rules = {name: value for name, value in model.read.items() if name not in _OF_THE_FILE}
    for column in model.inputs:
        if column.kind == "time" and len(column.time_formats) == 1:
            rules.setdefault(f"{DATES}{column.name}", column.time_formats[0])
    try:
        return from_builtins(rules)
    except UserFault:
        return ReadOptions()


def _require_columns(model: FinalModel, names: tuple[str, ...]) -> None:
    lacking = [name for name in model.names if name not in names]
    if not lacking:
        return
    which = f"no column {lacking[0]!r}" if len(lacking) == 1 else f"none of the columns {shortened(tuple(lacking))}"
    close = [name for name in names if name.strip().lower() in {one.strip().lower() for one in lacking}]
    hint = f" It has {close[0]!r}." if close else ""
    raise UserFault(f"The table has {which}, which the model learned from.{hint}", "Name its columns as in training.")


def _frame_of(model: FinalModel, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    import pandas as pd  # slow to load

    parts: dict[str, Any] = {}
    doubts: list[str] = []
    for column in model.inputs:
        values = cells[column.name]
        if column.kind == "category":
            texts = category_texts(values)
            known = {str(one) for one in model.levels[column.name]}
            strange = texts.notna() & ~texts.isin(known)
            if strange.any():
                never = f"what training never saw, such as {str(texts[strange].iloc[0])!r}."
                doubts.append(f"{_cells(strange)} of {column.name!r} {_verb(strange, 'hold')} {never}")
            parts[column.name] = texts
            gone = texts.isna()
        else:
            numbers = pd.Series(values.to_numpy(dtype="float64"), index=values.index)
            low, high = model.ranges[column.name]
            outside = (numbers < low) | (numbers > high)
            if outside.any() and column.kind == "number":
                where = f"outside of {low:g} to {high:g}, where the model was trained."
                doubts.append(f"{_cells(outside)} of {column.name!r} {_verb(outside, 'lie')} {where}")
            elif outside.any():
                doubts.append(
                    f"{_cells(outside)} of {column.name!r} {_verb(outside, 'lie')} outside of the time of training."
                )
            parts[column.name] = numbers
            gone = numbers.isna()
        if gone.any() and column.name not in model.gaps:
            word = "is" if gone.sum() == 1 else "are"
            doubts.append(f"{_cells(gone)} of {column.name!r} {word} missing, and in training none was.")
    return pd.DataFrame(parts, index=cells.index), doubts


def _verb(chosen: Any, word: str) -> str:
    return f"{word}s" if np.count_nonzero(chosen) == 1 else word


def _cells(chosen: Any) -> str:
    return counted(int(np.count_nonzero(chosen)), "cell")
