"""A fingerprint of a table's content, so that a study notices when its file changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_TRUTH = frozenset({"True", "TRUE", "true", "False", "FALSE", "false"})


def fingerprint(frame: pd.DataFrame, numbers: Mapping[str, pd.Series]) -> str:
    """32 hexadecimal digits for names, order and values of rows and columns, not for how the file writes numbers.

    The same on every platform and for every version of pandas. ``frame`` holds the cells of the file, ``numbers`` those
    of its columns that hold numbers, as float64, whatever kind was chosen for them.
    """
    # In here because pandas is slow to load.
    import pandas as pd

    digest = hashlib.blake2b(digest_size=16)
    for name in frame.columns:
        digest.update(f"{name}\x1e{len(frame)}\x1e".encode("utf-8", errors="surrogatepass"))
        values = numbers.get(name, frame[name])
        if pd.api.types.is_numeric_dtype(values.dtype):
            found = values.to_numpy(dtype="<f8", na_value=np.nan)
            # One zero and one NaN, whatever their bits.
            digest.update(np.where(np.isnan(found), np.nan, found + 0.0).astype("<f8").tobytes())
            continue
        codes, levels = pd.factorize(values)
        if len(levels) <= 2 and not (codes < 0).any() and set(map(str, levels)) <= _TRUTH:
            truth = np.array([str(level).lower() == "true" for level in levels], dtype="<f8")
            digest.update(truth[codes].tobytes())
        else:
            digest.update(codes.astype("<i8").tobytes())
            digest.update(_joined(levels))
    return digest.hexdigest()


def _joined(levels: Any) -> bytes:
    """The different cells of a column as one text, in their order."""
    if not len(levels) or str(levels.dtype) != "str":
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
