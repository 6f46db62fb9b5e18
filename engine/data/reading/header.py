"""The names of a table's columns: whether there are any, in which rows they stand, and names where there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.data.reading.affixes import UNIT_WORDS
from engine.data.reading.body import LINE, Body, Row, filled, find_body, is_pair
from engine.data.reading.cells import cell_kind, cell_shape
from engine.data.reading.options import ReadOptions
from engine.data.table import shortened

_FULL = 0.6  # share of the usual number of filled cells from which a row counts as one of the table (a guess)
_SPARSE = 0.34  # the same for rows after one that is full
_MOST_HEADERS = 3  # rows of one header: a guess
_DASHES = re.compile(r":?[-=+_*]{2,}:?|[-+]+")
_BRACKETED = re.compile(r"\[[^\]]{0,15}\]|\([^)]{0,15}\)|[<{][^>}]{0,15}[>}]")


@dataclass(frozen=True)
class Header:
    """Where the names stand, and what they are (empty without any); ``end`` is the record of the first data."""

    start: int
    end: int
    names: tuple[str, ...] = ()
    row: Row = ()
    units: tuple[str, ...] = ()
    row_names: bool = False
    cautions: tuple[str, ...] = ()


def find_header(top: Sequence[Row], first: int, options: ReadOptions) -> tuple[Header, Body]:
    """Find the names among the records from ``first`` on, and what the rows below them are like."""
    body = find_body(top, first)
    fixed = options.skip_top is not None
    start = _start(top, body, first, fixed)
    if start >= len(top):
        return Header(start, start), body
    if not fixed:
        start = _after_pairs(top, body, start)
    row = top[start]
    if options.header is False:
        return Header(start, start), body
    commented = None if fixed or options.header else _commented(top, body, first, start)
    if commented is not None and body.is_data(row):
        return commented, body
    body = find_body(top, start + 1, row) if start + 1 < len(top) else body
    if options.header is None:
        if _is_description(row, body):
            return Header(start + 1, start + 1), body
        if not _holds_names(row, top, start, body):
            above = None if fixed else _above(top, body, first, start)
            return above or Header(start, start), body
    return _assemble(top, body, start, fixed or options.header is True, first), body


def _start(top: Sequence[Row], body: Body, first: int, fixed: bool) -> int:
    """The first record that is as full as those of the table, which holds names or data."""
    known = [place for place in range(first, len(top)) if filled(top[place])]
    if fixed or not known:
        return known[0] if known else len(top)
    least = max(min(2, body.filled), _FULL * body.filled)
    for at, place in enumerate(known):
        if _is_comment(top[place]) or not _is_full(top[place], body, least):
            continue
        after = known[at + 1 : at + 6]
        if sum(_is_full(top[other], body, _SPARSE * body.filled) for other in after) >= _FULL * len(after):
            while at and len(top[known[at - 1]]) == body.width and body.is_data(top[known[at - 1]]):
                at -= 1  # values of the table with gaps
            return known[at]
    return known[0]


def _after_pairs(top: Sequence[Row], body: Body, start: int) -> int:
    """The record of the names where lines of a word and a value each, as full as the table, stand above them."""
    found, mixed, pairs = start, False, 0
    for place in range(start, min(len(top), start + 40)):
        same, other = body.agreement(top[place])
        only_pairs = pairs == place - start and body.filled > 2 and is_pair(top[place])
        if same and not other and not (pairs and only_pairs):
            break
        pairs += only_pairs
        mixed = mixed or pairs > 1
        if same or (not other and (filled(top[place]) < body.filled or _is_of_another_kind(top[place], body))):
            mixed = True
        elif other == _nameable(top[place], body) and not body.repeats(top[place], typed=True):
            certain = other > 1 or (mixed and not body.repeats(top[place], typed=False))
            found = place if certain and (mixed or place == start) else found
    return found


def _nameable(row: Row, body: Body) -> int:
    """How many columns of numbers and dates a row of names names, all but that of row names below a blank corner."""
    return len(body.typed) - (0 in body.typed and _has_blank_corner(row, body))


def _is_of_another_kind(row: Row, body: Body) -> bool:
    """Whether a row has a date in a column of numbers, or a number in one of dates."""
    kinds = {"number", "date"}
    return any({cell_kind(_cell(row, place)), body.kinds[place]} == kinds for place in body.typed)


def _is_full(row: Row, body: Body, least: float) -> bool:
    if len(row) == 1 and body.width == 2 and " " in row[0].strip():  # a title above two columns
        return False
    return len(row) >= body.width - 1 and (filled(row) >= least or _has_blank_corner(row, body))


def _has_blank_corner(row: Row, body: Body) -> bool:
    """Whether a row is full but for its first cell, which that column never is below, as names above row names are."""
    others = body.texts(0) if len(row) == body.width > 1 and not row[0].strip() else []
    return len(others) >= max(2, len(body.rows) - 1) and all(cell.strip() for cell in row[1:])


def _is_comment(row: Row) -> bool:
    return bool(row) and row[0].lstrip().startswith(("#", "//", "%%", "--")) and cell_kind(row[0]) == "word"


def _holds_names(row: Row, top: Sequence[Row], start: int, body: Body) -> bool:
    """Whether a row looks unlike the rows below it, column by column."""
    if not body.rows or start + 1 >= len(top):
        return any(cell_kind(cell) == "word" for cell in row)
    if _has_blank_corner(row, body):
        return True
    shift = body.width - len(row) if len(row) == body.width - 1 else 0
    sequence = _is_sequence(row, top, body, shift)
    votes = 0.0
    for place, cell in enumerate(row, start=shift):
        if place < body.width:
            votes += _vote(cell, place, body, sequence)
    words = [cell.strip() for cell in row if cell_kind(cell) == "word"]
    votes -= 0.5 * (len(words) - len(set(words)))
    return votes > 0.0 or (votes == 0.0 and bool(words or sequence))


def _vote(cell: str, place: int, body: Body, sequence: bool) -> float:
    """How much a cell speaks for a row of names (above zero) or of data, given its column below."""
    kind, below = cell_kind(cell), body.kinds[place]
    if below in {"number", "date"}:
        if kind == below:
            return 1.0 if sequence else -1.0
        if kind == "word":
            return -1.0 if body.count(place, cell) else 2.0
        return 1.0 if kind else 0.0
    if kind != "word" or below != "word":
        return 0.0
    if body.count(place, cell):
        return -1.5
    if body.shapes[place]:
        if cell_shape(cell) != body.shapes[place]:
            return 1.0
        return -1.0 if "9" in body.shapes[place] else -0.3  # codes such as A7; words of equal length
    return 0.7 if _has_labels(place, body) else 0.0


def _has_labels(place: int, body: Body) -> bool:
    """Whether the words of a column repeat."""
    texts = body.texts(place)
    return len(texts) >= 4 and len(set(texts)) <= 0.7 * len(texts)


def _is_sequence(row: Row, top: Sequence[Row], body: Body, shift: int) -> bool:
    """Whether the numbers of a row are years or count up in equal steps, which those of the rows below do not."""
    cells = [(place, cell.strip()) for place, cell in enumerate(row, start=shift) if cell_kind(cell) == "number"]
    values = [int(cell) for _, cell in cells if re.fullmatch(r"\d{1,6}", cell)]
    if len(values) < 2 or len(values) < len(cells):
        return False
    words = sum(cell_kind(cell) == "word" for cell in row)
    years = all(1800 <= value <= 2100 for value in values) and words > 0
    steps = {after - before for before, after in pairwise(values)}
    even = len(steps) == 1 and steps != {0} and len(values) > 2
    counted = even and (words > 0 or (values[0] in {0, 1} and steps == {1}))
    if not (years or counted):
        return False
    places = {place for place, _ in cells}
    below = [[cell.strip() for place, cell in enumerate(other) if place in places] for other in _sample(top, row)]
    alike = sum(_looks_alike(other, years) for other in below)
    return alike <= 0.1 * len(below)


def _sample(top: Sequence[Row], row: Row) -> list[Row]:
    at = next(place for place, other in enumerate(top) if other is row)
    return [other for other in top[at + 1 : at + 41] if filled(other)]


def _looks_alike(cells: Sequence[str], years: bool) -> bool:
    if not all(re.fullmatch(r"\d{1,6}", cell) for cell in cells):
        return False
    values = [int(cell) for cell in cells]
    if years:
        return all(1800 <= value <= 2100 for value in values)
    return len({after - before for before, after in pairwise(values)}) == 1


def _is_description(row: Row, body: Body) -> bool:
    """Whether a row is one of scikit-learn's first lines: numbers of rows and columns, then the names of classes."""
    kinds = [cell_kind(cell) for cell in row]
    counts = kinds[:2] == ["number", "number"] and all(cell.strip().isdecimal() for cell in row[:2])
    return (
        counts
        and len(row) > 3
        and all(kind == "word" for kind in kinds[2:])
        and body.width - 2 <= int(row[1]) <= body.width - 1
        and body.kinds[2:3] == ("number",)
    )


def _names_of_comment(row: Row) -> list[str]:
    names = [row[0].lstrip("#/%- "), *row[1:]]
    return names if names[0] else names[1:]


def _commented(top: Sequence[Row], body: Body, first: int, start: int) -> Header | None:
    """Names in the last comment line before the data, as numpy and gnuplot write them."""
    for place in range(start - 1, first - 1, -1):
        row = top[place]
        if not filled(row):
            continue
        if not _is_comment(row):
            return None
        names = _names_of_comment(row)
        if len(names) == body.width and all(cell_kind(cell) == "word" for cell in names):
            return Header(place, start, tuple(names), row)
        return None
    return None


def _above(top: Sequence[Row], body: Body, first: int, start: int) -> Header | None:
    """Names in a row that is less full than the data below it."""
    row = top[start - 1] if start > first else ()
    if body.is_data(top[start]) and len(row) == body.width and filled(row) >= 2 and not _is_comment(row):
        _, words = body.agreement(row)
        places = [place for place, cell in enumerate(row) if cell.strip()]
        title = places[-1] + 1 == len(places) <= body.width / 2  # a word or two at the left
        if not title and (words >= 2 or words == len(body.typed)):
            return _assemble(top, body, start - 1, False, first)
    return None


def _assemble(top: Sequence[Row], body: Body, start: int, fixed: bool, first: int) -> Header:
    """The names of the rows from ``start`` to the first row of data, in one row or two, with or without units."""
    rows = _rows_of_names(top, body, start)
    place = next((place for place in rows if not _is_dashes(top[place])), start)
    units: tuple[str, ...] = ()
    unit_row = next((p for p in rows[1:] if p != place and body.typed and _are_units(top[p], body)), None)
    if unit_row is not None and not any(p > unit_row and not _is_dashes(top[p]) for p in rows):
        units = tuple(cell.strip() for cell in top[unit_row])
    names = [p for p in rows if not _is_dashes(top[p]) and (p != unit_row or not units)]
    if fixed:
        kept = [start]
        while len(kept) < min(_MOST_HEADERS, len(names)) and _belong(top[kept[-1]], top[names[len(kept)]], body):
            kept.append(names[len(kept)])
    else:
        kept = [names[-1]]
        above = [p for p in range(kept[0] - 1, first - 1, -1) if p in names or _stands_above(p, names[0], top)]
        for p in above[: _MOST_HEADERS - 1]:
            if not _belong(top[p], top[kept[0]], body):
                break
            kept.insert(0, p)
    last = kept[-1]
    end = 1 + max([last, *(p for p in rows if p > last and _is_dashes(top[p]))])
    said = []
    if units:
        end = 1 + (unit_row or 0)
        said.append(
            f"The {LINE} below the names holds units ({shortened(tuple(filter(None, units)), 5)}) and is left out."
        )
    parts = [top[p] for p in kept]
    if len(kept) > 1 and not _cell(parts[-1], 0).strip() and _covers_row_names(parts[0], parts[-1], body):
        parts[0] = ["", *parts[0][:1], *parts[0][2:]]  # it names the columns after them only
    joined = _joined(parts)
    if len(kept) > 1:
        single = {cell.strip() for p in kept for cell in top[p]}
        example = next((name for name in joined if name not in single), joined[0])
        said.append(f"The names stand in {len(kept)} {LINE}s, which are joined, for example {example!r}.")
    if not any(cell_kind(cell) in {"word", "date"} for cell in joined):
        said.append(
            f"The {LINE} of numbers above the data ({shortened(tuple(filter(None, joined)), 3)}) counts as the names."
        )
    row_names = len(joined) == body.width - 1 and _names_rows(body)
    return Header(kept[0], end, joined, top[kept[-1]], units, row_names, tuple(said))


def _rows_of_names(top: Sequence[Row], body: Body, start: int) -> list[int]:
    """The records from ``start`` on that hold no data: the names, and what is certain to belong to them."""
    rows = [start]
    for place in range(start + 1, min(len(top), start + 8)):
        row = top[place]
        if not filled(row):
            continue
        if _is_dashes(row):
            rows.append(place)
            continue
        same, other = body.agreement(row)
        certain = same == 0 and (other >= 2 or (other == 1 and 2 * len(body.typed) >= body.filled))
        certain = certain or (place == start + 1 and same == 0 and _groups(top[start], row, body))
        certain = certain or (
            place == start + 1 and same == 0 and _are_units(row, body) and filled(row) <= len(body.typed)
        )
        if not certain or body.repeats(row, typed=True) or body.repeats(row, typed=False):
            break
        rows.append(place)
    # Words in the first rows of columns of numbers are names only where numbers follow at once.
    return rows if rows[-1] + 1 < len(top) or len(rows) == 1 else [start]


def _groups(upper: Row, lower: Row, body: Body) -> bool:
    """Whether a row holds the same few words in runs, and the row below it a word for each column that no row has."""
    runs = [cell for before, cell in pairwise(["", *map(str.strip, upper)]) if cell and cell != before]
    words = [cell.strip() for cell in lower if cell.strip()]
    if not len(runs) == len(set(runs)) < filled(upper) or len(words) != len(set(words)):
        return False
    known = [place for place, cell in enumerate(lower) if place < body.width and cell.strip()]
    new = all(body.count(place, lower[place]) <= 1 for place in known)
    unlike = any(body.kinds[place] != "word" or _has_labels(place, body) for place in known)
    return new and unlike and len(words) >= body.filled - 1 and all(cell_kind(word) == "word" for word in words)


def _is_dashes(row: Row) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and all(_DASHES.fullmatch(cell) for cell in cells) and any(len(cell) > 1 for cell in cells)


def _are_units(row: Row, body: Body) -> bool:
    cells = [_cell(row, place).strip() for place in body.typed]
    cells = [cell for cell in cells if cell]
    units = sum(cell.lower() in UNIT_WORDS or _BRACKETED.fullmatch(cell) is not None for cell in cells)
    return bool(cells) and units > 0 and units >= 0.6 * len(cells) and max(map(len, row), default=0) < 30


def _stands_above(place: int, lower: int, top: Sequence[Row]) -> bool:
    """Whether a record is directly above another one, blank records apart none between them."""
    return place < lower and filled(top[place]) > 0 and not any(filled(row) for row in top[place + 1 : lower])


def _belong(upper: Row, lower: Row, body: Body) -> bool:
    """Whether a row holds names of groups of the columns, or half of the names, and not a title."""
    places = [place for place, cell in enumerate(upper) if cell.strip()]
    if not places or _is_comment(upper) or not all(_may_name(upper[place]) for place in places):
        return False
    names = [cell.strip() for cell in lower if cell.strip()]
    twice = _doubled(names) > _doubled(_joined((upper, lower)))
    if len(places) == body.width == len({upper[place] for place in places}):  # as full as the names themselves
        return body.width > 2 and not any(" " in cell.strip() for cell in upper)
    pair = places[-1] + 1 == len(places) < body.width and all(_cell(lower, place).strip() for place in places)
    return twice or (len(places) > 1 and not pair and places[-1] + 1 > body.width / 2)


def _doubled(names: Sequence[str]) -> int:
    known = [name for name in names if name.strip()]
    return len(known) - len(set(known))


def _may_name(cell: str) -> bool:
    """Whether a cell can be the name of a group of columns: a word, a year, a month."""
    kind = cell_kind(cell)
    return kind == "word" or (kind != "" and re.fullmatch(r"(?:19|20)\d\d|[^\W\d].*", cell.strip()) is not None)


def _cell(row: Row, place: int) -> str:
    return row[place] if place < len(row) else ""


def _joined(rows: Sequence[Row]) -> tuple[str, ...]:
    """One name for each column from one row of names or several, groups naming the columns after them."""
    if len(rows) == 1:
        return tuple(_names_of_comment(rows[0]) if _is_comment(rows[0]) else rows[0])
    width = max(map(len, rows))
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        before = ""
        for place in range(width):
            below = any(_cell(other, place).strip() for other in rows[number + 1 :])
            cell = _cell(row, place).strip() or (before if below else "")
            before = cell if below else ""
            if cell and cell not in parts[place]:
                parts[place].append(cell)
    return tuple(" ".join(part) for part in parts)


def _covers_row_names(upper: Row, lower: Row, body: Body) -> bool:
    """Whether the name of a group stands above the first column and the next one, as a merged cell does."""
    if _cell(upper, 1).strip():
        return _cell(upper, 0) == _cell(upper, 1)
    counted = [cell.strip() for cell in body.texts(0)[:3]] in (["0", "1", "2"], ["1", "2", "3"])
    return counted and _cell(lower, 1).strip() != ""


def _names_rows(body: Body) -> bool:
    """Whether the first column holds another text in each row, and the last one anything."""
    first = body.texts(0) if body.rows else []
    return len(set(first)) == len(body.rows) > 0 and bool(body.texts(body.width - 1))
