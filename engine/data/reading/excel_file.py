"""Tables of Excel files: which sheet, which cells of it, and their values."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine.data.reading import sheet_values
from engine.data.reading.blocks import find_block
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.files import check_memory, told_as_faults
from engine.data.reading.layout import Layout, find_layout
from engine.data.reading.options import ReadOptions
from engine.data.reading.places import Places, places_of
from engine.data.reading.raw import RawTable
from engine.data.reading.shared_texts import check_texts
from engine.data.reading.workbook_starts import Start, start_of
from engine.data.reading.workbooks import Sheet, check_extent, look_at_sheets
from engine.data.table import Caution, shortened
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_TOP, _BOTTOM = 300, 60  # rows of both ends that decide where the table is, as in text files
_CELL_BYTES = 100  # of a cell as a Python object, while a sheet is read (measured: 70 to 110)
_CANCEL_EVERY = 10_000  # rows
_OLD = b"\xd0\xcf\x11\xe0"
Cells = list[list[Any]]


def read_excel(
    path: Path,
    options: ReadOptions | None = None,
    limit: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RawTable:
    """The table of a workbook (``.xlsx``, ``.xlsm``, the old ``.xls``): of the chosen sheet, else of the fullest one.

    With ``limit`` the frame holds the first rows only, and of a large file no more is looked at than its start. Raises
    :class:`UserFault` for what cannot be read, and :class:`Cancelled`.
    """
    options = options or ReadOptions()
    with _told(path):
        start = _start(path, cancelled) if limit is not None else None
        sheets = _sheets(path, cancelled) if start is None else start.sheets
        name, said = _choose(path, sheets, options.sheet)
        check_extent(path, name, sheets[name])
        check_memory(path, sheets[name].height * sheets[name].width * _CELL_BYTES, 1.0)
        if start is not None or zipfile.is_zipfile(path):
            check_texts(path, name, None if start is None else io.BytesIO(start.file.getbuffer()))
        cells, merged = _cells(path, name, cancelled, start)
    title = f"The sheet {name!r} of {path.name}" if len(sheets) > 1 else path.name
    if not cells:
        raise UserFault(f"{title} is empty.", f"Fill it, or choose another table.{others_of(name, sheets)}")
    columns, low, high, beside = find_block(cells, options)
    said += beside
    texts = [[sheet_values.text_of(row[place]) for place in columns] for row in _edges(cells, low, high)]
    bottom = texts[-min(_BOTTOM, high - low) :] if start is None else []
    try:
        layout = find_layout(texts[: min(_TOP, high - low)], bottom, options, title, "row")
    except UserFault as fault:
        raise UserFault(fault.what, fault.remedy + others_of(name, sheets)) from fault
    rows = cells[low + layout.first_row : high]
    rows = [row for row in rows if row.count("") < len(row)]
    rows = rows if start is not None else _without_last(rows, layout.skip_bottom)
    said += layout.cautions
    said += _fill(rows, cells, low + layout.first_row, merged, columns, layout.names)
    said += _unknown(sheets[name], columns, layout.names)
    below = sum(row.count("") < len(row) for row in cells[high:])
    read = msgspec.structs.replace(
        options,
        sheet=name,
        header=layout.header_rows > 0,
        skip_top=low + layout.skip_top,
        skip_bottom=layout.skip_bottom + (below if options.skip_bottom is None else 0),
    )
    count = len(rows) if start is None else max(len(rows), sheets[name].rows - low - layout.first_row)
    rows = rows if limit is None else rows[:limit]
    return RawTable(_frame(rows, columns, layout), read, tuple(said), count, len(rows) < count, tuple(sheets))


def find_columns(path: Path, options: ReadOptions) -> Places:
    """Where the columns of a sheet are, ``options`` leaving nothing open."""
    with _told(path):
        cells, _ = _cells(path, options.sheet or "", lambda: False)
    columns, low, high, _ = find_block(cells, options)
    texts = [[sheet_values.text_of(row[place]) for place in columns] for row in _edges(cells, low, high)]
    layout = find_layout(texts[: min(_TOP, high - low)], [], options, path.name, "row")
    top = [list(map(sheet_values.text_of, row)) for row in cells[: low + layout.first_row + 1]]
    places = dict(zip(_names(layout), columns, strict=False))
    return places_of(top, low + layout.skip_top, low + layout.first_row, layout.units, places)


def first_rows(path: Path, chosen: str | None, limit: int) -> tuple[tuple[str, ...], list[list[str]]]:
    """The names of all sheets, and the first rows of one of them as texts.

    Raises :class:`UserFault` where the file cannot be read at all; a sheet that cannot be read has no rows.
    """
    with _told(path):
        start = _start(path, lambda: False)
        sheets = _sheets(path, lambda: False) if start is None else start.sheets
        try:
            name, _ = _choose(path, sheets, chosen)
            cells, _ = _cells(path, name, lambda: False, start)
        except UserFault:
            return tuple(sheets), []
    return tuple(sheets), [list(map(sheet_values.text_of, row)) for row in cells[:limit]]


def _told(path: Path) -> AbstractContextManager[None]:
    # In here because only Excel files need it.
    import python_calamine

    return told_as_faults(path, python_calamine.CalamineError)


def _start(path: Path, cancelled: Callable[[], bool]) -> Start | None:
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    return start_of(path, cancelled) if packed else None


def _sheets(path: Path, cancelled: Callable[[], bool]) -> dict[str, Sheet]:
    """What each sheet holds; of old files how far it reaches."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return look_at_sheets(path, cancelled)
    if not start.startswith(_OLD):
        raise UserFault(f"{path.name} is not an Excel file.", "Save the table as .xlsx or CSV, and choose that file.")
    found = {}
    with _book(path) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            height, width = sheet.total_height, sheet.total_width
            found[name] = Sheet(height * width, height, height, width)
    return found


@contextmanager
def _book(path: Path, start: Start | None = None) -> Iterator[Any]:
    # In here because only Excel files need it.
    import python_calamine

    try:
        book = python_calamine.load_workbook(str(path) if start is None else start.file)
    except python_calamine.PasswordError as error:
        raise UserFault(f"{path.name} is protected by a password.", "Save it without one.") from error
    try:
        yield book
    finally:
        book.close()


def _choose(path: Path, sheets: dict[str, Sheet], chosen: str | None) -> tuple[str, list[Caution]]:
    """The name of the sheet to read, and a sentence on others that hold tables."""
    if not sheets:
        raise UserFault(f"{path.name} has no sheets.", "Save the table in a sheet.")
    names = list(sheets)
    if chosen is not None:
        lower = {name.strip().lower(): name for name in reversed(names)}
        if chosen in sheets or chosen.strip().lower() in lower:
            return chosen if chosen in sheets else lower[chosen.strip().lower()], []
        if chosen.strip().isdecimal() and 0 < int(chosen) <= len(names):
            return names[int(chosen) - 1], []
        raise UserFault(
            f"{path.name} has no sheet {chosen!r}.", f"Choose one of: {shortened(tuple(map(repr, names)))}."
        )
    best = max(names, key=lambda name: sheets[name].cells)
    others = [name for name in names if name != best and sheets[name].rows > 1 and sheets[name].width > 1]
    if not others:
        return best, []
    listed = shortened(tuple(f"{name!r} ({sheets[name].rows - 1:,} rows)" for name in others), 5)
    instead = f"sheet={others[0]}" if len(others) == 1 else ""
    return best, [Caution("", f"The sheet {best!r} was read; there are also {listed}.", instead)]


def others_of(name: str | None, sheets: Iterable[str]) -> str:
    """A sentence on the other sheets of a workbook, empty where there are none."""
    others = [repr(one) for one in sheets if one != name]
    return f" Its other sheets are {shortened(tuple(others), 5)}." if others else ""


def _cells(
    path: Path, name: str, cancelled: Callable[[], bool], start: Start | None = None
) -> tuple[Cells, list[tuple[Any, Any]]]:
    """All cells from A1 on, rows at the end that are empty left out, and the ranges of merged ones."""
    with _book(path, start) as book:
        sheet = book.get_sheet_by_name(name)
        same: dict[str, str] = {}  # texts that many cells share are held once
        rows: Cells = []
        size = 0
        for row in sheet.iter_rows():
            kept = [same.setdefault(cell, cell) if type(cell) is str else cell for cell in row]
            rows.append(kept)
            size += sum(len(cell) for cell in kept if type(cell) is str)
            if len(rows) % _CANCEL_EVERY == 0:
                check_memory(path, size)
                if cancelled():
                    raise Cancelled(path.name)
        merged = list(sheet.merged_cell_ranges or ())
    check_memory(path, size)
    while rows and rows[-1].count("") == len(rows[-1]):
        rows.pop()
    return rows, merged


def _edges(cells: Cells, low: int, high: int) -> Cells:
    """The first and last rows between two, all of them where they are few."""
    rows = cells[low:high]
    return rows if len(rows) <= _TOP + _BOTTOM else rows[:_TOP] + rows[-_BOTTOM:]


def _without_last(rows: Cells, count: int) -> Cells:
    return rows[: len(rows) - count] if count else rows


def _fill(
    rows: Cells,
    cells: Cells,
    first: int,
    merged: Sequence[tuple[Any, Any]],
    columns: Sequence[int],
    names: Sequence[str],
) -> list[Caution]:
    """Give merged cells of a column their value in each row, and say so."""
    kept = {id(row) for row in rows}
    filled: dict[str, int] = {}
    for (top, left), (bottom, right) in merged:
        if bottom == top or left != right or left not in columns or top < first:
            continue
        name = names[columns.index(left)]
        for row in cells[top + 1 : bottom + 1]:
            if id(row) in kept:
                row[left] = cells[top][left]
                filled[name] = filled.get(name, 0) + 1
    return [Caution(name, f"Merged cells of {name!r} give {count:,} more row{'s' * (count > 1)} their value.")
            for name, count in filled.items()]  # fmt: skip


def _unknown(sheet: Sheet, columns: Sequence[int], names: Sequence[str]) -> list[Caution]:
    """Sentences on cells of errors and on formulas whose value the file does not hold."""
    said = []
    for counts, what in (
        (sheet.errors, "errors such as #DIV/0!"),
        (sheet.formulas, "formulas that were never calculated (open and save the file in Excel)"),
    ):
        for place, name in zip(columns, names, strict=False):
            count = counts[place + 1]
            if count and name:
                cells = f"{count:,} {'cell' if count == 1 else 'cells'} of {name!r}"
                said.append(Caution(name, f"{cells} hold{'s' if count == 1 else ''} {what}; counted as missing."))
    return said


def _frame(rows: Cells, columns: Sequence[int], layout: Layout) -> pd.DataFrame:
    # In here because pandas is slow to load.
    import pandas as pd

    found, names = {}, _names(layout)
    for number, name in enumerate(layout.names):
        place = columns[number] if number < len(columns) else -1
        values = [row[place] if 0 <= place < len(row) else "" for row in rows]
        if name or values.count("") < len(values):
            found[names[number]] = sheet_values.column_of(values)
    return pd.DataFrame(found)


def _names(layout: Layout) -> list[str]:
    return [name or _free_name(number, layout.names) for number, name in enumerate(layout.names, start=1)]


def _free_name(number: int, names: Sequence[str]) -> str:
    name = f"column_{number}"
    while name in names:
        name += "_2"
    return name
