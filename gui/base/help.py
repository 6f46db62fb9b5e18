"""Short help for knobs, from ``resources/help``: one sentence or two under a heading that names the knob."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import resources


def whole_page(page: str) -> str:
    """The Markdown text of a page."""
    return files(resources).joinpath("help", f"{page}.md").read_text("utf-8")


@cache
def _sections(page: str) -> dict[str, str]:
    sections = {}
    for part in whole_page(page).split("\n## ")[1:]:
        key, _, body = part.partition("\n")
        sections[key.strip()] = " ".join(body.split())
    return sections


def help_text(page: str, knob: str) -> str:
    """What a person should know to set ``knob``; a missing section is a ``KeyError``."""
    return _sections(page)[knob]
