"""What is known of a table: frozen descriptions that cross processes, and the loaded table itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

Kind = Literal["number", "category", "text", "time", "identifier", "constant"]
KINDS: tuple[Kind, ...] = ("number", "category", "text", "time", "identifier", "constant")
INPUT_KINDS: tuple[Kind, ...] = ("number", "category", "time")
"""The kinds a model learns from; columns of other kinds are left out."""


class Caution(msgspec.Struct, frozen=True):
    """What the reader of a table doubts or leaves out, in one sentence; ``column`` is empty for the whole table."""

    column: str
    sentence: str


class NumberFormat(msgspec.Struct, frozen=True):
    """How a column writes its numbers: the arguments of :func:`engine.data.reading.number_parsing.parse_numbers`."""

    decimal: str = "."
    thousands: str = ""
    affixes: tuple[str, ...] = ()
    multiplied: bool = False


class Column(msgspec.Struct, frozen=True):
    """One column: its name, kind and what a person wants to see of it.

    ``low`` and ``high`` bound the finite values of a number, and of a time in seconds since 1970; ``whole`` says that
    every number is a whole one; ``time_format`` is how the texts of a time column are read (``strptime`` codes or
    ``ISO8601``, empty where the file holds true dates). ``left_out`` says why models do not learn from the column (empty
    where they do). ``bars`` are the counts of the most frequent values, or of 20
    equal ranges (named by their lower end) for numbers and times.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    examples: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    time_format: str = ""
    left_out: str = ""
    bars: tuple[tuple[str, int], ...] = ()


class TableInfo(msgspec.Struct, frozen=True):
    """A table's description: its source, size, columns, and what a person should know, one sentence each.

    With ``sampled`` the columns were judged by the first rows only, and ``rows`` is an estimate where
    ``rows_estimated`` says so.
    """

    source: str
    rows: int
    columns: tuple[Column, ...]
    sampled: bool = False
    rows_estimated: bool = False
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the file's order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called ``name``; raises :class:`UserFault` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UserFault(f"The table has no column called {name!r}.", f"Its columns are: {shortened(self.names)}.")


@dataclass(frozen=True, eq=False)
class Table:
    """A loaded table: its description, its rows with numbers and times as float64 (times in seconds since 1970), and
    the fingerprint of its content.
    """

    info: TableInfo
    frame: pd.DataFrame
    fingerprint: str


def shortened(names: tuple[str, ...], most: int = 12) -> str:
    """Names for a sentence, the tail left out where there are many."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
