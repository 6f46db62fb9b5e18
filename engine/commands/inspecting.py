"""``twinloop inspect``: what was read of a table, how, and what is doubted."""

from __future__ import annotations

import argparse
from typing import Any

from engine.data.reading import inspect
from engine.data.reading.dates import iso_text
from engine.data.reading.options import parse
from engine.data.table import Column, TableInfo, sentences
from engine.data.target import suggest
from engine.errors import UserFault
from engine.printing import print_json, print_line


def inspect_table(arguments: argparse.Namespace) -> int:
    """Print the columns of a table and every caution; the exit status."""
    source = arguments.table
    info = inspect(source, parse(arguments.read), target=arguments.target or "").info
    if arguments.target:
        info.column(arguments.target)  # refuses an unknown name with a sentence
    if arguments.json:
        print_json({**as_builtins(info), "likely_target": likely_target(info)})
    else:
        _print_table(info, arguments.target or "")
    return 0


def likely_target(info: TableInfo) -> str:
    """The column that the window would propose to predict; empty where none can be."""
    try:
        return suggest(info)[0]
    except UserFault:
        return ""


def as_builtins(info: TableInfo) -> dict[str, object]:
    """The table by the names of the command line's JSON."""
    return {
        "rows": info.rows,
        "columns": [_column_entry(column) for column in info.columns],
        "cautions": [caution.sentence for caution in info.cautions],
        "read": info.read,
    }


def _column_entry(column: Column) -> dict[str, object]:
    low: Any = column.low
    high: Any = column.high
    if column.kind == "time" and column.low is not None and column.high is not None:
        low, high = (iso_text(bound, column.time_formats or ("ISO8601",)) for bound in (column.low, column.high))
    return {
        "name": column.name,
        "kind": column.kind,
        "missing": column.missing,
        "distinct": column.distinct,
        "min": low,
        "max": high,
        "examples": column.examples,
        "left_out": column.left_out or None,
    }


def _print_table(info: TableInfo, target: str) -> None:
    rows = "row" if info.rows == 1 else "rows"
    print_line(f"{info.source}: {info.rows:,} {rows}, {len(info.columns)} columns")
    width = min(40, max(len(column.name) for column in info.columns))
    for column in info.columns:
        known = _column_entry(column)
        span = "" if known["min"] is None else f", {_shown(known['min'])} to {_shown(known['max'])}"
        gaps = f", {column.missing:,} missing" if column.missing else ""
        out = f"; left out: {column.left_out}" if column.left_out and column.name != target else ""
        print_line(f"  {column.name:<{width}}  {column.kind}, {column.distinct:,} different{span}{gaps}{out}")
    if not target and (likely := likely_target(info)):
        print_line(f"  likely to be predicted: {likely}")
    for name, value in info.read.items():
        print_line(f"  read with {name}={_option_text(value)}")
    for sentence in sentences(info, target):
        print_line(f"- {sentence}")


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _option_text(value: object) -> str:
    words = {True: "yes", False: "no", "\t": "tab", "": "none", " ": "space"}
    if isinstance(value, list):
        return ",".join(value)
    return words.get(value, str(value)) if isinstance(value, bool | str) else str(value)
