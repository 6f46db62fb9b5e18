"""Which entries of the command palette a few typed words mean, and where in their texts these stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

DO, GO, TRIALS, READ = "Do", "Go to", "Trials", "Read"
GROUPS = (DO, GO, TRIALS, READ)
ONLY_COMMANDS = ">"
MOST = 6  # of a group
MOST_UNASKED = 9  # commands that are shown before anything is typed


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One line: what it says, a dim detail, its key, and what it does; ``reason`` says why it cannot be done now.

    ``words`` are found besides what is shown.
    """

    group: str
    text: str
    take: Callable[[], object]
    detail: str = ""
    key: str = ""
    reason: str = ""
    words: str = ""


def matching(entries: Sequence[PaletteEntry], query: str) -> list[PaletteEntry]:
    """The entries that have every word of ``query``, group by group, the nearest first."""
    is_only = query.startswith(ONLY_COMMANDS)
    words = query.removeprefix(ONLY_COMMANDS).lower().split()
    found: list[PaletteEntry] = []
    for group in (DO,) if is_only else GROUPS:
        own = [entry for entry in entries if entry.group == group and _has(entry, words)]
        if words:
            own.sort(key=lambda entry: _distance(entry, words))
        if group == READ and any(word in entry.text.lower() for entry in own for word in words):
            own = [entry for entry in own if any(word in entry.text.lower() for word in words)]
        found += own[: len(own) if is_only else MOST if words else MOST_UNASKED]
    return found


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of ``query`` stand in ``text``: beginnings and ends that do not overlap."""
    lower = text.lower()
    found: list[tuple[int, int]] = []
    if len(lower) != len(text):
        return []
    for word in query.removeprefix(ONLY_COMMANDS).lower().split():
        at = lower.find(word)
        if at >= 0 and not any(begin < at + len(word) and at < end for begin, end in found):
            found.append((at, at + len(word)))
    return sorted(found)


def _has(entry: PaletteEntry, words: Sequence[str]) -> bool:
    said = f"{entry.text} {entry.detail} {entry.words}".lower()
    return all(word in said for word in words)


def _distance(entry: PaletteEntry, words: Sequence[str]) -> tuple[bool, bool, bool, int]:
    """Beginnings of the text come before beginnings of its words, these before what is only a detail."""
    text = entry.text.lower()
    begins = text.startswith(words[0])
    inside = all(f" {word}" in f" {text}" for word in words)
    return bool(entry.reason), not begins, not inside, sum(text.find(word) < 0 for word in words)
