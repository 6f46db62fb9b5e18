"""Tables in Excel workbooks: which sheet, which of its cells are a table, and their values with the types of Excel."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine.data.reading import files, layout, text_file
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.options import ReadOptions
from engine.data.reading.raw import RawTable
from engine.data.table import Caution, shortened
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_LARGEST_BOOK = 1 << 30  # bytes of XML; a full sheet of ten columns has half of that
_MOST_TEXT = 1 << 30  # characters of all cells; a file of some kilobytes can repeat one long text a million times
_TOP, _BOTTOM = 300, 60
_LARGEST_EXACT = 2**53
Row = list[Any]


@dataclass(frozen=True)
class _Sheet:
    name: str
    rows: int
    columns: int


def read_excel(
    path: Path,
    options: ReadOptions,
    limit: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RawTable:
    """The rows of a sheet, or about its first ``limit``; raises :class:`UserFault` and :class:`Cancelled`.

    Without a chosen sheet the one with the most cells is read, and the others are told. Formulas count with the values
    that they had when the file was saved.
    """
    # In here because openpyxl is slow to load.
    import openpyxl

    with zipfile.ZipFile(path) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > _LARGEST_BOOK:
        raise UserFault(
            f"{path.name} unpacks to {unpacked / 2**30:.1f} GB, more than can be read as a sheet.",
            "Save the table as CSV or Parquet.",
        )
    files.check_memory(path, unpacked)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl tells of drawings and styles that it leaves out
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheets = [_Sheet(one.title, one.max_row or 0, one.max_column or 0) for one in book.worksheets]
            chosen, caution = _choose(path, sheets, options.sheet)
            rows, whole = _cells(path, book[chosen], limit, cancelled)
        finally:
            book.close()
    if not rows:
        raise UserFault(f"The sheet {chosen!r} of {path.name} is empty.", "Choose another sheet, or a file with rows.")
    cautions = [Caution("", caution)] if caution else []
    rows, _, one_of_several = _one_table(rows)
    if one_of_several:
        cautions.append(Caution("", one_of_several))
    frame, found = _table(path, rows, options, whole=whole)
    read = msgspec.structs.replace(
        options, sheet=chosen, header=found.header_rows > 0, skip_top=found.skip_top, skip_bottom=found.skip_bottom
    )
    size = len(frame) if whole else max(len(frame), next(one.rows for one in sheets if one.name == chosen) - 1)
    return RawTable(frame, read, (*cautions, *found.cautions), size, sampled=not whole)


def _choose(path: Path, sheets: Sequence[_Sheet], wanted: str | None) -> tuple[str, str]:
    """The sheet to read, and a sentence on the others that hold something."""
    if not sheets:
        raise UserFault(f"{path.name} has no sheet of cells.", "Choose another file.")
    names = tuple(one.name for one in sheets)
    if wanted:
        if wanted in names:
            return wanted, ""
        if wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted) <= len(names):
            return names[int(wanted) - 1], ""
        raise UserFault(f"{path.name} has no sheet {wanted!r}.", f"Its sheets are: {shortened(names)}.")
    filled = [one for one in sheets if one.rows > 1 or one.columns > 1]
    largest = max(sheets, key=lambda one: one.rows * one.columns)
    others = [f"{one.name!r} ({one.rows:,} {'row' if one.rows == 1 else 'rows'})" for one in filled if one != largest]
    if not others:
        return largest.name, ""
    are = "There is another sheet" if len(others) == 1 else "There are other sheets"
    return largest.name, f"The sheet {largest.name!r} was read. {are}: {shortened(tuple(others), 6)}."


def _cells(path: Path, sheet: Any, limit: int | None, cancelled: Callable[[], bool]) -> tuple[list[Row], bool]:
    """The rows up to the last that holds anything, and whether these are all."""
    sheet.reset_dimensions()  # what a file says of its size may be anything
    rows: list[Row] = []
    characters = 0
    filled = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        if number % 1000 == 0 and cancelled():
            raise Cancelled(str(path))
        if limit is not None and len(rows) >= limit:
            return rows[:filled], False
        row = list(cells)
        while row and _is_empty(row[-1]):
            row.pop()
        characters += len(row) + sum(len(cell) for cell in row if isinstance(cell, str))
        if characters > _MOST_TEXT:
            raise UserFault(
                f"The sheet {sheet.title!r} of {path.name} holds more text than can be read.",
                "Save the table as CSV or Parquet.",
            )
        rows.append(row)
        filled = len(rows) if row else filled
    return rows[:filled], True


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip("\u00a0 \t\r\n"))


def find_place(path: Path, options: ReadOptions) -> tuple[tuple[str, ...], int, tuple[int, int]]:
    """Names and lines as :func:`engine.data.reading.text_file.names_and_lines` gives them, and a table's columns."""
    # In here because openpyxl is slow to load.
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            rows, _ = _cells(path, book[options.sheet], None, lambda: False)
        finally:
            book.close()
    rows, place, _ = _one_table(rows)
    top = [[as_text(cell) for cell in row] for row in rows[:_TOP]]
    found = layout.find_layout(top, top[-_BOTTOM:], options, path.name)
    header = [cell.strip() for cell in top[found.skip_top]] if found.header_rows == 1 and not found.units else []
    if header == list(found.names) and all(header):
        return (), found.skip_top, place
    return text_file.named(found.names), found.first_row, place


def _one_table(rows: list[Row]) -> tuple[list[Row], tuple[int, int], str]:
    """The cells of the largest table where empty columns separate several, its columns, and a sentence on that."""
    width = max(map(len, rows))
    counts = [0] * width
    for row in rows:
        for place, cell in enumerate(row):
            counts[place] += not _is_empty(cell)
    blocks: list[tuple[int, int]] = []
    start = None
    for place, count in enumerate([*counts, 0]):
        if count and start is None:
            start = place
        elif not count and start is not None:
            blocks.append((start, place))
            start = None
    tables = [(first, end) for first, end in blocks if end - first > 1 and sum(counts[first:end]) > 2 * (end - first)]
    first, end = max(tables or blocks, key=lambda block: sum(counts[block[0] : block[1]]))
    if len(tables) <= 1 and (len(blocks) == 1 or not tables):
        first, end = blocks[0][0], blocks[-1][1]  # a column without a single cell belongs to the table around it
    elif len(tables) == 1 and sum(counts[first:end]) > 0.9 * sum(counts):
        first, end = blocks[0][0], blocks[-1][1]
    said = f"There are {len(tables)} tables side by side; the largest was read." if len(tables) > 1 else ""
    return [row[first:end] for row in rows], (first, end), said


def _table(path: Path, rows: list[Row], options: ReadOptions, *, whole: bool) -> tuple[pd.DataFrame, layout.Layout]:
    # In here because pandas is slow to load.
    import pandas as pd

    top = [[as_text(cell) for cell in row] for row in rows[:_TOP]]
    bottom = [[as_text(cell) for cell in row] for row in rows[-_BOTTOM:]] if whole else []
    found = layout.find_layout(top, bottom, options, path.name)
    body = [row for row in rows[found.first_row :] if row]
    if found.skip_bottom and whole:
        body = body[: max(0, len(body) - found.skip_bottom)]
    columns = {}
    for place, name in enumerate(text_file.named(found.names)):
        columns[name] = as_column([row[place] if place < len(row) else None for row in body])
    frame = pd.DataFrame(columns, index=range(len(body)), copy=False)
    unnamed = [name for name, own in zip(frame.columns, found.names, strict=True) if not own]
    frame = frame.drop(columns=[name for name in unnamed if frame[name].isna().all()])
    empty = frame.isna().all(axis=1)
    return (frame[~empty].reset_index(drop=True) if empty.any() else frame), found


def as_column(cells: list[Any]) -> pd.Series:
    """Cells as float64 or datetime64 where all that hold anything are numbers or dates, as texts otherwise."""
    # In here because pandas is slow to load.
    import pandas as pd

    known = [cell for cell in cells if not _is_empty(cell)]
    kinds = {_kind_of(cell) for cell in known}
    if kinds == {"number"}:
        return pd.Series([None if _is_empty(cell) else float(cell) for cell in cells], dtype="float64")
    if kinds == {"duration"}:
        return pd.Series([None if _is_empty(cell) else cell.total_seconds() for cell in cells], dtype="float64")
    if kinds == {"date"}:
        times = [None if _is_empty(cell) else _moment(cell) for cell in cells]
        with suppress(ValueError, OverflowError):
            return pd.Series(pd.to_datetime(pd.Series(times, dtype=object)).astype("datetime64[us]"))
    return pd.Series([None if _is_empty(cell) else as_text(cell) for cell in cells], dtype="str")


def _moment(cell: datetime.date) -> datetime.datetime:
    if isinstance(cell, datetime.datetime):
        return cell.replace(tzinfo=None)
    return datetime.datetime(cell.year, cell.month, cell.day)


def _kind_of(cell: object) -> str:
    if isinstance(cell, bool):
        return "truth"
    if isinstance(cell, int | float):
        return "number" if abs(cell) <= _LARGEST_EXACT or isinstance(cell, float) else "long number"
    if isinstance(cell, datetime.timedelta):
        return "duration"
    return "date" if isinstance(cell, datetime.date) else type(cell).__name__


def as_text(cell: object) -> str:
    """A cell as a text file would hold it: whole numbers without their point, dates in ISO."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) <= _LARGEST_EXACT else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        return str(cell)
    return str(cell)
