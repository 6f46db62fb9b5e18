"""A fingerprint of a table's content, so that a study notices when its file changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_THREADS = 2  # digesting is bound by memory, so more would wait: a guess
_BYTES_AT_ONCE = 1 << 28  # of columns that wait to be digested
_TRUTH = frozenset({"True", "TRUE", "true", "False", "FALSE", "false"})


@dataclass(frozen=True)
class Equal:
    """Which cells of a column of texts are equal, where that is known already: it takes long to find out.

    ``codes`` (rows,) are positions in ``levels``, the different cells in their order, -1 where a cell is empty.
    """

    codes: np.ndarray
    levels: Any


def fingerprint(
    frame: pd.DataFrame, numbers: Mapping[str, pd.Series], equal: Mapping[str, Equal] = MappingProxyType({})
) -> str:
    """32 hexadecimal digits for names, order and values of rows and columns, not for how the file writes numbers.

    The same on every platform and for every version of pandas. ``frame`` holds the cells of the file, ``numbers`` those
    of its columns that hold numbers, as float64, whatever kind was chosen for them.
    """
    digest = hashlib.blake2b(digest_size=16)

    def content(name: str) -> list[bytes | memoryview]:
        head = f"{name}\x1e{len(frame)}\x1e".encode("utf-8", errors="surrogatepass")
        return [head, *_content(numbers[name] if name in numbers else frame[name], equal.get(name))]

    # Several threads find what stands for the columns, labels first, which take longest, while others are digested.
    at_once = max(_THREADS, _BYTES_AT_ONCE // (8 * max(1, len(frame))))
    with ThreadPoolExecutor(_THREADS) as pool:
        for first in range(0, len(frame.columns), at_once):
            names = list(frame.columns[first : first + at_once])
            labels_first = sorted(names, key=lambda name: name in numbers)
            found = {name: pool.submit(content, name) for name in labels_first}
            for name in names:
                for part in found.pop(name).result():
                    digest.update(part)
    return digest.hexdigest()


def _content(values: pd.Series, equal: Equal | None = None) -> list[bytes | memoryview]:
    """What stands for the cells of a column."""
    # In here because pandas is slow to load.
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype):
        found = values.to_numpy(dtype="<f8", na_value=np.nan) + 0.0  # one zero
        gaps = np.isnan(found)
        if gaps.any():
            found[gaps] = np.nan  # one NaN, whatever its bits
        return [np.ascontiguousarray(found).data]
    codes, levels = pd.factorize(values) if equal is None else (equal.codes, equal.levels)
    if len(levels) <= 2 and not (codes < 0).any() and set(map(str, levels)) <= _TRUTH:
        truth = np.array([str(level).lower() == "true" for level in levels], dtype="<f8")
        return [truth[codes].data]
    return [codes.astype("<i8", copy=False).data, _joined(levels)]


def _joined(levels: Any) -> bytes:
    """The different cells of a column as one text, in their order."""
    if not len(levels) or isinstance(levels, tuple) or str(levels.dtype) != "str":
        return "\x1f".join(map(str, levels)).encode("utf-8", errors="surrogatepass")
    # In here because pyarrow is slow to load.
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = levels.array.__arrow_array__()
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    empty, sign = (pa.scalar(text, pa.large_string()) for text in ("", "\x1f"))
    ends = pc.binary_join_element_wise(texts.cast(pa.large_string()), empty, sign)  # each with the sign behind it
    _, offsets, data = ends.buffers()
    found: bytes = data.to_pybytes()[: np.frombuffer(offsets, dtype="<i8")[len(ends)] - 1]
    return found
