"""What the folded card of the data says: plain sentences from the table and its choices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.objectives.description import TableObjective, Validation
from gui.base.formats import count_text

FIRST_ROWS = "Column types were inferred from the first rows of about {rows:,}; the rest is being read."


def name_of(source: str) -> str:
    """A table's name: the file's, or the sample's."""
    return source.removeprefix("sample:") if source.startswith("sample:") else Path(source).name


def rows_text(info: Any) -> str:
    """How many rows there are."""
    about = "about " if info.rows_estimated else ""
    return f"{about}{info.rows:,} {'row' if info.rows == 1 else 'rows'}"


def summary(table: TableObjective, info: object, learned: int) -> str:
    """The card in a line; ``info`` describes the table where it is known, ``learned`` counts columns."""
    said = [name_of(table.source)]
    if info is not None:
        said += [rows_text(info), f"{count_text(learned, 'column')} to learn from"]
    said.append(f"predict {table.target} ({table.task})")
    said.append(split_words(table.validation))
    if table.validation.holdout:
        said.append(f"{100 * table.validation.holdout:.0f} % holdout")
    return " · ".join(said)


def split_words(validation: Validation) -> str:
    """How rows are split, in a few words: ``5 folds``, ``3 × 5 folds``, ``25 % validation``."""
    if validation.splits == 1:
        return f"{100 * validation.share:.0f} % validation"
    times = f"{validation.repeats} × " if validation.scheme == "repeated" else ""
    return times + count_text(validation.folds, "fold")


def note_count(cautions: int, left_out: int) -> str:
    """How much is noted of a table: ``2 cautions, 1 column left out``; empty for nothing."""
    said = [count_text(cautions, "caution")] if cautions else []
    if left_out:
        said.append(f"{count_text(left_out, 'column')} left out")
    return ", ".join(said)
