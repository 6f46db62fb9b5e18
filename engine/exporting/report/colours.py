"""The colours of a report's pictures: names that a page gives values by its theme, or the values themselves."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Colours:
    """One colour a role, as CSS or SVG write it."""

    window: str
    text: str
    dim: str
    line: str
    outer: str
    inner: str
    bad: str
    good: str


LIGHT = Colours("#FFFFFF", "#1E2227", "#5C636B", "#D9DCDF", "#A85B00", "#1862AB", "#B3382C", "#1A7D5A")
DARK = Colours("#17191C", "#E8EAED", "#9AA2AB", "#343940", "#F2A93B", "#6FB3F2", "#F0776B", "#4CC38A")
THEMED = Colours(*(f"var(--{one.name})" for one in fields(Colours)))
"""Whatever the page says, by the theme that the reader's system prefers."""


def variables(colours: Colours) -> str:
    """The roles as variables of CSS."""
    return "".join(f"--{one.name}:{getattr(colours, one.name)};" for one in fields(Colours))
