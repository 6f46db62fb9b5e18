"""Words that sentences share: counts with their noun, lists to choose from."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable, Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: ``1 row``, ``1,200 rows``, ``2 classes`` (the plural given where it is not noun + s)."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Names in a sentence: ``A``, ``A and B``, ``A, B and C``; of more than ``most`` the first two and a count."""
    if most is not None and len(names) > most:
        names = [*names[:2], f"{len(names) - 2} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def command_line(*words: object) -> str:
    """A command as it can be typed here: a word with a blank or the like in quotation marks."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)


def one_of(names: Iterable[str]) -> str:
    """The remedy that names what there is."""
    return f"Choose one of: {', '.join(names)}."
