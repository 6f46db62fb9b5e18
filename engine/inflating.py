"""zlib for bytes of strangers: a few of them may stand for gigabytes, so that the most there may be is said before."""

from __future__ import annotations

import zlib


def inflate(data: bytes, most: int, least: int = 0) -> bytes:
    """What ``data`` was compressed from, ``least`` to ``most`` bytes; raises ``ValueError`` for anything else."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(data, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not least <= len(raw) <= most or not inflater.eof:
        raise ValueError("length")
    return raw
