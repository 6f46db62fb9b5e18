"""The cells of a table as its file holds them, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.data.reading.options import ReadOptions
from engine.data.table import Caution

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd


@dataclass(frozen=True, eq=False)
class RawTable:
    """Rows of a file, and how they were found in it.

    Columns of ``frame`` that the file holds as texts have dtype ``str`` with empty cells missing; columns of numbers,
    truth values and dates of files that know such types keep theirs. Names are texts, unique and not empty. ``read``
    says how the file is written, nothing left open but ``dates``. ``rows`` is the number of rows of the whole file (an
    estimate with ``sampled``, where ``frame`` holds the first rows only), ``sheets`` are all those of a workbook.

    Of large text files, columns of ``plain`` were read as numbers because their texts say no more than these do; it has
    their decimal signs, empty for whole numbers. ``first`` then holds the first rows of all columns as texts.
    """

    frame: pd.DataFrame
    read: ReadOptions
    cautions: tuple[Caution, ...] = ()
    rows: int = 0
    sampled: bool = False
    sheets: tuple[str, ...] = ()
    plain: Mapping[str, str] = field(default_factory=dict)
    first: pd.DataFrame | None = None
