"""Values as JSON text: readable by any SQLite client, exact for every number Python has, and safe to read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np

T = TypeVar("T")
Configuration = dict[str, str | int | float | bool | None]
_CONFIGURATIONS = msgspec.json.Decoder(list[Configuration])
_OBJECTS = msgspec.json.Decoder(list[dict[str, Any]])


def encode(value: object) -> str:
    """``value`` as JSON; numbers keep all their digits, NaN and infinities are written as Python writes them."""
    text = _ENCODER.encode(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair, from a file name that is not UTF-8
            return json.dumps(value, separators=(",", ":"), default=_to_plain)
    return text


def decode(text: object) -> dict[str, Any]:
    """The JSON object in ``text``; ``ValueError`` where it is none."""
    value = _load_json(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of error for whatever a hostile file holds
    return value


def decode_texts(text: object) -> list[str]:
    """The JSON list of texts in ``text``; ``ValueError`` where it is none."""
    value = _load_json(text)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("not a list of texts")
    return value


def decode_objects(texts: Sequence[object]) -> list[dict[str, Any]]:
    """Many JSON objects, at a tenth of the time; ``ValueError`` where any is not one."""
    rows = _at_once(_OBJECTS, texts)
    return [decode(text) for text in texts] if rows is None else rows


def decode_configurations(texts: Sequence[object]) -> list[Configuration]:
    """One configuration a text: an object of plain values each; ``ValueError`` where any is not."""
    rows = _at_once(_CONFIGURATIONS, texts)
    return [_read_configuration(text) for text in texts] if rows is None else rows


def to_utf8(text: str) -> str:
    """``text`` without what UTF-8 cannot hold, for columns that hold words."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _load_json(text: object) -> object:
    if not isinstance(text, str):
        raise ValueError("not a text")  # noqa: TRY004
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _at_once(decoder: msgspec.json.Decoder[list[T]], texts: Sequence[object]) -> list[T] | None:
    """What strict JSON says; *None* where Python's own reader has to look (NaN, half surrogates, malformed texts)."""
    try:
        rows = decoder.decode("[" + ",".join(texts) + "]")  # type: ignore[arg-type]
    except (msgspec.DecodeError, TypeError, UnicodeEncodeError, RecursionError):
        return None
    return rows if len(rows) == len(texts) else None


def _read_configuration(text: object) -> Configuration:
    value = decode(text)
    if not all(item is None or isinstance(item, str | int | float | bool) for item in value.values()):
        raise ValueError("a value that no hyperparameter has")
    return value


def _to_plain(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not a plain value")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_to_plain)
