"""What the rows in the middle of a table are like, which those at its edges are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from engine.data.reading.cells import CellKind, cell_kind, cell_shape

Row = Sequence[str]
LINE = "\ufdd0"
"""Stands in sentences for what a record is called, a line of a text file or a row of a sheet; no text has it."""
_MOST_CELLS = 40_000  # whose texts are counted; wide tables are judged by fewer rows
_SOME_COLUMNS = 200  # by which rows of wide tables are judged: a guess
_SOME_ROWS = 60  # whose kinds are asked for
_TYPED = 0.7  # share of a column's cells that must be of one kind, notes and names among them (a guess)


@dataclass(frozen=True)
class Body:
    """The usual width of the rows, how many cells of one are filled, each column's kind, and the rows themselves.

    ``kinds`` and ``shapes`` are empty for columns without one of their own.
    """

    width: int
    filled: float
    kinds: tuple[CellKind, ...]
    shapes: tuple[str, ...]
    rows: Sequence[Row]

    @cached_property
    def typed(self) -> tuple[int, ...]:
        """Positions of the columns of numbers and of dates, of some of them where there are very many."""
        places = [place for place, kind in enumerate(self.kinds) if kind in {"number", "date"}]
        return tuple(places[:: len(places) // _SOME_COLUMNS + 1])

    def agreement(self, row: Row) -> tuple[int, int]:
        """How many cells of a row are of the kind of their column of numbers or dates, and how many are words there."""
        same = other = 0
        for place in self.typed:
            kind = cell_kind(row[place]) if place < len(row) else ""
            same += kind == self.kinds[place]
            other += kind == "word"
        return same, other

    def is_data(self, row: Row) -> bool:
        """Whether a row holds values and not names, judged by the columns of numbers and dates."""
        same, other = self.agreement(row)
        return same > other

    def texts(self, place: int) -> list[str]:
        """The cells of a column that hold anything."""
        return [cell for row in self.rows if (cell := row[place].strip())]

    def count(self, place: int, cell: str) -> int:
        """How many rows have the text of ``cell`` in a column."""
        text = cell.strip()
        return sum(row[place].strip() == text for row in self.rows)

    def repeats(self, row: Row, typed: bool) -> bool:
        """Whether a word of a row of the table stands twice in its column, of numbers and dates or of words."""
        places = self.typed if typed else [p for p, kind in enumerate(self.kinds) if kind == "word"]
        return any(place < len(row) and cell_kind(row[place]) == "word" and self.count(place, row[place]) > 1
                   for place in places)  # fmt: skip


def filled(row: Row) -> int:
    """The number of cells that hold anything."""
    return sum(map(bool, map(str.strip, row)))


def is_pair(row: Row) -> bool:
    """Whether a row holds two cells, at its left."""
    return filled(row) == 2 and all(cell.strip() for cell in row[:2])


def find_body(rows: Sequence[Row], first: int = 0, without: Row = ()) -> Body:
    """Judge a table by its first rows from record ``first`` on, but for those that equal ``without``.

    Kinds and widths are those of the later half, whose edges are the farthest.
    """
    known = [row for row in rows[first:] if filled(row)]
    half = known[len(known) // 2 :]
    width, _ = Counter(len(row) for row in half).most_common(1)[0] if half else (0, 0)
    width = _widest(half, width)
    most = max(8, _MOST_CELLS // max(1, width))
    fitting = [row for row in half if len(row) == width and row != without]
    some = fitting[:: len(fitting) // min(most, _SOME_ROWS) + 1]
    every = [row for row in known if len(row) == width and row != without][:most]
    kinds: list[CellKind] = []
    shapes = []
    for column in zip(*some, strict=True):
        kinds.append(_kind(column))
        formed = {cell_shape(cell) for cell in column[:20] if cell} if kinds[-1] == "word" else set()
        shapes.append(formed.pop() if len(formed) == 1 and len(some) > 1 else "")
    return Body(
        width,
        median(filled(row) for row in some) if some else 0,
        tuple(kinds or [""] * width),
        tuple(shapes) or ("",) * width,
        every,
    )


def _kind(column: Sequence[str]) -> CellKind:
    count = Counter(map(cell_kind, column))
    del count[""]
    kind, share = count.most_common(1)[0] if count else ("", 0)
    return kind if share >= _TYPED * count.total() else ""


def _widest(rows: Sequence[Row], width: int) -> int:
    """The usual width, or a rarer greater one where the usual rows are single cells, as notes are."""
    if width > 1:
        return width
    wider = Counter(len(row) for row in rows if len(row) > 1)
    return wider.most_common(1)[0][0] if wider else width
