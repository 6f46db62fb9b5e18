"""What is known of a table: frozen descriptions that cross processes, and the loaded table itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

Kind = Literal["number", "category", "text", "time", "identifier", "constant"]
KINDS: tuple[Kind, ...] = ("number", "category", "text", "time", "identifier", "constant")
INPUT_KINDS: tuple[Kind, ...] = ("number", "category", "time")
"""The kinds a model learns from; columns of other kinds are left out."""


class Caution(msgspec.Struct, frozen=True):
    """What the reader of a table doubts or leaves out, in one sentence; ``column`` is empty for the whole table.

    ``instead`` is the other way to read it where there is one, as ``NAME=VALUE`` of
    :func:`engine.data.reading.options.parse`.
    """

    column: str
    sentence: str
    instead: str = ""


class NumberFormat(msgspec.Struct, frozen=True):
    """How a column writes its numbers: the arguments of :func:`engine.data.reading.number_parsing.parse_numbers`."""

    decimal: str = "."
    thousands: str = ""
    affixes: tuple[str, ...] = ()
    multiplied: bool = False
    missing: tuple[float, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """One column: its name, kind and what a person wants to see of it.

    ``low`` and ``high`` bound the finite values of a number, and of a time in seconds since 1970; ``whole`` says that
    every number is a whole one. ``left_out`` says why models do not learn from the column (empty where they do).
    ``bars`` are the counts of the most frequent values, or of 20 equal ranges (named by their lower end) for numbers
    and times.

    How cells become values: ``time_formats`` as :func:`engine.data.reading.date_parsing.parse_dates` takes them (empty
    where the file holds true dates), ``number`` (*None* where numbers are written plainly), and ``missing_words``, the
    labels and dates that mean a missing value.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    examples: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    time_formats: tuple[str, ...] = ()
    number: NumberFormat | None = None
    missing_words: tuple[str, ...] = ()
    left_out: str = ""
    bars: tuple[tuple[str, int], ...] = ()


class TableInfo(msgspec.Struct, frozen=True):
    """A table's description: its source, size and columns, what is doubted, and how it was read (by the names of
    :class:`engine.data.reading.options.ReadOptions`). ``fingerprint`` tells its content from any other; ``sheets`` are
    those of a workbook, the one that was read among them.

    With ``sampled`` the columns were judged by the first rows only, ``rows`` is an estimate where
    ``rows_estimated`` says so, and there is no fingerprint.
    """

    source: str
    rows: int
    columns: tuple[Column, ...]
    sampled: bool = False
    rows_estimated: bool = False
    cautions: tuple[Caution, ...] = ()
    read: dict[str, Any] = {}
    fingerprint: str = ""
    sheets: tuple[str, ...] = ()

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


class Inspection(msgspec.Struct, frozen=True):
    """What a look found: the description, and the first rows as texts (empty where missing).

    ``preview`` holds the cells as the file has them, ``values`` what they were read as.
    """

    info: TableInfo
    preview: tuple[tuple[str, ...], ...]
    values: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """A loaded table: its description, its rows with numbers and times as float64 (times in seconds since 1970), and
    the fingerprint of its content.
    """

    info: TableInfo
    frame: pd.DataFrame
    fingerprint: str


def sentences(info: TableInfo, target: str = "") -> tuple[str, ...]:
    """Everything that a person should know of how a table was read: what is doubted, and which columns are left out."""
    said = [caution.sentence for caution in info.cautions]
    reasons: dict[str, list[str]] = {}
    for column in info.columns:
        if column.left_out and column.name != target:
            reasons.setdefault(column.left_out, []).append(column.name)
    for reason, names in reasons.items():
        are = "is" if len(names) == 1 else "are"
        said.append(f"{shortened(tuple(names))} {are} left out: {reason}.")
    return tuple(said)


def shortened(names: tuple[str, ...], most: int = 12) -> str:
    """Names for a sentence, the tail left out where there are many."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
