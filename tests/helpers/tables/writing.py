"""Whole tables as bytes: text files with their edges, sheets, and Parquet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.helpers.tables import written
from tests.helpers.tables.habit import LINE_ENDS, SEPARATORS, SIGNS, Habit
from tests.helpers.tables.truth import TrueTable
from tests.helpers.tables.written import Expected

_CSV_QUOTING = {"minimal": csv.QUOTE_MINIMAL, "none": csv.QUOTE_NONE, "all": csv.QUOTE_ALL}
_SAID_BY_THEIR_BYTES = ("utf-8", "utf-16")
_SUFFIXES = {"comma": ("csv", "txt"), "semicolon": ("csv", "csv"), "tab": ("tsv", "txt", "tab"), "bar": ("txt", "csv")}


@dataclass(frozen=True)
class File:
    """The bytes of a file, its ending, and what a right reading of its columns gives.

    ``left_out`` says that lines with numbers (totals) must go with a caution, ``renamed`` that names were made unique.
    """

    content: bytes
    suffix: str
    expected: tuple[Expected, ...]
    left_out: bool = False
    renamed: bool = False


def write(table: TrueTable, habit: Habit, seed: int) -> File:
    """The table in its habit. Raises :class:`UnicodeEncodeError` where the encoding has no such letter."""
    if habit.form == "parquet":
        return _parquet(table, habit)
    return _sheet(table, habit, seed) if habit.form == "xlsx" else _text(table, habit, seed)


def _columns(table: TrueTable, habit: Habit, seed: int, typed: bool) -> tuple[list[list[Any]], list[Expected]]:
    """The cells, column by column, and what they mean; an index stands in front."""
    pairs = [written.column(column, habit, seed, typed) for column in table.columns]
    cells, expected = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if habit.header == "duplicates":
        expected[-1] = replace(expected[-1], name=expected[0].name)
    if habit.header == "none":
        expected = [replace(one, name=None) for one in expected]
    if habit.header == "two_lines":
        expected[0] = replace(expected[0], name=f"{expected[0].name}\n(total)")
    if habit.index == "corner" or habit.header == "shorter":
        start = 1 if habit.header == "shorter" else 0
        numbers = [str(start + i) for i in range(table.rows)]
        cells.insert(0, [int(number) for number in numbers] if typed else numbers)
        expected.insert(0, Expected(None, "id", tuple(numbers), index=True))
    return cells, expected


def _header(habit: Habit, expected: list[Expected]) -> list[list[str]]:
    names = ["" if one.index else one.name or "" for one in expected]
    if habit.header == "none":
        return []
    if habit.header == "shorter":
        return [names[1:]]
    if habit.header == "two_rows":
        half = (len(names) + 1) // 2
        return [["Series A"] * half + ["Series B"] * (len(names) - half), names]
    if habit.header == "units":
        numbers = [one.what == "number" for one in expected]
        return [names, [written.units(i) if number else "" for i, number in enumerate(numbers)]]
    return [names]


def _totals(expected: list[Expected], cells: list[list[Any]], decimal: str) -> list[str]:
    """The last line of a report: a word, then sums where the columns above hold numbers in the same habit."""
    sums = []
    for one in expected:
        known = [value for value in one.cells if isinstance(value, float)]
        plain = one.what == "number" and not one.style
        sums.append(f"{sum(known):.1f}".replace(".", decimal) if plain else "")
    first = next(i for i, one in enumerate(expected) if not one.index)
    sums[first] = "Total"
    return sums


def _text(table: TrueTable, habit: Habit, seed: int) -> File:
    cells, expected = _columns(table, habit, seed, typed=False)
    separator, end = SEPARATORS[habit.separator], LINE_ENDS[habit.line_end]
    rows = [list(row) for row in zip(*cells, strict=True)]
    if habit.ragged == "short":
        rows = [_without_tail(row) for row in rows]
    head = _header(habit, expected)
    if habit.after in {"total", "both"}:
        rows.append(_totals(expected, cells, SIGNS[habit.signs][0]))
    if habit.trailing != "none":
        rows = [[*row, ""] for row in rows]
        head = [[*row, ""] for row in head] if habit.trailing == "all" else head
    quoting = habit.quoting
    text = _lines([*head, *rows], separator, end, quoting)
    text = _before(habit, separator, end, len(expected)) + text
    if habit.after in {"source", "both"}:
        text += f"{end}Source: own measurements{end}"
    if not habit.final_newline:
        text = text.removesuffix(end)
    if not habit.encoding.startswith(_SAID_BY_THEIR_BYTES):
        beyond = (not "".join([one.name or "", *texts]).isascii() for one, texts in zip(expected, cells, strict=True))
        expected = [replace(one, guessed=guessed) for one, guessed in zip(expected, beyond, strict=True)]
    suffixes = _SUFFIXES[habit.separator]
    return File(
        content=text.encode(habit.encoding),
        suffix=suffixes[seed % len(suffixes)],
        expected=tuple(expected),
        left_out=habit.after in {"total", "both"},
        renamed=habit.header == "duplicates",
    )


def _lines(rows: list[list[str]], separator: str, end: str, quoting: str) -> str:
    def in_quotes(quoting: str) -> str:
        written = []
        for row in rows:  # one by one with \n, since the module quotes a cell with \n in it only where that ends lines
            out = io.StringIO(newline="")
            csv.writer(out, delimiter=separator, lineterminator="\n", quoting=_CSV_QUOTING[quoting]).writerow(row)
            written.append(out.getvalue().removesuffix("\n") + end)
        return "".join(written)

    try:
        return in_quotes(quoting)
    except csv.Error:  # a cell that holds a separator or a quote needs quotes
        return in_quotes("minimal")


def _without_tail(row: list[str]) -> list[str]:
    while len(row) > 2 and row[-1] == "":
        row = row[:-1]
    return row


def _before(habit: Habit, separator: str, end: str, width: int) -> str:
    blanks = separator * max(0, width - 2)
    return {
        "nothing": "",
        "title": f"Monthly report 2024{end}Made by the office{end}{end}",
        "pairs": f"Station{separator}North{blanks}{end}Exported{separator}2024-02-01{blanks}{end}",
        "comment": f"# exported by the logger{end}# version 2{end}",
        "sep": f"sep={separator}{end}",
    }[habit.before]


def _sheet(table: TrueTable, habit: Habit, seed: int) -> File:
    import openpyxl

    cells, expected = _columns(table, habit, seed, typed=True)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    if habit.before == "title":
        sheet.append(["Monthly report 2024"])
        sheet.append(["As of 2024-02-01"])
        sheet.append([])
    for row in _header(habit, expected):
        sheet.append([cell or None for cell in row])
    if habit.header == "two_rows":
        top, half = sheet.max_row - 1, (len(expected) + 1) // 2
        if len(expected) > half + 1:
            sheet.merge_cells(start_row=top, end_row=top, start_column=half + 1, end_column=len(expected))
        if half > 1:
            sheet.merge_cells(start_row=top, end_row=top, start_column=1, end_column=half)
    for row in zip(*cells, strict=True):
        sheet.append([None if isinstance(cell, str) and not cell else cell for cell in row])
    if habit.after in {"total", "both"}:
        sums = _totals(expected, cells, ".")
        sheet.append([float(c) if c and i and c != "Total" else c or None for i, c in enumerate(sums)])
    if habit.after in {"source", "both"}:
        sheet.append([])
        sheet.append(["Source: own measurements"])
    if habit.sheet != "only":
        notes = book.create_sheet("Notes", 0 if habit.sheet == "second" else 1)
        for row in (("Note", "Version"), ("Do not change", "2024"), ("Source: office", "v2")):
            notes.append(row)
    out = io.BytesIO()
    book.save(out)
    return File(out.getvalue(), "xlsx", tuple(expected), habit.after in {"total", "both"}, habit.header == "duplicates")


def _parquet(table: TrueTable, habit: Habit) -> File:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays, expected = [], []
    for column in table.columns:
        array, meant = _array(pa, column.what, column.flavour, list(column.cells), habit.types == "compact")
        arrays.append(array)
        expected.append(Expected(column.name, column.what, tuple(meant), flavour=column.flavour))
    names = [column.name for column in table.columns]
    arrow = pa.table(dict(zip(names, arrays, strict=True)))
    out = io.BytesIO()
    if habit.types in {"index", "whole_names"}:
        frame = pd.DataFrame({name: arrow[name].to_pandas() for name in names})
        if habit.types == "index":
            moments = pd.date_range("2024-01-01", periods=table.rows, freq="h")
            frame.index = pd.Index(moments, name="moment of row")
            seconds = tuple(moment.timestamp() for moment in moments)
            expected.append(Expected("moment of row", "time", seconds))
        else:
            frame.columns = pd.Index(range(len(names)))
            expected = [replace(one, name=str(i)) for i, one in enumerate(expected)]
        frame.to_parquet(out)
    else:
        pq.write_table(arrow, out)
    return File(out.getvalue(), "parquet", tuple(expected))


def _array(pa: Any, what: str, flavour: str, cells: list[Any], compact: bool) -> tuple[Any, list[Any]]:
    """An Arrow array of one of the types that fit, and the values it holds."""
    from tests.helpers.tables.dress import kept

    if what == "number":
        floats = [None if value is None else float(value) for value in cells]
        if all(value is None or value == int(value) for value in floats):
            return pa.array(
                [None if v is None else int(v) for v in floats], pa.int32() if compact else pa.int64()
            ), floats
        if compact and flavour in {"price", "negative"}:
            cents = [None if v is None else Decimal(f"{v:.2f}") for v in cells]
            return pa.array(cents, pa.decimal128(12, 2)), floats
        return pa.array(floats, pa.float64()), floats
    if what == "time":
        seconds = [None if m is None else (m - datetime(1970, 1, 1)).total_seconds() for m in cells]
        if compact and all(m is None or m == kept(m, "day") for m in cells):
            return pa.array([None if m is None else m.date() for m in cells], pa.date32()), seconds
        return pa.array(cells, pa.timestamp("us", "UTC" if compact else None)), seconds
    if what == "clock":
        return pa.array([(datetime(2000, 1, 1) + timedelta(seconds=s)).time() for s in cells], pa.time64("us")), cells
    if what == "duration":
        return pa.array([timedelta(seconds=s) for s in cells], pa.duration("us")), cells
    if what == "bool":
        return pa.array(cells, pa.bool_()), [None if value is None else str(value) for value in cells]
    if what == "id" and flavour in {"bigint", "running", "customer"}:
        return pa.array([int(value) for value in cells], pa.int64()), cells
    array = pa.array(cells, pa.string())
    return (array.dictionary_encode() if compact and what == "label" else array), cells
