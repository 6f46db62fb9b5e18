"""A fingerprint of a table's content, so that a study notices when its file changed."""

from __future__ import annotations

import hashlib

import numpy as np

from engine.data.table import Table


def fingerprint(table: Table) -> str:
    """32 hexadecimal digits for names, order and values of rows and columns, not for how the file writes them.

    The same on every platform and for every version of pandas.
    """
    # In here because pandas is slow to load.
    import pandas as pd

    digest = hashlib.blake2b(digest_size=16)
    for column in table.info.columns:
        digest.update(f"{column.name}\x1e{len(table.frame)}\x1e".encode())
        values = table.frame[column.name]
        if column.kind in {"number", "time"}:
            numbers = values.to_numpy(dtype="<f8")
            digest.update(np.where(np.isnan(numbers), np.nan, numbers + 0.0).astype("<f8").tobytes())
        else:
            codes, levels = pd.factorize(values)
            digest.update(codes.astype("<i8").tobytes())
            digest.update("\x1f".join(map(str, levels)).encode("utf-8", errors="surrogatepass"))
    return digest.hexdigest()
