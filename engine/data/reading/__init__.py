"""Reading a table: a quick look for the window, and the whole of it for setup and training.

Cells are read as texts, each column is judged from all its rows, and its texts become values by a rule that exported
scripts follow as well (``number_parsing``, ``date_parsing``, ``label_parsing``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from engine.data import samples
from engine.data.reading import files, judging
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.dates import iso_text
from engine.data.reading.first_lines import FirstLines, first_lines
from engine.data.reading.kept import Kept, Look, Looks
from engine.data.reading.lengths import check_lengths, shown
from engine.data.reading.options import ReadOptions
from engine.data.reading.raw import RawTable
from engine.data.table import Caution, Column, Inspection, Kind, Table, TableInfo, shortened
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

CSV = (".csv", ".tsv", ".tab", ".txt")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xlsm")
SUFFIXES = CSV + PARQUET + EXCEL
"""The file endings that can be read."""

_PREVIEW = 200  # rows that a person is shown: a guess
_QUICK_ROWS = 20_000  # a guess at what is judged in a tenth of a second


def inspect(
    source: str | Path,
    read: ReadOptions | None = None,
    kinds: Mapping[str, Kind] | None = None,
    target: str = "",
    cancelled: Callable[[], bool] = lambda: False,
    *,
    quick: bool = False,
    found: Mapping[str, Kind] = MappingProxyType({}),
) -> Inspection:
    """Describe a file or sample from all its rows; with ``quick`` from those of its first part alone, in a moment.

    ``read`` says how the table is written, ``kinds`` are those of columns that a person chose, ``target`` is the column
    to predict where it is known. ``found`` are the kinds that were found when the table was looked at first: they stay,
    whatever other rules, or fewer rows, would say. Raises :class:`UserFault` for what cannot be read, and
    :class:`Cancelled` soon after ``cancelled()`` turns true.
    """
    options = read or ReadOptions()
    look = ((_stamp_of(source, options), dict(found)), dict(kinds or {}), target)
    known = _LOOKS.get(look)
    if known is not None:
        return known
    raw = _read(source, options, cancelled, quick=quick)
    if quick and len(raw.frame) > _QUICK_ROWS:
        raw = replace(raw, frame=raw.frame.head(_QUICK_ROWS), rows=raw.rows or len(raw.frame), sampled=True)
    judged = _judge(raw, look, options, found, cancelled)
    info = _described(str(source), raw, judged, target)
    whole = Inspection(info, _preview(raw.frame if raw.first is None else raw.first), _preview(judged.frame, info))
    if not raw.sampled:
        _LOOKS.keep(look, whole)
    return whole


def _judge(
    raw: RawTable, look: Look, options: ReadOptions, found: Mapping[str, Kind], cancelled: Callable[[], bool]
) -> judging.Judged:
    """The judged table, found once while it is kept, whether it is to be described or loaded."""
    _, kinds, target = look
    judged = None if raw.sampled else _KEPT.judged(look)
    if judged is None:
        judged = judging.judge(raw, options, kinds, target, cancelled)
        other = {
            column.name: found[column.name]
            for column in judged.columns
            if found.get(column.name, column.kind) != column.kind and column.name not in {target, *kinds}
        }
        if other:
            judged = judging.judge(raw, options, {**kinds, **other}, target, cancelled)
        _KEPT.keep_judged(raw, look, judged)
    return judged


def load(
    source: str | Path,
    read: ReadOptions | None = None,
    kinds: Mapping[str, Kind] | None = None,
    target: str = "",
    *,
    found: Mapping[str, Kind] = MappingProxyType({}),
) -> Table:
    """The whole table of a file or sample, as :func:`inspect` describes it.

    Raises :class:`UserFault` where that is impossible.
    """
    options = read or ReadOptions()
    look = ((_stamp_of(source, options), dict(found)), dict(kinds or {}), target)
    raw = _read(source, options, lambda: False)
    judged = _judge(raw, look, options, found, lambda: False)
    info = _described(str(source), raw, judged, target)
    return Table(info, judged.frame, info.fingerprint)


_KEPT = Kept()
_LOOKS = Looks()


def _stamp_of(source: str | Path, options: ReadOptions) -> tuple[object, ...]:
    """What tells one state of a table, read in one way, from another."""
    return str(source), options.to_builtins(), _stamp(_path(source))


def _read(source: str | Path, options: ReadOptions, cancelled: Callable[[], bool], *, quick: bool = False) -> RawTable:
    path, stamp = _path(source), _stamp_of(source, options)
    kept = _KEPT.get(stamp)
    if kept is not None:
        return kept
    raw = _read_sample(str(source)) if path is None else _read_file(path, options, cancelled, quick=quick)
    _require_table(raw, str(source) if path is None else path.name)
    if path is not None:
        files.check_columns(path, len(raw.frame.columns))
        check_lengths(path, raw.frame)
    if not raw.sampled:
        _KEPT.keep(stamp, raw)
    return raw


def _require_table(raw: RawTable, name: str) -> None:
    """Raises :class:`UserFault` for a table that nothing can be learned from, of a workbook with its other sheets."""
    if len(raw.frame.columns) < 2:
        raise UserFault(
            f"{name} has {'one column only' if len(raw.frame.columns) else 'no columns'}.",
            "Choose a table with a column to predict and at least one to predict it from.",
        )
    if raw.frame.empty:
        raise UserFault(f"{name} has column names but no rows.", "Choose a table with rows.")


def look_at_start(source: str | Path, read: ReadOptions) -> FirstLines:
    """What stands at the start of a file that cannot be read as a table; nothing where that cannot be told either."""
    path = Path(source)
    if samples.is_sample(str(source)) or path.suffix.lower() in PARQUET:
        return FirstLines()
    return first_lines(path, read, is_workbook=path.suffix.lower() in EXCEL)


def _stamp(path: Path | None) -> tuple[int, ...]:
    """What tells one state of a file from another without reading it."""
    if path is None:
        return ()
    status = path.stat()
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _read_sample(source: str) -> RawTable:
    frame = samples.frame(source)
    return RawTable(frame, ReadOptions(), (), len(frame))


def _read_file(path: Path, options: ReadOptions, cancelled: Callable[[], bool], *, quick: bool) -> RawTable:
    # Readers are imported here because pyarrow and the library of sheets are slow to load.
    suffix = path.suffix.lower()
    with files.told_as_faults(path):
        if suffix in PARQUET:
            from engine.data.reading.parquet_file import read_parquet

            return read_parquet(path, options, _PREVIEW if quick else None, cancelled)
        if suffix in EXCEL:
            from engine.data.reading.excel_file import read_excel

            return read_excel(path, options, _QUICK_ROWS if quick else None, cancelled)
        from engine.data.reading.text_file import read_text

        return read_text(path, options, cancelled, quick=quick)


def _path(source: str | Path) -> Path | None:
    """The file of a source, *None* for a sample."""
    if samples.is_sample(str(source)):
        return None
    path = Path(source)
    files.check_readable(path)
    if path.suffix.lower() not in SUFFIXES:
        raise UserFault(
            f"Twinloop does not read tables that end in {path.suffix or 'nothing'!r}.",
            f"Save the table with one of these endings: {', '.join(SUFFIXES)}.",
        )
    return path


def _described(source: str, raw: RawTable, judged: judging.Judged, target: str) -> TableInfo:
    cautions = list(judged.cautions)
    for column in judged.columns:
        if column.name == target and column.missing:
            rows = "row has" if column.missing == 1 else "rows have"
            are = "is" if column.missing == 1 else "are"
            cautions.append(Caution(target, f"{column.missing:,} {rows} no {target} and {are} left out."))
    columns = tuple(_as_shown(column, is_target=column.name == target) for column in judged.columns)
    return TableInfo(
        source=source,
        rows=raw.rows if raw.sampled else len(raw.frame),
        columns=columns,
        sampled=raw.sampled,
        rows_estimated=raw.sampled,
        cautions=tuple(cautions),
        read=judged.read.to_builtins(),
        fingerprint="" if raw.sampled else _KEPT.fingerprint(raw, judged),
        sheets=raw.sheets,
    )


def _as_shown(column: Column, *, is_target: bool) -> Column:
    """A column's description with as much of its cells as is shown."""
    return msgspec.structs.replace(
        column,
        left_out="" if is_target else column.left_out,
        examples=tuple(map(shown, column.examples)),
        bars=tuple((shown(name), count) for name, count in column.bars),
    )


def _preview(frame: pd.DataFrame, info: TableInfo | None = None) -> tuple[tuple[str, ...], ...]:
    """The first rows as texts; with ``info``, which describes the columns, times are written as such."""
    # In here because it loads pandas.
    from engine.data.reading.kinds import cell_text

    formats = {column.name: column.time_formats for column in info.columns if column.kind == "time"} if info else {}
    texts = []
    first = frame.head(_PREVIEW)
    gaps = first.isna().to_numpy()
    for place, (name, cells) in enumerate(first.items()):
        write: Callable[[Any], str] = cell_text
        if name in formats:
            write = partial(iso_text, formats=formats[str(name)])
        gone = gaps[:, place].tolist()
        texts.append(["" if gap else shown(write(value)) for value, gap in zip(cells.tolist(), gone, strict=True)])
    return tuple(zip(*texts, strict=True))


__all__ = [
    "CSV",
    "EXCEL",
    "PARQUET",
    "SUFFIXES",
    "Cancelled",
    "FirstLines",
    "Inspection",
    "ReadOptions",
    "inspect",
    "load",
    "look_at_start",
    "shortened",
]
