"""A fingerprint of a table's content, so that a study notices when its file changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd


def fingerprint(frame: pd.DataFrame) -> str:
    """32 hexadecimal digits for names, order and values of rows and columns, not for how the file writes them.

    The same on every platform and for every version of pandas. ``frame`` is as :func:`engine.data.columns.plain`
    leaves it, before kinds are chosen.
    """
    # In here because pandas is slow to load.
    import pandas as pd

    digest = hashlib.blake2b(digest_size=16)
    for name in frame.columns:
        digest.update(f"{name}\x1e{len(frame)}\x1e".encode("utf-8", errors="surrogatepass"))
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values.dtype):
            numbers = values.to_numpy(dtype="<f8", na_value=np.nan)
            # One zero and one NaN, whatever their bits.
            digest.update(np.where(np.isnan(numbers), np.nan, numbers + 0.0).astype("<f8").tobytes())
        else:
            codes, levels = pd.factorize(values)
            digest.update(codes.astype("<i8").tobytes())
            digest.update("\x1f".join(map(str, levels)).encode("utf-8", errors="surrogatepass"))
    return digest.hexdigest()
