"""What a table's file tells of where its columns are, so that they are found again in the files of new rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_DASHES = re.compile(r":?[-=+_*]{2,}:?|[-+]+")


@dataclass(frozen=True)
class Places:
    """The arguments of :func:`engine.data.reading.known_columns.known_cells`."""

    columns: dict[str, str | int]
    depth: int
    start: int
    extra: list[dict[str, str]]
    width: int


def only(places: Places, names: Sequence[str]) -> Places:
    """The same of some columns alone."""
    extra = [{name: cells[name] for name in names if name in cells} for cells in places.extra]
    return replace(places, columns={name: places.columns[name] for name in names}, extra=extra)


def places_of(
    records: Sequence[Sequence[object]], above: int, first_row: int, units: Sequence[str], places: dict[str, int]
) -> Places:
    """Where the columns are whose ``places`` in a record are known.

    ``records`` are those of the file up to the first rows, blank ones included; the names stand between the record
    ``above`` and the ``first_row``.
    """
    # In here because it loads pandas.
    from engine.data.reading.known_columns import cell_at, headings

    filled = [record for record in records[above:first_row] if _holds(record)]
    names = [list(record) for record in filled if not _is_no_name(record, units)]
    found = headings(names) if names else []
    after = next((record for record in records[first_row:] if _holds(record)), ())
    if found and len(after) == len(found) + 1:
        found = ["", *found]
    columns: dict[str, str | int] = {
        name: found[place] if place < len(found) and found[place] else place for name, place in places.items()
    }
    depth = len(names) if any(isinstance(heading, str) for heading in columns.values()) else 0
    extra = [
        {name: cell_at(list(record), place) for name, place in places.items()}
        for record in filled
        if _is_no_name(record, units)
    ]
    start = sum(map(_holds, records[: above if depth else first_row]))
    return Places(columns, depth, start, extra if depth else [], 0)


def _holds(record: Sequence[object]) -> bool:
    return any(cell != "" for cell in record)


def _is_no_name(record: Sequence[object], units: Sequence[str]) -> bool:
    cells = [text for cell in record if (text := str(cell).strip())]
    return (bool(units) and cells == [unit for unit in units if unit]) or all(map(_DASHES.fullmatch, cells))
