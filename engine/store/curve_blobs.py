"""Learning curves as small checksummed blobs, without the loss of a single bit.

A blob is zlib over, in turn: the steps (int32), the folds (int16) and each record (float64). Each column is written
as differences between neighbours (of the floats' bit patterns, read as integers), zigzag-coded so that small ones of
either sign have leading zeros, and transposed to all first bytes, all second bytes ...: neighbours in a curve share
sign, exponent and leading digits, so that whole runs of bytes are equal.

Steps beyond four bytes (frames of a game, say) lie as their lower four bytes, and what is above them as one record
more, :data:`HIGH`, which a curve in memory does not have.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from engine.errors import Bug
from engine.events import StepReported
from engine.inflating import inflate
from engine.store import json_text
from engine.trials import Curve

HIGH = "step // 2**32"
_LEVEL = 6  # zlib's default
_PART_BYTES = 4 << 20  # of one part before compression; a part is at most one chunk longer when it is read
_MOST_NAMES = 4096  # records of one curve; only a file made to harm has more
CURVE_BYTES = 512 << 20  # of one whole curve in memory; only a file made to harm has more


class CurveChunk(NamedTuple):
    """Some rows of a curve as they lie in the file; ``names`` is a JSON list of texts."""

    length: int
    names: str
    crc32: int
    data: bytes


def chunks_of(reports: Sequence[StepReported]) -> list[CurveChunk]:
    """The reports of one trial, in order, as parts of bounded size."""
    names = _names_in(reports)
    if len(names) > _MOST_NAMES:
        raise Bug(f"a curve of {len(names)} records")
    rows = max(1, _PART_BYTES // (6 + 8 * len(names)))
    return [_chunk(reports[start : start + rows], names) for start in range(0, len(reports), rows)]


def pack(curve: Curve) -> CurveChunk:
    """A whole curve, or a piece of one, as one part."""
    records = np.array([curve.values(name) for name in curve.names], dtype=np.float64)
    records = records.reshape(len(curve.names), len(curve))
    return _pack_arrays(curve.steps, curve.folds, curve.names, records)


def unpack(part: CurveChunk) -> Curve:
    """The rows of a part; ``ValueError`` where its bytes are not what was written."""
    if not isinstance(part.length, int) or not isinstance(part.data, bytes):
        raise ValueError("types")  # noqa: TRY004 - one kind of error for whatever a hostile file holds
    names = _names(part.names)
    size = part.length * (6 + 8 * len(names))
    if not 0 <= part.length <= CURVE_BYTES or size > CURVE_BYTES or _checksum_of(part.names, part.data) != part.crc32:
        raise ValueError("checksum")
    raw = inflate(part.data, size, size)
    steps = _read_columns(raw, 0, 1, part.length, "<u4").view(np.int32)[0].astype(np.int64)
    folds = _read_columns(raw, 4 * part.length, 1, part.length, "<u2").view(np.int16)
    records = _read_columns(raw, 6 * part.length, len(names), part.length, "<u8").view(np.float64)
    by_name = dict(zip(names, records, strict=True))
    if HIGH in by_name:
        high = by_name.pop(HIGH)
        if not (np.abs(high) < 2**31).all():
            raise ValueError("steps")
        steps = (high.astype(np.int64) << 32) | (steps & 0xFFFFFFFF)
    return Curve.of(steps, folds[0], by_name)


def joined(pieces: Sequence[Curve]) -> Curve:
    """One curve from its pieces, in order; a record that a piece lacks is NaN there."""
    if len(pieces) == 1:
        return pieces[0]
    names = list(dict.fromkeys(name for piece in pieces for name in piece.names))
    records = {
        name: np.concatenate(
            [piece.values(name) if name in piece.names else np.full(len(piece), np.nan) for piece in pieces]
        )
        for name in names
    }
    if not pieces:
        return Curve()
    steps = np.concatenate([piece.steps for piece in pieces])
    return Curve.of(steps, np.concatenate([piece.folds for piece in pieces]), records)


def size_of(curve: Curve) -> int:
    """Bytes in memory."""
    return len(curve) * (6 + 8 * len(curve.names))


def _chunk(reports: Sequence[StepReported], names: Sequence[str]) -> CurveChunk:
    try:
        steps = np.array([report.step for report in reports], dtype=np.int64)
        folds = np.array([report.fold for report in reports], dtype=np.int16)
        records = np.array([_column_of(reports, name) for name in names], dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise Bug(f"trial {reports[0].number} reported what no curve holds: {error}") from error
    return _pack_arrays(steps, folds, names, records)


def _names_in(reports: Sequence[StepReported]) -> list[str]:
    """The names that occur, in the order in which they first do; most trainings report the same ones every time."""
    first = reports[0].records.keys() if reports else ()
    if all(report.records.keys() == first for report in reports):
        return list(first)
    return list(dict.fromkeys(chain.from_iterable(report.records for report in reports)))


def _column_of(reports: Sequence[StepReported], name: str) -> list[float]:
    try:
        return [report.records[name] for report in reports]
    except KeyError:
        return [report.records.get(name, math.nan) for report in reports]


def _pack_arrays(steps: np.ndarray, folds: np.ndarray, names: Sequence[str], records: np.ndarray) -> CurveChunk:
    """``records`` is (names, n)."""
    records = records.reshape(len(names), len(steps))
    if len(steps) and not -(2**31) <= steps.min() <= steps.max() < 2**31:
        names, records = [*names, HIGH], np.vstack([records, (steps >> 32)[None].astype(np.float64)])
    steps = steps.astype(np.int32)  # the lower four bytes
    data = zlib.compress(_byte_planes(steps[None]) + _byte_planes(folds[None]) + _byte_planes(records), _LEVEL)
    text = json_text.encode(list(names))
    return CurveChunk(len(steps), text, _checksum_of(text, data), data)


def _byte_planes(columns: np.ndarray) -> bytes:
    """``columns`` (k, n), each as first bytes, second bytes ... of its zigzag-coded differences."""
    size = columns.dtype.itemsize
    pattern = np.ascontiguousarray(columns).view(f"i{size}")
    change = pattern.copy()
    change[:, 1:] -= pattern[:, :-1]  # wraps around, as integers of fixed width do
    zigzag = (change << 1) ^ (change >> (8 * size - 1))
    return zigzag.astype(f"<i{size}", copy=False).view(np.uint8).reshape(*columns.shape, size).swapaxes(1, 2).tobytes()


def _read_columns(raw: bytes, start: int, count: int, length: int, kind: str) -> np.ndarray:
    """What :func:`_byte_planes` wrote at ``start``: bit patterns (count, length), as unsigned integers."""
    code = np.dtype(kind)
    planes = np.frombuffer(raw, np.uint8, count * length * code.itemsize, start).reshape(count, code.itemsize, length)
    zigzag = np.ascontiguousarray(planes.swapaxes(1, 2)).view(code)[..., 0]
    change = (zigzag >> 1) ^ (~(zigzag & 1) + 1)
    pattern: np.ndarray = change.astype(code.newbyteorder("="), copy=False).cumsum(axis=1, dtype=f"u{code.itemsize}")
    return pattern


def _names(text: object) -> list[str]:
    names = json_text.decode_texts(text)
    if len(names) > _MOST_NAMES or len(set(names)) != len(names):
        raise ValueError("names")
    return names


def _checksum_of(names: str, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(names.encode()))
