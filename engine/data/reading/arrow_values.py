"""Columns of Arrow as columns of a frame: numbers, truth values and dates keep their type, all else becomes text.

Stand-alone but for ``sheet_values``: exported scripts hold the source of these functions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.data.reading.sheet_values import LARGEST_WHOLE

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_EXACT_DIGITS = 15  # that a float64 holds of any decimal number
_NAMELESS = "__index_level_"


def find_index(schema: Any) -> tuple[list[int], list[dict[str, Any]]]:
    """The places of columns that were an index of pandas, and named indexes that only count."""
    try:
        held = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
        parts = held.get("index_columns", [])
        names = [part for part in parts if isinstance(part, str)]
        ranges = [part for part in parts if isinstance(part, dict) and part.get("kind") == "range" and part.get("name")]
    except (ValueError, AttributeError, TypeError):
        return [], []
    return [schema.get_field_index(name) for name in names if schema.get_field_index(name) >= 0], ranges


def names_of_fields(schema: Any, order: Sequence[int], index: Sequence[int]) -> list[str]:
    """The names of the columns at ``order``; those of an ``index`` may have none of their own."""
    names = [schema.field(place).name.strip() for place in order]
    return [
        "row_names" if place in index and name.startswith(_NAMELESS) else name
        for place, name in zip(order, names, strict=True)
    ]


def nested_kind(kind: Any) -> str:
    """What a person calls values that are no single ones; empty for types that can be read."""
    # In here because pyarrow is slow to load.
    from pyarrow import types

    if types.is_dictionary(kind):
        return nested_kind(kind.value_type)
    if types.is_map(kind):
        return "maps"
    if types.is_struct(kind):
        return "groups of fields"
    if types.is_nested(kind):
        return "lists"
    if types.is_interval(kind):
        return "intervals"
    return "bytes" if types.is_fixed_size_binary(kind) else ""


def column_of_arrow(values: Any) -> pd.Series | None:
    """A column of a frame from a chunked Arrow array of :func:`plain` values; *None* for bytes that are no text."""
    # In here because pyarrow and pandas are slow to load.
    import pandas as pd
    import pyarrow as pa
    from pyarrow import compute, types

    kind = values.type
    if types.is_null(kind):
        return pd.Series([None] * len(values), dtype="str")
    if types.is_boolean(kind):
        if values.null_count == 0:
            return pd.Series(values.to_numpy(), dtype=bool)
        return _texts(compute.if_else(values, "True", "False"))
    if types.is_integer(kind):
        return _whole_numbers(values)
    if types.is_floating(kind):
        return pd.Series(values.cast(pa.float64()).to_numpy())
    if types.is_decimal(kind):
        if kind.scale <= 0 and kind.precision - kind.scale > _EXACT_DIGITS and _digits(values) > _EXACT_DIGITS:
            return _texts(values.cast(pa.string()))
        return pd.Series(values.cast(pa.float64()).to_numpy())
    if types.is_temporal(kind):
        return _times(values)
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return _bytes(values)
    return _texts(values)


def plain(values: Any) -> Any:
    """An Arrow array of plain values from one of repeated values stored once, or of types of libraries."""
    # In here because pyarrow is slow to load.
    import pyarrow as pa
    from pyarrow import compute, types

    if isinstance(values.type, pa.BaseExtensionType):
        values = values.storage
    if types.is_run_end_encoded(values.type):
        values = compute.run_end_decode(values)
    return values.dictionary_decode() if types.is_dictionary(values.type) else values


def _texts(values: Any) -> pd.Series:
    # In here because pyarrow and pandas are slow to load.
    import pandas as pd
    import pyarrow as pa

    return pd.Series(pd.array(values.cast(pa.large_string()), dtype="str"))


def _bytes(values: Any) -> pd.Series | None:
    """Texts that old writers held as bytes."""
    # In here because pyarrow is slow to load.
    import pyarrow as pa
    from pyarrow import compute

    try:
        texts = values.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return None
    if compute.any(compute.match_substring_regex(texts, r"[\x00-\x08\x0e-\x1f]")).as_py():
        return None
    return _texts(texts)


def _whole_numbers(values: Any) -> pd.Series:
    """int64; float64 with gaps; texts where float64, in which all numbers are judged, would not be exact."""
    # In here because pyarrow and pandas are slow to load.
    import pandas as pd
    import pyarrow as pa
    from pyarrow import compute

    span = compute.min_max(values)
    low, high = span["min"].as_py() or 0, span["max"].as_py() or 0
    if max(high, -low) > LARGEST_WHOLE:
        return _texts(values.cast(pa.string()))
    if values.null_count:
        return pd.Series(values.cast(pa.float64()).to_numpy())
    return pd.Series(values.cast(pa.int64()).to_numpy())


def _digits(values: Any) -> int:
    # In here because pyarrow is slow to load.
    import pyarrow as pa
    from pyarrow import compute

    return int(compute.max(compute.utf8_length(values.cast(pa.string()))).as_py() or 0)


def _times(values: Any) -> pd.Series:
    """Dates and moments (in UTC) as such, times of day as texts, durations in seconds."""
    # In here because pyarrow and pandas are slow to load.
    import pandas as pd
    import pyarrow as pa
    from pyarrow import compute, types

    kind = values.type
    if types.is_duration(kind):
        parts = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        counts = values.cast(pa.int64()).cast(pa.float64(), safe=False)
        return pd.Series(compute.divide(counts, parts).to_numpy())
    if types.is_time(kind):
        texts = values.cast(pa.string())
        return _texts(compute.replace_substring_regex(texts, r"\.0+$", ""))
    if types.is_date(kind):
        values = values.cast(pa.timestamp("s") if types.is_date32(kind) else pa.timestamp("ms"))
    return pd.Series(values.to_numpy())  # moments of a time zone come out in UTC
