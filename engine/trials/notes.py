"""What is known of trials besides numbers: reasons, why they were chosen, details."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
KINDS = ("reason", "why", "details")


class Notes:
    """By trial, a ``reason`` (a text), ``why`` and ``details`` (objects of JSON), each where there is one.

    What came from a file stays the text that it was until somebody asks for it: as objects, the notes of a hundred
    thousand trials would take several times the room of all their numbers.
    """

    def __init__(
        self, texts: Mapping[str, dict[int, str]] | None = None, objects: Mapping[int, dict[str, Any]] | None = None
    ) -> None:
        self._texts = {kind: dict((texts or {}).get(kind, {})) for kind in KINDS}
        self._objects = dict(objects or {})

    def put_texts(self, kind: str, texts: Mapping[int, str]) -> None:
        """Take over notes of one kind by trial, as they stand in a file: a reason, or the JSON of an object."""
        self._texts[kind].update(texts)

    def get(self, number: int) -> dict[str, Any]:
        """The notes of one trial by kind, for reading."""
        found = {kind: _read(kind, texts[number]) for kind, texts in self._texts.items() if number in texts}
        return {**found, **self._objects.get(number, {})}

    def put(self, number: int, **notes: Any) -> None:
        """Replace those kinds of one trial's notes."""
        self._objects[number] = {**self._objects.get(number, {}), **notes}

    def without(self, numbers: Iterable[int]) -> Notes:
        """The same notes but for those of some trials."""
        gone = set(numbers)
        texts = {kind: _without(texts, gone) for kind, texts in self._texts.items()}
        return Notes(texts, _without(self._objects, gone))

    def copy(self) -> Notes:
        """Independent notes, for another thread; what they say is shared."""
        return Notes(self._texts, self._objects)


def _without(notes: Mapping[int, T], gone: set[int]) -> dict[int, T]:
    return {number: one for number, one in notes.items() if number not in gone}


def _read(kind: str, text: str) -> Any:
    if kind == "reason":
        return text
    found = json.loads(text)
    return {name: value for name, value in found.items() if name not in _SHAPES or _SHAPES[name](value)}


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return True
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


_SHAPES: dict[str, Callable[[Any], bool]] = {
    "user_attrs": lambda value: isinstance(value, dict),
    "fold_scores": lambda value: isinstance(value, list) and all(map(_is_number, value)),
    "estimated_score": _is_number,
    "hypergradient": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
}
"""What is worked with; anything else under these names, in a stranger's file, is left out."""
