"""The names of columns: unique, not empty, and told where those of the file had to change."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.reading.body import LINE, Body
from engine.data.reading.header import Header
from engine.data.table import shortened


def column_names(header: Header, body: Body, width: int, empty: set[int]) -> tuple[tuple[str, ...], list[str]]:
    """Unique names for all columns, and sentences where those of the file had to change."""
    if not header.names:
        said = [f"No {LINE} holds names, so the columns are called column_1 to column_{width}."]
        return tuple(f"column_{place + 1}" for place in range(width)), said
    cells = [cell.strip().removeprefix("\ufeff").strip() for cell in header.names]
    said = []
    if header.row_names:
        cells.insert(0, "row_names")
        said.append("The first column has no name in the header; it is called row_names.")
    if not cells[0] and body.rows and len(set(body.texts(0))) == len(body.rows) and "column_1" not in cells:
        cells[0] = "column_1"  # pandas and R leave the name of the row names blank
    short = [cell for place, cell in enumerate(cells) if place >= body.width > 0 and cell]
    if short:
        said.append(f"Rows have {body.width} cells for {len(cells)} names; without any: {shortened(tuple(short))}.")
    cells += [""] * (width - len(cells))
    names, changed = unique_names(cells, {place for place in empty if not cells[place]})
    return names, said + changed


def unique_names(
    cells: Sequence[str], nameless: set[int] | frozenset[int] = frozenset()
) -> tuple[tuple[str, ...], list[str]]:
    """Unique, non-empty names (but for the columns at ``nameless``), and sentences where they had to change."""
    taken: set[str] = set()
    own = set(cells)
    names: list[str] = []
    doubled: list[str] = []
    unnamed: list[str] = []
    for place, cell in enumerate(cells):
        if place in nameless:
            names.append("")
            continue
        stem = cell or f"column_{place + 1}"
        name, copy = stem, 2
        while name in taken or (name != cell and name in own):
            name, copy = f"{stem}_{copy}", copy + 1
        if name != cell:
            (doubled if cell else unnamed).append(name)
        taken.add(name)
        names.append(name)
    said = []
    if doubled:
        said.append(f"Some columns share a name; the later ones are called {shortened(tuple(doubled))}.")
    if unnamed:
        subject = "Columns without a name are" if len(unnamed) > 1 else "A column without a name is"
        said.append(f"{subject} called {shortened(tuple(unnamed))}.")
    return tuple(names), said
