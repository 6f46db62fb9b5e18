"""Tables of Parquet files, which hold the types of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.reading import arrow_values
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.files import check_columns, check_memory, told_as_faults
from engine.data.reading.names import unique_names
from engine.data.reading.options import ReadOptions
from engine.data.reading.raw import RawTable
from engine.data.table import Caution
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_BATCH = 65_536  # rows at a time: pyarrow's own default
_SAMPLE = 64  # rows by which the size of all is judged before they are read


def read_parquet(
    path: Path,
    options: ReadOptions | None = None,
    limit: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RawTable:
    """The table of a Parquet file, index columns among the others; with ``limit`` its first rows.

    Raises :class:`UserFault` for what cannot be read, and before reading what would not fit into memory, and
    :class:`Cancelled`.
    """
    options = options or ReadOptions()
    said: list[Caution] = []
    with _open(path) as file:
        metadata, schema = file.metadata, file.schema_arrow
        check_columns(path, len(schema))
        if len(schema) == 0:
            raise UserFault(f"{path.name} has no columns.", "Choose a table with columns and rows.")
        rows = metadata.num_rows if limit is None else min(limit, metadata.num_rows)
        index, ranges = arrow_values.find_index(schema)
        order, names, changed = _ordered_names(schema, index)
        said += [Caution("", sentence) for sentence in changed]
        kept = []
        for place, name in zip(order, names, strict=True):
            what = arrow_values.nested_kind(schema.field(place).type)
            if what:
                said.append(Caution(name, f"{name!r} holds {what} and no single values; it is left out."))
            else:
                kept.append((place, name))
        table = _batches(path, file, [place for place, _ in kept], rows, cancelled)
        frame = _frame(table, [name for _, name in kept], said, ranges, rows, names)
    return RawTable(frame, options, tuple(said), metadata.num_rows, len(frame) < metadata.num_rows)


def find_columns(path: Path) -> dict[str, str]:
    """The heading that each column has for :func:`engine.data.reading.known_columns.headings`, by its name."""
    # In here because it loads pandas.
    from engine.data.reading.known_columns import headings

    with _open(path) as file:
        schema = file.schema_arrow
        index, ranges = arrow_values.find_index(schema)
        above = headings([arrow_values.names_of_fields(schema, range(len(schema)), index)])
        order, names = _ordered_names(schema, index)[:2]
    counting = {str(part["name"]): str(part["name"]) for part in ranges}
    return {**counting, **{name: above[place] for place, name in zip(order, names, strict=True)}}


def _ordered_names(schema: Any, index: Sequence[int]) -> tuple[list[int], tuple[str, ...], list[str]]:
    """The places of all columns, those of the index first, their unique names, and sentences on what had to change."""
    order = [*index, *(place for place in range(len(schema)) if place not in index)]
    return order, *unique_names(arrow_values.names_of_fields(schema, order, index))


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """The file, or why there is none; texts that repeat held once, old dates in microseconds, which reach to year 1."""
    # In here because pyarrow is slow to load.
    from pyarrow import ArrowException, types
    from pyarrow.parquet import ParquetFile

    with told_as_faults(path, ArrowException, TypeError):
        with path.open("rb") as start:
            if start.read(4) == b"PARE":
                raise ValueError("encrypted")
        with ParquetFile(path) as file:
            schema = file.schema_arrow
            texts = [field.name for field in schema if types.is_string(field.type) or types.is_large_string(field.type)]
        with ParquetFile(path, read_dictionary=texts, coerce_int96_timestamp_unit="us") as file:
            yield file


def _batches(path: Path, file: Any, places: Sequence[int], rows: int, cancelled: Callable[[], bool]) -> Any:
    """The first rows of the columns at ``places``, read piece by piece as long as all fits into memory."""
    # In here because pyarrow is slow to load.
    import pyarrow as pa

    schema = file.schema_arrow
    wanted = [schema.field(place).name for place in places]
    columns = list(dict.fromkeys(wanted))  # of equal names only all can be read
    _check_size(path, file, columns, rows)
    found: list[list[Any]] = []
    names: list[str] = []
    count, size = 0, 0
    for batch in file.iter_batches(batch_size=min(_BATCH, max(rows, 1)), columns=columns):
        if cancelled():
            raise Cancelled(path.name)
        if count >= rows:
            break
        batch = batch.slice(0, rows - count)
        count += batch.num_rows
        size += _size(batch)
        check_memory(path, max(size, size / count * rows))
        found.append([arrow_values.plain(column) for column in batch.columns])
        names = batch.schema.names
    fields = [schema.field(place) for place in places]
    if not found:
        return pa.table([pa.array([], field.type) for field in fields], names=list(map(str, range(len(fields)))))
    at = _positions(schema.names, names)
    arrays = [pa.chunked_array([piece[at[place]] for piece in found]) for place in places]
    return pa.table(arrays, names=list(map(str, range(len(arrays)))))


def _positions(all_names: Sequence[str], names: Sequence[str]) -> dict[int, int]:
    """Where each column of a file is among those that were read of it, equal names in their order."""
    left: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        left.setdefault(name, []).append(at)
    return {place: left[name].pop(0) for place, name in enumerate(all_names) if name in left}


def _check_size(path: Path, file: Any, columns: Sequence[str] | None, rows: int) -> None:
    """Refuse what by its own word, or by its first rows, is larger than memory."""
    metadata = file.metadata
    stored = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    share = rows / max(1, metadata.num_rows)
    check_memory(path, stored * share)
    batch = next(file.iter_batches(batch_size=min(_SAMPLE, max(rows, 1)), columns=columns), None)
    if batch is not None and batch.num_rows:
        check_memory(path, _size(batch) / batch.num_rows * rows)


def _size(batch: Any) -> int:
    """Bytes of a batch once texts that repeat are held each time."""
    # In here because pyarrow is slow to load.
    from pyarrow import compute, types

    size = 0
    for column in batch.columns:
        if types.is_dictionary(column.type) and types.is_string(column.type.value_type):
            lengths = compute.binary_length(column.dictionary)
            size += compute.sum(compute.take(lengths, column.indices)).as_py() or 0
            size += 8 * len(column)
        else:
            size += column.nbytes
    return int(size)


def _frame(
    table: Any,
    names: Sequence[str],
    said: list[Caution],
    ranges: Sequence[dict[str, object]],
    rows: int,
    taken: Sequence[str],
) -> pd.DataFrame:
    # In here because pandas is slow to load.
    import numpy as np
    import pandas as pd

    found = {}
    for part in ranges:
        start, step, name = part.get("start", 0), part.get("step", 1), str(part["name"])
        if name not in taken and isinstance(start, int) and isinstance(step, int):
            found[name] = pd.Series(start + step * np.arange(rows))
    for place, name in enumerate(names):
        column = arrow_values.column_of_arrow(table.column(place))
        if column is None:
            said.append(Caution(name, f"{name!r} holds bytes and no single values; it is left out."))
        else:
            found[name] = column
    return pd.DataFrame(found, copy=False)
