"""Out-of-fold predictions in memory and as small blobs: what each model said of rows that it had not learned from.

Class probabilities are kept as logarithms of each class's probability relative to the likeliest class of its row, in
half precision: the likeliest class stays the likeliest, and a probability of 1e-8 is as precise as one of a half, which
it would not be if probabilities themselves were rounded. Values of a regression are kept in single precision. Where
less than a full precision would change a predicted class, or a value is too large for it, more is kept.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

import msgspec
import numpy as np

from engine.arrays import Array
from engine.data.folds import Fold, Rows
from engine.events import PackedPredictions
from engine.inflating import inflate

PredictionKind = Literal["probability", "margin", "label", "value"]
"""Probabilities of each class, decision values that only rank, class positions alone, or numbers."""

MOST_CELLS = 20_000_000
"""Rows times classes of one trial that are kept at most: 40 MB before compression, a guess at what nobody misses."""
LARGEST_BLOB = 8 << 20
"""Bytes of one trial's predictions at most: half of what a study keeps of all of them."""
_LEVEL = 6  # zlib's default
_LARGEST_SINGLE = 3.0e38  # largest number of single precision, IEEE 754
_CODES = {"f2", "f4", "f8", "i2", "i4"}
_MOST_CLASSES = 100_000  # only a file made to harm has more


@dataclass(frozen=True, eq=False)
class OutOfFoldRows:
    """The rows that were predicted, one entry a prediction, fold after fold (a row has several in repeated folds).

    ``rows`` (n,) are positions in the table, ``folds`` (n,) from 0. ``y`` (n,) is the truth: class positions (int64) or
    numbers (float64). ``groups`` (n,) are equal where rows belong together; ``is_ordered`` says that each fold's rows
    are in the order of time. ``key`` names the content.
    """

    rows: Array
    folds: Array
    y: Array
    classes: tuple[str, ...] = ()
    groups: Array | None = None
    is_ordered: bool = False
    key: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def fold_count(self) -> int:
        """How many folds there are."""
        return int(self.folds.max()) + 1 if len(self.folds) else 0


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one model said of rows: ``values`` (n, K) or (n,) by ``kind``; ``labels`` (n,) are the classes it chose."""

    kind: PredictionKind
    values: Array
    labels: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class FoldPredictions:
    """One fold's predictions as they will lie in the file: ``small`` (n, columns), and where the class is another."""

    kind: PredictionKind
    small: Array
    places: Array
    chosen: Array


def compact(predictions: Predictions) -> FoldPredictions:
    """Predictions in as few bits as lose nothing that counts."""
    nothing = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int16)
    if predictions.kind == "value":
        values = np.asarray(predictions.values, dtype=float)
        fits = bool((np.abs(values) < _LARGEST_SINGLE).all())
        return FoldPredictions("value", values.astype(np.float32 if fits else np.float64)[:, None], *nothing)
    if predictions.kind == "label":
        return FoldPredictions("label", predictions.labels.astype(np.int32)[:, None], *nothing)
    small = _relative(predictions.values) if predictions.kind == "probability" else _margins(predictions.values)
    said = np.argmax(_restored(predictions.kind, small), axis=1)
    places = np.flatnonzero(said != predictions.labels)
    return FoldPredictions(
        predictions.kind, small, places.astype(np.int32), predictions.labels[places].astype(np.int32)
    )


def join(parts: list[FoldPredictions]) -> FoldPredictions:
    """All folds as one, in the widest of their precisions."""
    starts = np.cumsum([0, *(len(part.small) for part in parts[:-1])])
    places = [part.places + start for part, start in zip(parts, starts, strict=True)]
    return FoldPredictions(
        parts[0].kind,
        np.concatenate([part.small for part in parts]),
        np.concatenate(places).astype(np.int32),
        np.concatenate([part.chosen for part in parts]).astype(np.int32),
    )


def judged_rows(rows: Rows, folds: Sequence[Fold], *, is_ordered: bool) -> OutOfFoldRows:
    """The rows that judge in each of ``folds``; equal rows that are kept together are a group."""
    places = np.concatenate([fold.validation for fold in folds])
    numbers = np.repeat(np.arange(len(folds)), [len(fold.validation) for fold in folds])
    groups = rows.same if rows.groups is None else rows.groups
    if groups is not None:
        groups = np.unique(np.asarray(groups)[places], return_inverse=True)[1]
    return OutOfFoldRows(places, numbers, np.asarray(rows.y[places]), rows.classes, groups, is_ordered=is_ordered)


def pack_predictions(part: FoldPredictions, rows_key: str, rows_data: bytes = b"") -> PackedPredictions | None:
    """As a record for the study file; *None* where it would be too large to keep."""
    code = f"{part.small.dtype.kind}{part.small.dtype.itemsize}"
    raw = _planes(part.small) + part.places.astype("<i4").tobytes() + part.chosen.astype("<i4").tobytes()
    data = zlib.compress(raw, _LEVEL)
    if len(data) > LARGEST_BLOB:
        return None
    return PackedPredictions(part.kind, part.small.shape[1], code, len(part.places), data, rows_key, rows_data)


def unpack_predictions(packed: PackedPredictions, rows: OutOfFoldRows) -> Predictions:
    """The predictions in a record; ``ValueError`` where they do not fit its rows."""
    kind, classes = packed.kind, len(rows.classes)
    if kind not in get_args(PredictionKind) or packed.code not in _CODES or not 0 <= packed.exceptions <= len(rows):
        raise ValueError("kind")
    wide = 1 if kind in ("label", "value") or classes == 2 else classes
    if packed.columns != wide or (kind == "value") != (classes == 0) or (kind == "label") != (packed.code[0] == "i"):
        raise ValueError("shape")
    code = np.dtype("<" + packed.code)
    size = len(rows) * wide * code.itemsize
    whole = size + 8 * packed.exceptions
    raw = inflate(packed.data, whole, whole)
    small = np.frombuffer(raw[:size], np.uint8).reshape(wide * code.itemsize, len(rows))
    cells = np.ascontiguousarray(small.T).view(code).reshape(len(rows), wide).astype(code.newbyteorder("="))
    kind = cast("PredictionKind", kind)
    if kind == "value":
        return Predictions(kind, cells[:, 0].astype(np.float64))
    if kind == "label":
        labels = cells[:, 0].astype(np.int64)
        if len(labels) and not 0 <= labels.min() <= labels.max() < classes:
            raise ValueError("classes")
        return Predictions(kind, labels, labels)
    values = _restored(kind, cells)
    labels = np.argmax(values, axis=1)
    places = np.frombuffer(raw, "<i4", packed.exceptions, size)
    chosen = np.frombuffer(raw, "<i4", packed.exceptions, size + 4 * packed.exceptions)
    _require_below(places, len(rows))
    _require_below(chosen, classes)
    labels[places] = chosen
    return Predictions(kind, values, labels)


class _Head(msgspec.Struct, frozen=True):
    count: int
    has_numbers: bool
    has_groups: bool
    is_ordered: bool
    classes: tuple[str, ...]


def pack_rows(rows: OutOfFoldRows) -> tuple[str, bytes]:
    """The key of the rows' content, and the content as a blob."""
    has_numbers = rows.y.dtype.kind == "f"
    head = _Head(len(rows), has_numbers, rows.groups is not None, rows.is_ordered, rows.classes)
    raw = b"".join(
        [
            _planes(rows.rows.astype("<i8")[:, None]),
            _planes(rows.folds.astype("<i4")[:, None]),
            _planes(rows.y.astype("<f8" if has_numbers else "<i4")[:, None]),
            b"" if rows.groups is None else _planes(rows.groups.astype("<i8")[:, None]),
        ]
    )
    header = msgspec.msgpack.encode(head)
    blob = len(header).to_bytes(4, "little") + header + zlib.compress(raw, _LEVEL)
    return hashlib.blake2b(header + raw, digest_size=8).hexdigest(), blob


def unpack_rows(key: str, blob: bytes) -> OutOfFoldRows:
    """The rows of a blob; ``ValueError`` where it is none."""
    length = int.from_bytes(blob[:4], "little")
    try:
        head = msgspec.msgpack.decode(blob[4 : 4 + length], type=_Head)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    sizes = [8, 4, 8 if head.has_numbers else 4, 8 if head.has_groups else 0]
    if not 0 < head.count <= MOST_CELLS or len(head.classes) > _MOST_CLASSES or head.has_numbers == bool(head.classes):
        raise ValueError("head")
    whole = head.count * sum(sizes)
    raw = inflate(blob[4 + length :], whole, whole)
    columns, start = [], 0
    for size, code in zip(sizes, ("<i8", "<i4", "<f8" if head.has_numbers else "<i4", "<i8"), strict=True):
        planes = np.frombuffer(raw, np.uint8, size * head.count, start).reshape(size, head.count)
        columns.append(np.ascontiguousarray(planes.T).view(code).ravel() if size else None)
        start += size * head.count
    numbers, folds, y, groups = columns
    assert numbers is not None
    assert folds is not None
    assert y is not None
    y = y.astype(np.float64 if head.has_numbers else np.int64)
    if folds.min() < 0 or folds.max() >= head.count or numbers.min() < 0:
        raise ValueError("folds")
    if head.classes and not 0 <= y.min() <= y.max() < len(head.classes):
        raise ValueError("classes")
    kept = None if groups is None else groups.astype(np.int64)
    return OutOfFoldRows(numbers.astype(np.int64), folds.astype(np.int64), y, head.classes, kept, head.is_ordered, key)


def _relative(probabilities: Array) -> Array:
    """Logarithms relative to the likeliest class; of two classes, of the second relative to the first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.asarray(probabilities, dtype=float))
        if logs.shape[1] == 2:
            return np.asarray(logs[:, 1:] - logs[:, :1], dtype=np.float16)
        return np.asarray(logs - logs.max(axis=1, keepdims=True), dtype=np.float16)


def _margins(values: Array) -> Array:
    """Decision values in single precision; of two classes one value says both."""
    return np.asarray(values[:, 1:] if values.shape[1] == 2 else values, dtype=np.float32)


def _restored(kind: PredictionKind, small: Array) -> Array:
    """Values (n, K) from what is kept of them."""
    wide = small.astype(np.float64)
    if kind == "margin":
        return np.column_stack([-wide, wide]) if wide.shape[1] == 1 else wide
    with np.errstate(over="ignore"):
        if wide.shape[1] == 1:
            second = 1.0 / (1.0 + np.exp(-wide[:, 0]))
            return np.column_stack([1.0 / (1.0 + np.exp(wide[:, 0])), second])
        parts = np.exp(np.where(np.isnan(wide), 0.0, wide))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def _planes(values: Array) -> bytes:
    """Columns (n, k) as all first bytes, all second bytes ...: neighbours share signs and exponents."""
    little = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False))
    return little.view(np.uint8).reshape(len(values), -1).T.tobytes()


def _require_below(values: Array, end: int) -> None:
    if len(values) and not 0 <= values.min() <= values.max() < end:
        raise ValueError("exceptions")
