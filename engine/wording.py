"""Words that sentences share: counts with their noun, lists to choose from."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: ``1 row``, ``1,200 rows``, ``2 classes`` (the plural given where it is not noun + s)."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def one_of(names: Iterable[str]) -> str:
    """The remedy that names what there is."""
    return f"Choose one of: {', '.join(names)}."
