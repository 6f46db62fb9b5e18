"""What is noted of a column of a table: doubts of the reader, and why a model does not learn from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.study import split_pair

LEFT_OUT = "left out"
LEARNED = frozenset({"number", "category", "time"})


class CautionLike(Protocol):
    """What the engine says of a doubt."""

    @property
    def sentence(self) -> str:
        """What is doubted, and what was assumed."""

    @property
    def instead(self) -> str:
        """The other way to read the table, as ``NAME=VALUE``; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence under a column, and one thing to do about it: another kind, or another way to read the table.

    ``is_caution`` tells what the reader did by itself from what a person chose.
    """

    sentence: str
    verb: str = ""
    kind: str = ""
    instead: str = ""
    is_caution: bool = True


def caution_note(caution: CautionLike) -> Note:
    """A doubt with the other way to read the table, where there is one."""
    return Note(caution.sentence, verb_of(caution.instead), instead=caution.instead)


def verb_of(instead: str) -> str:
    """What a button says that has a table read as ``NAME=VALUE`` says."""
    if not instead:
        return ""
    name, value = split_pair(instead)
    if name.startswith("missing."):
        return f"Missing: {value}" if value else "Count as a label"
    if name.startswith("dates."):
        return f"Read as {value}"
    if name == "labels":
        return "Keep them apart" if value == "exact" else "Count them as one"
    if name == "sheet":
        return f"Read {value}"
    return f"Read with {name.replace('_', ' ')} {value}"


def notes_of(
    column: Any, cautions: Iterable[CautionLike], kind: str, is_target: bool, overrides: Mapping[str, str]
) -> tuple[Note, ...]:
    """What stands under a column; ``kind`` is the one that is shown."""
    notes = [caution_note(caution) for caution in cautions]
    if kind in LEARNED or is_target:
        return tuple(notes)
    other = other_kind(column, overrides)
    verb = f"Use as {other}" if other else ""
    if kind == LEFT_OUT:
        notes.append(Note("Left out by you.", verb, kind=other, is_caution=False))
    else:
        reason = column.left_out or {"text": "free text", "identifier": "names rows"}.get(kind, "one value only")
        notes.append(Note(f"Left out: {reason}.", verb, kind=other, is_caution=column.name not in overrides))
    return tuple(notes)


def other_kind(column: Any, overrides: Mapping[str, str]) -> str:
    """A kind with which a model learns from a column; empty where nothing can be learned from it."""
    for kind in (overrides.get(column.name, ""), column.kind):
        if kind in LEARNED:
            return kind
    if column.kind == "constant":
        return ""
    return "number" if column.low is not None else "category"
