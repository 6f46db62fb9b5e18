"""Training states as bytes: arrays and plain values only, so that reading one back can run nothing."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np

DEEPEST = 32  # nesting of a checkpoint; only a file made to harm has more
_KINDS = "biuf"  # bool, int, unsigned, float: what training states hold


def pack(value: object) -> bytes:
    """Nested dicts (of text keys), lists, tuples, arrays, numbers, texts and None as bytes."""
    return msgspec.msgpack.encode(_to_plain(value))


def unpack(data: bytes) -> Any:
    """What :func:`pack` was given; raises ``ValueError`` where the bytes are anything else."""
    try:
        return _from_plain(msgspec.msgpack.decode(data), DEEPEST)
    except (msgspec.DecodeError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a checkpoint: {error}") from error


def _to_plain(value: object) -> Any:
    if isinstance(value, np.ndarray):
        whole = np.ascontiguousarray(value)
        return {"array": [whole.dtype.str, list(whole.shape), whole.tobytes()]}
    if isinstance(value, np.generic):
        return _to_plain(value.item())
    if isinstance(value, dict):
        return {"dict": {str(key): _to_plain(item) for key, item in value.items()}}
    if isinstance(value, tuple):
        return {"tuple": [_to_plain(item) for item in value]}
    if isinstance(value, list):
        return [_to_plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 63:
        return {"int": hex(value)}  # the state of a random generator has 128 bits
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    raise TypeError(f"a checkpoint cannot hold {type(value).__name__}")


def _from_plain(value: object, depth: int) -> object:
    if depth == 0:
        raise ValueError("not a checkpoint: too deep")
    if isinstance(value, list):
        return [_from_plain(item, depth - 1) for item in value]
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    if not isinstance(value, dict):
        raise ValueError(f"not a checkpoint: {type(value).__name__}")  # noqa: TRY004 - the bytes are at fault
    ((kind, content),) = value.items()
    if kind == "dict":
        return {str(key): _from_plain(item, depth - 1) for key, item in content.items()}
    if kind == "tuple":
        return tuple(_from_plain(item, depth - 1) for item in content)
    if kind == "int":
        return int(content, 16)
    if kind != "array":
        raise ValueError(f"not a checkpoint: {kind!r}")
    dtype, shape, data = np.dtype(content[0]), tuple(map(int, content[1])), content[2]
    if dtype.kind not in _KINDS or min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("not a checkpoint: an array of another size")
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
