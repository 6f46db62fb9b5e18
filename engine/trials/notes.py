"""What is known of trials besides numbers: reasons, why they were chosen, details."""

from __future__ import annotations

import bisect
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = ("reason", "why", "details")
BY_HAND = "stopped by hand"
"""The reason of a trial that a person ended: it is pruned, and keeps what it had reached."""


class Notes:
    """By trial, a ``reason`` (a text), ``why`` and ``details`` (objects of JSON), each where there is one.

    What came from a file stays the text that it was until somebody asks for it, many trials in one piece, which copies
    share: as objects, the notes of a hundred thousand trials would take several times the room of all their numbers.
    ``by_hand`` are the trials that a person stopped.
    """

    def __init__(
        self,
        stored: Mapping[str, tuple[_Texts, ...]] = dict.fromkeys(KINDS, ()),
        objects: Mapping[int, dict[str, object]] = {},
        gone: frozenset[int] = frozenset(),
        by_hand: Iterable[int] = (),
    ) -> None:
        self._stored = dict(stored)
        self._objects = dict(objects)
        self._gone = gone
        self.by_hand = {number for number in by_hand if number not in gone}

    def put_texts(self, kind: str, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """Take over notes of one kind as they stand in a file: reasons, or the JSON of objects.

        ``numbers`` (n,) are their trials, ascending, and greater than all before.
        """
        if numbers:
            self._stored[kind] = (*self._stored[kind], _Texts.of(numbers, texts))
        if kind == "reason":
            self.by_hand |= {number for number, text in zip(numbers, texts, strict=True) if text == BY_HAND}

    def get(self, number: int) -> dict[str, Any]:
        """The notes of one trial by kind, for reading."""
        if number in self._gone:
            return {}
        found = {}
        for kind, pieces in self._stored.items():
            place = bisect.bisect_right(pieces, number, key=lambda piece: piece.first) - 1
            text = pieces[place].get(number) if place >= 0 else None
            if text is not None:
                found[kind] = _read(kind, text)
        return {**found, **self._objects.get(number, {})}

    def put(self, number: int, **notes: object) -> None:
        """Replace those kinds of one trial's notes."""
        self._objects[number] = {**self._objects.get(number, {}), **notes}
        if notes.get("reason") == BY_HAND:
            self.by_hand.add(number)

    def without(self, numbers: Iterable[int]) -> Notes:
        """The same notes but for those of some trials."""
        return Notes(self._stored, self._objects, self._gone | frozenset(numbers), self.by_hand)

    def copy(self) -> Notes:
        """Independent notes, for another thread; what they say is shared."""
        return Notes(self._stored, self._objects, self._gone, self.by_hand)

    def commonest_reason(self, failed: Sequence[int]) -> str:
        """The end of a sentence that says why most of these trials failed; empty where no reason is known."""
        reasons = Counter(str(self.get(number).get("reason", "")) for number in failed)
        reasons.pop("", None)
        if not reasons:
            return ""
        ((reason, count),) = reasons.most_common(1)
        reason = reason.splitlines()[0].removesuffix(".")
        if len(failed) == 1:
            return f" One failed: {reason}."
        return f" {len(failed):,} failed, {count:,} of them so: {reason}."


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts of the trials ``numbers`` (n,), joined; each ends at its place of ``ends`` (n,)."""

    first: int
    numbers: np.ndarray
    ends: np.ndarray
    joined: str

    @classmethod
    def of(cls, numbers: Sequence[int], texts: Sequence[str]) -> _Texts:
        ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
        return cls(numbers[0], np.array(numbers, dtype=np.int64), ends, "".join(texts))

    def get(self, number: int) -> str | None:
        place = int(np.searchsorted(self.numbers, number))
        if place == len(self.numbers) or self.numbers[place] != number:
            return None
        return self.joined[int(self.ends[place - 1]) if place else 0 : int(self.ends[place])]


def _read(kind: str, text: str) -> object:
    if kind == "reason":
        return text
    found = json.loads(text)
    return {name: value for name, value in found.items() if name not in _SHAPES or _SHAPES[name](value)}


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return True
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_count(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63)


def _is_noted(value: object) -> bool:
    """What Optuna's samplers noted: an object, and in it what was fixed by hand."""
    return isinstance(value, dict) and isinstance(value.get("fixed_params") or {}, dict)


def _is_known(value: object) -> bool:
    """What a sampler knew: numbers of pending trials, and a budget."""
    if not isinstance(value, dict) or not isinstance(value.get("pending", []), list):
        return False
    numbers = [*value.get("pending", []), value.get("budget", 0)]
    return all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 2**63 for one in numbers)


_SHAPES: dict[str, Callable[[Any], bool]] = {
    "user_attrs": lambda value: isinstance(value, dict),
    "system_attrs": _is_noted,
    "parameters": _is_count,
    "train_score": _is_number,
    "fold_scores": lambda value: isinstance(value, list) and all(map(_is_number, value)),
    "estimated_score": _is_number,
    "known": _is_known,
    "estimated_spread": _is_number,
    "folds": lambda value: isinstance(value, list) and all(isinstance(one, int) for one in value),
    "spared": lambda value: isinstance(value, str),
    "race": lambda value: isinstance(value, dict),
    "hypergradient": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
}
"""What is worked with; anything else under these names, in a stranger's file, is left out."""
