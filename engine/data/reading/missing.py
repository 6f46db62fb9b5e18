"""Words that mean a missing value, and where they are words like any other: a class, a country, a continent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

SILENT = frozenset({"na", "n/a", "nan", "null", "#n/a", "<na>", "nat", "\\n", "none"})
"""What programs write for a missing value, in small letters; in a column of numbers or dates it needs no word."""
USUAL = SILENT | frozenset(
    {
        "?", "-", "--", "---", ".", "..", "...", "n.a.", "n.a", "n. a.", "n.d.", "n/d", "nd", "nil", "k.a.", "k.a",
        "k. a.", "s/d", "#na", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#wert!", "#bezug!",
        "#zahl!", "#nv",
        "unknown", "missing", "tbd", "tba", "not available", "not applicable", "keine angabe", "keine", "sin dato", "x",
        "bdl", "lod", "<lod", "error",
    }
)  # fmt: skip
"""What people write besides, where a number is expected."""
_IN_TEXTS = (
    frozenset({"?", "-", "--", "---", ".", "..", "...", "n.a.", "n.a", "n. a.", "k.a.", "k.a", "k. a."}) | SILENT
)
_COMPARABLE = 0.5  # of the rarest other class: a guess above what gaps in a target usually are
_LEAST_SHARE = 0.05  # of all rows: a word that is so frequent in a target is a class


def missing_in_texts(
    labels: Mapping[str, int], gaps: frozenset[str], chosen: tuple[str, ...] | None, is_target: bool
) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Which of a column's labels (with their numbers of rows) mean missing, and the words and doubts about it.

    ``gaps`` are the words, in small letters, that stand for missing numbers or dates elsewhere in the table, ``chosen``
    what a person said. A doubt has no subject: it is to follow the column's name.
    """
    if chosen is not None:
        return tuple(label for label in labels if label.strip() in chosen), []
    suspects = {label: count for label, count in labels.items() if label.casefold() in _IN_TEXTS}
    others = {label: count for label, count in labels.items() if label not in suspects}
    missing, doubts = [], []
    for label, count in suspects.items():
        word = label.casefold()
        if word in gaps and word in SILENT:
            missing.append(label)
        elif _acts_as_label(label, count, others, is_target):
            doubts.append((label, f"{label!r} ({count:,} {_rows(count)}) counts as a label, not as missing"))
        else:
            missing.append(label)
            doubts.append((label, f"{label!r} ({count:,} {_rows(count)}) counts as missing, not as a label"))
    return tuple(missing), doubts


def any_suspect(labels: Iterable[object]) -> bool:
    """Whether one of the labels is a word that may mean a missing value."""
    return any(str(label).casefold() in _IN_TEXTS for label in labels)


def _acts_as_label(label: str, count: int, others: Mapping[str, int], is_target: bool) -> bool:
    word = label.casefold()
    if not others:
        return False
    if word == "none":
        return True
    if word == "na" and label.isupper() and all(re.fullmatch("[A-Z]{2,3}", other) for other in others):
        return True
    if not is_target or count < 2:
        return False
    return count >= _COMPARABLE * min(others.values()) or count >= _LEAST_SHARE * (count + sum(others.values()))


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"
