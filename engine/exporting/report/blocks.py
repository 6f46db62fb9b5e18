"""What a report consists of, as plain records that a page in HTML and one on paper are both made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.exporting.report.colours import Colours

FIGURES = ("history", "importance", "learning", "reliability", "residuals")
"""The names of all pictures that a report may have."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``subject`` stands before ``text`` in the colour of its loop. Level 1 is the report's own."""

    text: str
    subject: str = ""
    loop: str = "outer"
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; ``dim`` ones are remarks."""

    text: str
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in SVG, drawn in the colours that it is given, one of :data:`FIGURES`; ``data`` are its numbers as CSV,
    ``alt`` says what it shows. ``half`` ones stand beside their neighbour.
    """

    name: str
    draw: Callable[[Colours], str]
    alt: str
    data: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under ``columns`` (none: no head). ``numbers`` are the columns that stand at the right; those of
    ``subjects`` are in the colour of the outer loop. A table that is ``folded`` is opened by whoever wants it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    subjects: frozenset[int] = frozenset()
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Text that keeps its lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Two lists of blocks side by side, one below the other where there is no room."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]


Block = Heading | Paragraph | Figure | Table | Code | Columns


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: its title for the head of every page, when it was made, and its blocks."""

    title: str
    made: str
    blocks: tuple[Block, ...]
    footer: str = ""
    facts: dict[str, str] = field(default_factory=dict)
