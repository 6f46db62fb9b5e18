"""Finding the columns of a table again that is known already: its new rows may stand in another order and place.

Stand-alone but for ``sheet_values``: exported scripts hold the source of both.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from engine.data.reading.sheet_values import column_of, text_of

TOP = 300  # records among which the names of the columns are looked for


class Unusable(ValueError):
    """A table that cannot be used, and why."""


def tidy(cell: object) -> str:
    """A cell of a header without what may stand around it."""
    return re.sub("^(#|//|%%)", "", text_of(cell).strip().removeprefix("\ufeff").strip()).strip()


def headings(rows: Sequence[Sequence[object]]) -> list[str]:
    """What stands above each column, unique: the last of the rows of names, where that tells it from the others.

    Cells of the rows above, which may be merged, stand for those at their right as well.
    """
    rows = [row[1:] if row and text_of(row[0]).strip() and not tidy(row[0]) else row for row in rows]  # # x y
    parts: list[list[str]] = []
    for row in rows:
        cells = [tidy(cell) for cell in row]
        for place in range(1, len(cells) if row is not rows[-1] else 0):
            cells[place] = cells[place] or cells[place - 1]
        parts.append(cells)
    found: list[str] = []
    counts: Counter[str] = Counter()
    last = Counter(cell for cell in parts[-1] if cell)
    for above in itertools.zip_longest(*parts, fillvalue=""):
        name = above[-1] if last[above[-1]] == 1 else " ".join(filter(None, above))
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return found


def find_places(
    top: list[list[object]], columns: dict[str, object], depth: int, start: int
) -> tuple[dict[str, int], int]:
    """The place of each column that is there, and the record in which the rows begin.

    ``top`` are the first records, ``columns`` give each name its heading, or its place where it has none; the headings
    take ``depth`` records (0 for none) and are expected in the record ``start``.
    """
    wanted = {heading for heading in columns.values() if isinstance(heading, str)}
    found, at, most = [], start, -1
    for place in [one for one in (start, *range(len(top))) if depth and one < len(top)]:
        above = headings(top[place : place + depth])
        if top[place + depth : place + depth + 1] and len(top[place + depth]) == len(above) + 1:
            above = ["", *above]  # the names of the rows have no heading
        known = len(wanted.intersection(above))
        if known > most:
            found, at, most = above, place + depth, known
        if most == len(wanted):
            break
    if wanted and most < 1:
        raise Unusable(f"No row of the table holds the names of its columns, such as {min(wanted)!r}.")
    places = {heading: place for place, heading in reversed(list(enumerate(found)))}
    return {
        name: heading if isinstance(heading, int) else places[heading]
        for name, heading in columns.items()
        if isinstance(heading, int) or heading in places
    }, at


def known_cells(
    records: Iterable[list[object]],
    columns: dict[str, object],
    depth: int,
    start: int,
    extra: list[dict[str, str]],
    width: int,
) -> tuple[dict[str, list[object]], list[int], int]:
    """The cells of the known columns by their names, "" where empty, the number of each record that is a row, and how
    many are left out, having too many cells.

    ``records`` are lists of cells; ``extra`` are records below the names that are no rows, as the cells of each column,
    and ``width`` is how many cells a row had when the columns became known (0 where that does not matter).
    """
    numbered = ((number, record) for number, record in enumerate(records) if any(cell != "" for cell in record))
    top = list(itertools.islice(numbered, TOP))
    places, at = find_places([record for _, record in top], columns, depth, start)
    if depth and width:
        own = max(len(record) for _, record in top[at - depth : at])
        width = max(own, width if len(places) == len(columns) else 0)
    while any(
        at < len(top) and all(cell_at(top[at][1], places[name]) == one[name] for name in places) for one in extra
    ):
        at += 1
    cells: dict[str, list[Any]] = {name: [] for name in places}
    numbers: list[int] = []
    broken = 0
    for number, record in itertools.chain(top[at:], numbered):
        if width and len(record) > width and any(str(cell).strip() for cell in record[width:]):
            broken += 1
            continue
        numbers.append(number)
        for name, place in places.items():
            cells[name].append(record[place] if place < len(record) else "")
    if broken > 0.1 * (broken + len(numbers)):
        raise Unusable(f"{broken:,} rows of the table have more cells than the study's had columns.")
    return cells, numbers, broken


def cell_at(record: list[object], place: int) -> str:
    """A cell as text, empty where the record is too short."""
    return text_of(record[place]).strip() if place < len(record) else ""


def texts_of(cells: dict[str, list[object]]) -> pd.DataFrame:
    """Columns of texts, empty cells missing."""
    return pd.DataFrame(cells, dtype="str").replace("", None).astype("str")


def plain_cells(values: Any) -> object:
    """A column of a frame from anywhere as the study's reader would have it: numbers, truth values, dates or texts."""
    values = values.astype(object) if isinstance(values.dtype, pd.ArrowDtype) else values
    kind = values.dtype.kind
    if isinstance(values.dtype, pd.CategoricalDtype):
        return plain_cells(values.astype(values.cat.categories.dtype if values.notna().all() else object))
    if kind == "m":
        return values.dt.total_seconds()
    if kind == "b" and values.hasnans:
        return values.map({True: "True", False: "False"}).astype("str")
    if kind in "iuf":
        return values.astype("float64") if values.hasnans else values.astype(f"{kind}8")
    if kind in "bM":
        return values
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str").replace("", None)
    cells = ["" if gone else value for value, gone in zip(values, values.isna(), strict=True)]
    return column_of(list(map(plain_cell, cells))).set_axis(values.index)


def plain_cell(value: Any) -> object:
    """A value as Python itself has it, where it is one of numpy's or pandas'."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    for convert in ("item", "to_pydatetime", "to_pytimedelta"):
        if hasattr(value, convert):
            value = getattr(value, convert)()
    zone = isinstance(value, dt.datetime) and value.tzinfo is not None
    return value.astimezone(dt.UTC).replace(tzinfo=None) if zone else value


def known_frame(rows: Any, columns: dict[str, object]) -> pd.DataFrame:
    """The known columns of rows from anywhere (a frame, one of its rows, records), those of its index among them."""
    if isinstance(rows, pd.Series):
        rows = rows.to_frame().T
    if not isinstance(rows, pd.DataFrame):
        convert = getattr(rows, "to_pandas", None)
        rows = convert() if convert else pd.DataFrame([rows] if isinstance(rows, dict) else rows)
    if any(name is not None and str(name).strip() in columns for name in rows.index.names):
        rows = rows.reset_index()
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in rows.columns]
    places = {name.strip(): place for place, name in reversed(list(enumerate(names)))}
    found = {name: plain_cells(rows.iloc[:, places[name]]) for name in columns if name in places}
    return pd.DataFrame(found, index=rows.index).reset_index(drop=True)
