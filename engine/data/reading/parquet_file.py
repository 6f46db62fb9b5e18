"""Tables in Parquet files: their columns as numbers, times or texts, by the types that the file knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.reading import files
from engine.data.reading.options import ReadOptions
from engine.data.reading.raw import RawTable
from engine.data.table import Caution, shortened
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas and pyarrow are too slow to load for a module that the window imports
    import pandas as pd
    import pyarrow as pa

_MOST_COLUMNS = 100_000  # more take minutes and gigabytes before a row is read
_LARGEST_EXACT = 2**53
_NESTED = "lists or records"


def read_parquet(path: Path, options: ReadOptions, limit: int | None = None) -> RawTable:
    """The rows of a Parquet file, or its first ``limit``; raises :class:`UserFault` where they do not fit into memory.

    What pandas wrote as the index comes back as columns, unless it only counts the rows. Columns that hold nested or
    binary values are left out with a caution.
    """
    # In here because pyarrow is slow to load.
    import pyarrow
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        if file.metadata.num_columns > _MOST_COLUMNS:
            raise UserFault(
                f"{path.name} has {file.metadata.num_columns:,} columns.", f"Keep {_MOST_COLUMNS:,} of them at most."
            )
        rows = file.metadata.num_rows
        if limit is not None and rows > limit:
            batch = next(file.iter_batches(batch_size=limit), None)
            table = pyarrow.Table.from_batches([] if batch is None else [batch], file.schema_arrow)
        else:
            files.check_memory(path, _unpacked_size(file))
            table = file.read()
    names, renamed = _names(table)
    found = {name: as_series(column) for name, column in zip(names, table.columns, strict=True)}
    columns = {name: values for name, values in found.items() if values is not None}
    cautions = [Caution("", renamed)] if renamed else []
    cautions += [
        Caution(name, f"{name!r} is left out: it holds {_nested_words(table, names.index(name))}.")
        for name, values in found.items()
        if values is None
    ]
    return RawTable(_frame(columns, len(table)), ReadOptions(), tuple(cautions), rows, sampled=rows > len(table))


def _frame(columns: dict[str, pd.Series], rows: int) -> pd.DataFrame:
    # In here because pandas is slow to load.
    import pandas as pd

    return pd.DataFrame(columns, index=range(rows), copy=False)


def as_series(column: pa.ChunkedArray) -> pd.Series | None:
    """A column as float64, int64, datetime64, or texts (also for truth values, times of day and exact numbers).

    Durations become seconds. *None* for nested and binary values.
    """
    # In here because pandas and pyarrow are slow to load.
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_series(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return _texts(pc.if_else(column, "True", "False"))
    if pa.types.is_integer(kind):
        known = pc.min_max(column).as_py()
        if max(abs(known["min"] or 0), abs(known["max"] or 0)) > _LARGEST_EXACT:
            return _texts(column.cast(pa.string()))
        return pd.Series(column.cast(pa.float64()).to_numpy())
    if pa.types.is_floating(kind):
        return pd.Series(column.cast(pa.float64()).to_numpy())
    if pa.types.is_decimal(kind):
        exact = kind.scale == 0 and kind.precision > 15
        return _texts(column.cast(pa.string())) if exact else pd.Series(column.cast(pa.float64()).to_numpy())
    if pa.types.is_duration(kind):
        per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        return pd.Series(column.cast(pa.int64()).cast(pa.float64()).to_numpy() / per_second)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _times(column)
    if pa.types.is_time(kind):
        return _texts(column.cast(pa.string()))
    if pa.types.is_null(kind):
        return pd.Series([None] * len(column), dtype="str")
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _texts(column)
    return None


def _times(column: pa.ChunkedArray) -> pd.Series:
    """Dates as datetime64 in UTC, in microseconds, which reach from year 1 to 9999."""
    # In here because pandas and pyarrow are slow to load.
    import pyarrow as pa

    values: pd.Series = column.cast(pa.timestamp("us"), safe=False).to_pandas()
    return values.astype("datetime64[us]")


def _texts(column: Any) -> pd.Series:
    # In here because pandas and pyarrow are slow to load.
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = column.cast(pa.large_string())
    known: pd.Series = pc.if_else(pc.equal(pc.utf8_trim_whitespace(texts), ""), None, texts).to_pandas()
    return known.astype("str")


def _names(table: pa.Table) -> tuple[list[str], str]:
    """Names of all columns, unique and not empty, and a sentence where they are not those of the file."""
    unnamed = {name for name in _index_names(table) if name.startswith("__index_level_")}
    taken: set[str] = set()
    names, changed = [], []
    for position, own in enumerate(table.column_names, start=1):
        stem = "index" if own in unnamed else own.strip() or f"column_{position}"
        name, copy = stem, 2
        while name in taken or (name != own and name in table.column_names):
            name, copy = f"{stem}_{copy}", copy + 1
        if name != stem:
            changed.append(name)
        taken.add(name)
        names.append(name)
    return names, f"Some columns share a name; the later ones are called {', '.join(changed)}." if changed else ""


def _index_names(table: pa.Table) -> list[str]:
    try:
        known = json.loads((table.schema.metadata or {}).get(b"pandas", b"{}"))
        return [name for name in known.get("index_columns", []) if isinstance(name, str)]
    except (ValueError, AttributeError, RecursionError):
        return []


def _nested_words(table: pa.Table, position: int) -> str:
    # In here because pyarrow is slow to load.
    import pyarrow as pa

    kind = table.schema.field(position).type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "binary data"
    return _NESTED if pa.types.is_nested(kind) else f"values of the type {shortened((str(kind),))}"


def _unpacked_size(file: Any) -> int:
    """Bytes that a Parquet file takes once repeated texts are no longer stored once, judged by its first rows."""
    metadata = file.metadata
    stored: int = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    batch = next(file.iter_batches(batch_size=1000), None)
    if batch is None or not len(batch):
        return stored
    # In here because pyarrow is slow to load.
    import pyarrow as pa

    plain = 0
    for column in batch.columns:
        values = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        plain += values.nbytes
    return max(stored, int(plain / len(batch) * metadata.num_rows))
