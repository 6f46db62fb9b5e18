"""Reading a table: a quick look for the window, and the whole of it for training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.data import columns, samples, table_files
from engine.data.fingerprint import fingerprint
from engine.data.table import Kind, Table, TableInfo, shortened
from engine.data.table_files import SUFFIXES, Cancelled
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_PREVIEW = 200
_NOTHING: tuple[str, ...] = ()


class Inspection(msgspec.Struct, frozen=True):
    """What a quick look found: the description, and the first rows as texts (empty where missing)."""

    info: TableInfo
    preview: tuple[tuple[str, ...], ...]


def inspect(
    source: str | Path,
    limit: int = 100_000,
    overrides: Mapping[str, Kind] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Inspection:
    """Describe a file or sample from its first ``limit`` rows, in about a second for millions of rows.

    ``overrides`` are the kinds of columns that a person chose. Raises :class:`UserFault` for what cannot be read, and
    :class:`Cancelled` soon after ``cancelled()`` turns true.
    """
    path = _path(source)
    if path is None:
        frame, estimated, problems = samples.frame(str(source)), False, _NOTHING
        rows = len(frame)
    else:
        frame, rows, estimated, problems = table_files.head(path, limit, cancelled)
    frame = columns.plain(frame)
    info = _describe(str(source), frame, overrides or {}, problems, cancelled)
    sampled = rows > len(frame)
    info = msgspec.structs.replace(info, rows=max(rows, len(frame)), sampled=sampled, rows_estimated=estimated)
    first = frame.head(_PREVIEW)
    texts = [["" if gone else columns.label(value) for value, gone in zip(first[name], first[name].isna(), strict=True)]
             for name in first.columns]  # fmt: skip
    return Inspection(info, tuple(zip(*texts, strict=True)))


def load(source: str | Path, overrides: Mapping[str, Kind] | None = None) -> Table:
    """The whole table of a file or sample; raises :class:`UserFault` where that is impossible."""
    path = _path(source)
    frame, problems = (samples.frame(str(source)), _NOTHING) if path is None else table_files.whole(path)
    frame = columns.plain(frame)
    info = _describe(str(source), frame, overrides or {}, problems)
    content = fingerprint(frame)
    for column in info.columns:
        if column.kind in {"number", "time"}:
            frame[column.name] = columns.typed(frame[column.name], column.kind, column.time_format)
    return Table(info, frame, content)


def _path(source: str | Path) -> Path | None:
    """The file of a source, *None* for a sample."""
    if samples.is_sample(str(source)):
        return None
    path = Path(source)
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name that no file can have, or a folder that may not be looked into
        exists = False
    if not exists:
        raise UserFault(f"{path} does not exist.", "Choose the file again; it may have been moved or renamed.")
    if path.is_dir():
        raise UserFault(f"{path.name} is a folder.", f"Choose a file ending in {', '.join(SUFFIXES)}.")
    if path.suffix.lower() not in SUFFIXES:
        raise UserFault(
            f"Twinloop does not read tables that end in {path.suffix or 'nothing'!r}.",
            f"Save the table with one of these endings: {', '.join(SUFFIXES)}.",
        )
    return path


def _describe(
    source: str,
    frame: pd.DataFrame,
    overrides: Mapping[str, Kind],
    problems: tuple[str, ...],
    cancelled: Callable[[], bool] = lambda: False,
) -> TableInfo:
    name = source if samples.is_sample(source) else Path(source).name
    if len(frame.columns) < 2:
        raise UserFault(
            f"{name} has {'one column only' if len(frame.columns) else 'no columns'}.",
            "Choose a table with a column to predict and at least one to predict it from.",
        )
    if frame.empty:
        raise UserFault(f"{name} has column names but no rows.", "Choose a file with rows.")
    described, said = [], list(problems)
    for column in frame.columns:
        if cancelled():
            raise Cancelled(source)
        one, odd = columns.describe(frame[column], overrides.get(str(column)))
        described.append(one)
        said += odd
    texts = tuple(column.name for column in described if column.kind == "text" and column.name not in overrides)
    if texts:
        said.append(f"Free text is not learned from and left out: {shortened(texts)}.")
    return TableInfo(source=source, rows=len(frame), columns=tuple(described), problems=tuple(said))
