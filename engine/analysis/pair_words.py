"""The sentences over a map of two hyperparameters."""

from __future__ import annotations

from engine.analysis.title import Title, first_up, name_words


def around_title(names: tuple[str, str], metric: str) -> Title:
    """Over the map around a point."""
    both = f"{first_up(name_words(names[0]))} and {name_words(names[1])}"
    return Title(both, "around this point", f"pale lines: equal {metric} · click to move the point there")
