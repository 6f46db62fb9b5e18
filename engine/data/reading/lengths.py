"""How long names and cells of a table may be, and how much of one is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFault

if TYPE_CHECKING:
    import pandas as pd

LONGEST_NAME = 10_000  # characters of a column's name: a guess, far above what anybody reads
LONGEST_CELL = 1_000_000  # characters; spreadsheets hold 32,767, and a whole book has about a million
LONGEST_SHOWN = 500  # characters of a cell in a preview, an example or a bar: a guess


def shown(text: str) -> str:
    """A cell as it is shown, of which a long one's end is left out."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def check_lengths(path: Path, frame: pd.DataFrame) -> None:
    """Raises :class:`UserFault` where a name or a cell is so long that a quotation mark must have been left open."""
    # In here because they are slow to load.
    import pandas as pd
    import pyarrow.compute as pc

    for place, name in enumerate(map(str, frame.columns)):
        if len(name) > LONGEST_NAME:
            raise _too_long(path, f"The name of column {place + 1}", name, LONGEST_NAME)
    if path.stat().st_size < LONGEST_CELL:
        return
    for column, cells in frame.items():
        if isinstance(cells.dtype, pd.StringDtype):
            lengths = pc.utf8_length(cells.array.__arrow_array__())
            longest = pc.max(lengths).as_py()
            if longest is not None and longest > LONGEST_CELL:
                row = pc.index(lengths, longest).as_py()
                what = f"The cell of {column} in row {row + 1:,}"
                raise _too_long(path, what, str(cells.iloc[row]), LONGEST_CELL)


def _too_long(path: Path, what: str, text: str, most: int) -> UserFault:
    line, is_quoted = _line_of(path, text)
    where = f", which begins in line {line:,}," if line else ""
    said = f"{what} of {path.name}{where} has {len(text):,} characters; {most:,} are the most."
    if is_quoted:
        return UserFault(said, f"Close the quotation mark that opens in line {line:,}, or remove it.")
    return UserFault(said, "See that the separator is right and no quotation mark is left open, or leave the cell out.")


def _line_of(path: Path, text: str) -> tuple[int, bool]:
    """In which line of a text file a cell begins, 0 where that cannot be told, and whether it is quoted."""
    begin = text[:LONGEST_SHOWN].strip().encode(errors="replace")[:LONGEST_SHOWN].splitlines()[:1]
    if not begin or not begin[0]:
        return 0, False
    whole = path.read_bytes()
    at = whole.find(b'"' + begin[0] + b"\n") if len(begin[0]) < LONGEST_SHOWN else -1
    for needle in (b'"' + begin[0], begin[0]):
        at = whole.find(needle) if at < 0 else at
    is_quoted = at >= 0 and whole[at : at + 1] == b'"'
    return (whole.count(b"\n", 0, at) + 1 if at >= 0 else 0), is_quoted
