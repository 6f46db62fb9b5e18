"""Where the names, the rows and the notes of a table are, judged on lists of cells, of text files and sheets alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq

from engine.data.reading.body import LINE, Row, filled
from engine.data.reading.bottom import find_bottom
from engine.data.reading.cells import cell_kind
from engine.data.reading.header import Header, find_header
from engine.data.reading.names import column_names
from engine.data.reading.options import ReadOptions
from engine.data.reading.separators import find_separator, sep_line
from engine.data.table import Caution
from engine.errors import UserFault

__all__ = ["Layout", "find_layout", "find_separator"]


_WIDE = 500  # columns up to which all records given are looked at
_FEWEST_ROWS = 25  # that are looked at however wide they are: a guess


@dataclass(frozen=True)
class Layout:
    """The parts of a table's file, in records (a line of a text file or a row of a sheet, blank ones included).

    ``skip_top`` records stand before the names, which take ``header_rows`` records (0 without names, blank records
    between them counted) and may be followed by one of ``units``. ``skip_bottom`` counts those at the end that hold
    anything but no data. ``names`` has one name for each column, unique; an empty one stands for a column that has
    neither a name nor, in the records looked at, a cell: it is to be dropped where that holds for all, and else to be
    called ``column_`` and its number. With ``row_names`` the first column has no name, the header being shorter than
    the rows.
    """

    skip_top: int
    header_rows: int
    units: tuple[str, ...]
    skip_bottom: int
    names: tuple[str, ...]
    row_names: bool = False
    cautions: tuple[Caution, ...] = ()

    @property
    def first_row(self) -> int:
        """The record in which the data begin."""
        return self.skip_top + self.header_rows + bool(self.units)


def find_layout(
    top: Sequence[Row],
    bottom: Sequence[Row],
    options: ReadOptions | None = None,
    name: str = "The table",
    noun: str = "line",
) -> Layout:
    """Tell names, rows and notes apart.

    ``top`` are the first records (about 300) and ``bottom`` the last (about 60, all of a short file), as lists of
    cells, blank records as empty lists. What ``options`` fix is obeyed. Raises :class:`UserFault` where there
    is one column only, in a sentence that calls the table ``name``; ``noun`` is what sentences call
    a record.
    """
    options = options or ReadOptions()
    sep = 1 if top and _is_sep(top[0]) else 0
    first = sep if options.skip_top is None else options.skip_top
    complete = _covers(top, bottom)
    widest = max(map(len, top), default=1)
    if widest > _WIDE:  # where some rows tell as much
        most = max(_FEWEST_ROWS, _WIDE * 300 // widest)
        complete = complete and len(top) <= most
        top, bottom = top[:most], bottom[-most:]
    header, body = find_header(top, first, options)
    width = max(body.width, len(header.names) + header.row_names)
    names, cautions = column_names(header, body, width, _empty_columns([*top[header.end :], *bottom], width))
    if sum(map(bool, names)) < 2:
        apart = "; columns are told apart by a comma, semicolon, tab or bar" if noun == "line" else ""
        raise UserFault(
            f"{name} has one column only.",
            f"Choose a table with a column to predict and at least one to predict it from{apart}.",
        )
    said = [*_skipped(top[sep if options.skip_top is None else first : header.start]), *header.cautions, *cautions]
    skip, left_out = (
        (options.skip_bottom, [])
        if options.skip_bottom is not None
        else find_bottom(top, bottom, header.end, body, complete)
    )
    said += left_out
    if header.names and not options.header:
        said += _repeated(top, header)
    return Layout(
        skip_top=header.start,
        header_rows=header.end - header.start - bool(header.units),
        units=header.units,
        skip_bottom=skip,
        names=names,
        row_names=header.row_names,
        cautions=tuple(Caution("", sentence.replace(LINE, noun)) for sentence in said),
    )


def _covers(top: Sequence[Row], bottom: Sequence[Row]) -> bool:
    """Whether the last records are among the first ones, so that all of a table is known."""
    return len(bottom) <= len(top) and all(map(eq, map(list, bottom), map(list, top[len(top) - len(bottom) :])))


def _is_sep(row: Row) -> bool:
    """Whether a record is a first line such as ``sep=;``, whatever sign cut it."""
    text = row[0].strip() if row else ""
    return bool(sep_line(text)) or (text.lower().lstrip("\ufeff") == "sep=" and not filled(row[1:]))


def _empty_columns(rows: Sequence[Row], width: int) -> set[int]:
    empty = set(range(width))
    for row in rows:
        if not empty:
            break
        empty -= {place for place in empty if place < len(row) and row[place].strip()}
    return empty


def _skipped(rows: Sequence[Row]) -> list[str]:
    """A sentence on the lines before the table that hold anything."""
    said = [", ".join(cell.strip() for cell in row if cell.strip()) for row in rows if filled(row)]
    if not said:
        return []
    if len(said) == 1:
        return [f"The first {LINE} ({said[0][:40]}) is not data and is left out."]
    shown = "; ".join(text[:40] for text in said[:3])
    return [f"The first {len(said)} {LINE}s ({shown}{'; …' if len(said) > 3 else ''}) are not data and are left out."]


def _repeated(top: Sequence[Row], header: Header) -> list[str]:
    """A sentence where the names stand among the data once more, as in exports that were put together."""
    again = [
        place for place in range(header.end, len(top)) if list(top[place]) == list(header.row) and len(header.row) > 1
    ]
    if not again or all(cell_kind(cell) != "word" for cell in header.row):
        return []
    return [
        f"The names of the columns stand again among the data, in {len(again)} {LINE}{'s' * (len(again) > 1)} or more."
    ]
