"""Which cells of a sheet are its table, where several stand beside or below each other."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.reading.body import find_body
from engine.data.reading.options import ReadOptions
from engine.data.reading.sheet_values import text_of
from engine.data.table import Caution

_FEWEST_ROWS = 3  # a line of names and two rows make a table
_SAMPLE = 200  # rows by which blocks are told apart: a guess


def find_block(cells: Sequence[list[object]], options: ReadOptions) -> tuple[list[int], int, int, list[Caution]]:
    """The columns of the fullest table, its first row and the one after its last, and sentences on what is left out."""
    low = options.skip_top or 0
    columns, said = _columns(cells, low)
    if options.skip_top is not None or options.skip_bottom is not None:
        return columns, 0, len(cells), said
    first, last, below = _rows(cells, columns)
    return columns, first, last, said + below


def _columns(cells: Sequence[list[object]], low: int) -> tuple[list[int], list[Caution]]:
    turned = list(zip(*cells[low:], strict=True))
    width = len(turned)
    counts = [len(column) - column.count("") for column in turned]
    lasts = [next((row for row in range(len(column) - 1, -1, -1) if column[row] != ""), 0) for column in turned]
    groups = _runs([count > 0 for count in counts])
    if not groups:
        return list(range(width)), []
    parts: list[list[int]] = []
    for group in groups:
        # Empty columns between cells of the same rows are gaps in one table.
        if parts and max(lasts[place] for place in parts[-1]) == max(lasts[place] for place in group):
            parts[-1] = [*range(parts[-1][0], group[-1] + 1)]
        else:
            parts.append(group)
    best = max(parts, key=lambda part: sum(counts[place] for place in part))
    others = [part for part in parts if part is not best]
    if not others:
        return list(range(best[-1] + 1)) if best[0] == 0 else best, []
    tables = [part for part in others if sum(counts[place] for place in part) >= 2 * _FEWEST_ROWS and len(part) > 1]
    names = [_name_of_column(part[0]) + f" to {_name_of_column(part[-1])}" * (len(part) > 1) for part in others]
    noun = "column" if len(others) == 1 and len(others[0]) == 1 else "columns"
    what = "other cells" if not tables else "another table" if len(tables) == 1 else "other tables"
    return best, [Caution("", f"Beside the table, {what} in {noun} {', '.join(names)} are left out.")]


def _runs(filled: Sequence[bool]) -> list[list[int]]:
    runs: list[list[int]] = []
    for place, full in enumerate(filled):
        if full and place and filled[place - 1]:
            runs[-1].append(place)
        elif full:
            runs.append([place])
    return runs


def _rows(cells: Sequence[list[object]], columns: Sequence[int]) -> tuple[int, int, list[Caution]]:
    first, last = columns[0], columns[-1] + 1
    filled = [row[first:last].count("") < last - first for row in cells]
    runs = _runs(filled)
    tables = [run for run in runs if len(run) >= _FEWEST_ROWS and _width(cells, run, columns) > 1]
    if len(tables) < 2:
        return 0, len(cells), []
    best = max(tables, key=len)
    texts = [[text_of(cells[row][place]) for place in columns] for row in best[:_SAMPLE]]
    body = find_body(texts, 1)
    others = []
    low, high = best[0], best[-1] + 1
    for run in tables:
        start = [text_of(cells[run[0]][place]) for place in columns]
        if run is best or body.is_data(start):
            low, high = min(low, run[0]), max(high, run[-1] + 1)
        elif run[0] < best[0] and body.is_data(texts[0]):
            low = min(low, run[0])  # the names stand above the first gap
        else:
            others.append(run)
    if not others:
        return 0, len(cells), []
    between = [run[-1] + 1 for run in others if run[-1] < low]
    low = max(between, default=0)
    after = [run[0] for run in others if run[0] >= high]
    high = min(after, default=len(cells))
    places = ", ".join(f"rows {run[0] + 1:,} to {run[-1] + 1:,}" for run in others[:3])
    more = "" if len(others) <= 3 else f" and {len(others) - 3} more"
    what = "Another table stands" if len(others) == 1 else "Other tables stand"
    said = [Caution("", f"{what} in {places}{more} of the sheet, which are left out.")]
    return low, high, said


def _width(cells: Sequence[list[object]], run: Sequence[int], columns: Sequence[int]) -> int:
    some = run[:_SAMPLE]
    return max(len([place for place in columns if cells[row][place] != ""]) for row in some)


def _name_of_column(place: int) -> str:
    name, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
