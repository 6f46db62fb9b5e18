"""The curves of many trials from the file's rows, within bounds on memory that a hostile file cannot pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from engine.store import curve_blobs, faults
from engine.store.curve_blobs import CurveChunk
from engine.store.schema import DEEPEST, PARTS
from engine.trials import Curve

_ALL_BYTES = 2 << 30  # of all curves that one call may bring into memory
_ROWS = "SELECT id, length, names, crc32, data FROM curve WHERE id >= ? AND id < ? ORDER BY id"


def curves_of(
    connection: sqlite3.Connection, path: Path, numbers: Sequence[int] | None
) -> tuple[dict[int, Curve], dict[int, str]]:
    """The curves of ``numbers`` (or all), and what is wrong with those that are left out."""
    curves: dict[int, Curve] = {}
    damaged: dict[int, str] = {}
    room = _ALL_BYTES
    for number, parts in groupby(_rows(connection, path, numbers), key=lambda row: int(row[0]) // PARTS):
        rows = [CurveChunk(*row[1:]) for row in parts]
        try:
            pieces = []
            for part in rows:
                pieces.append(curve_blobs.unpack(part))
                room -= curve_blobs.size_of(pieces[-1])
                if room < 0:
                    raise faults.damaged(path, "the curves, which are larger than any study's,")
            curves[number] = curve_blobs.joined(pieces)
        except ValueError as error:
            damaged[number] = f"The curve of trial {number} is damaged ({error})."
    return curves, damaged


def _rows(connection: sqlite3.Connection, path: Path, numbers: Sequence[int] | None) -> Iterator[tuple[Any, ...]]:
    before = -1
    for first, end in [(0, DEEPEST)] if numbers is None else _key_ranges(numbers):
        for row in connection.execute(_ROWS, (first * PARTS, end * PARTS)):
            if row[0] <= before:  # pages that lead in circles
                raise faults.damaged(path, "a curve")
            before = row[0]
            yield row


def _key_ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours among ascending numbers taken together: from the first, up to before the second."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        yield members[0], members[-1] + 1
