"""What the rows in the middle of a table are like, which those at its edges are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from engine.data.reading.cells import CellKind, cell_kind, cell_shape

Row = Sequence[str]
_MOST_CELLS = 200_000  # that are looked at; wide tables are judged by fewer rows
_TYPED = 0.7  # share of a column's cells that must be of one kind, notes and names among them (a guess)


@dataclass(frozen=True)
class Body:
    """The usual width of the rows, how many cells of one are filled, and each column's kind and texts.

    ``kinds`` is empty for columns without a kind of their own, ``words`` holds how often each cell occurs in it.
    """

    width: int
    filled: float
    kinds: tuple[CellKind, ...]
    words: tuple[Counter[str], ...]
    shapes: tuple[str, ...]
    rows: int

    @property
    def typed(self) -> tuple[int, ...]:
        """Positions of the columns of numbers and of dates."""
        return tuple(place for place, kind in enumerate(self.kinds) if kind in {"number", "date"})

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

    def repeats(self, row: Row, typed: bool) -> int:
        """How many words of a row also stand elsewhere in their column, among those of numbers and dates or the others."""
        places = self.typed if typed else [p for p, kind in enumerate(self.kinds) if kind == "word"]
        return sum(place < len(row) and cell_kind(row[place]) == "word" and self.words[place][row[place].strip()] > 0
                   for place in places)  # fmt: skip


def filled(row: Row) -> int:
    """The number of cells that hold anything."""
    return sum(1 for cell in row if cell and not cell.isspace())


def find_body(rows: Sequence[Row], first: int = 0, without: Row = ()) -> Body:
    """Judge a table by its first rows from record ``first`` on, but for those that equal ``without``.

    Kinds and widths are those of the later half, whose edges are the farthest.
    """
    known = [row for row in rows[first:] if filled(row)]
    half = known[len(known) // 2 :]
    width, _ = Counter(len(row) for row in half).most_common(1)[0] if half else (0, 0)
    width = _widest(half, width)
    most = max(8, _MOST_CELLS // max(1, width))
    some = [row for row in half if len(row) == width and row != without][:most]
    every = [row for row in known if len(row) == width and row != without][: 2 * most]
    kinds, shapes = [], []
    for column in zip(*some, strict=True):
        count = Counter(kind for kind in map(cell_kind, column) if kind)
        kind, share = count.most_common(1)[0] if count else ("", 0)
        kinds.append(kind if share >= _TYPED * count.total() else "")
        formed = {cell_shape(cell) for cell in column if kind == "word" and cell}
        shapes.append(formed.pop() if len(formed) == 1 and len(some) > 1 else "")
    return Body(
        width,
        median(filled(row) for row in some) if some else 0,
        tuple(kinds) or ("",) * width,
        tuple(Counter(cell.strip() for cell in column) for column in zip(*every, strict=True)) or (Counter(),) * width,
        tuple(shapes) or ("",) * width,
        len(every),
    )


def _widest(rows: Sequence[Row], width: int) -> int:
    """The usual width, or a rarer greater one where the usual rows are single cells, as notes are."""
    if width > 1:
        return width
    wider = Counter(len(row) for row in rows if len(row) > 1)
    return wider.most_common(1)[0][0] if wider else width
