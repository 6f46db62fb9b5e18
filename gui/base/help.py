"""Help from ``resources/help``: pages of sections, one a heading, which are found by topic and by their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import resources

PAGES = {
    "window": "The window",
    "setup": "Settings of the setup page",
    "strategies": "Search strategies",
    "clusters": "Other computers",
    "promises": "Guarantees",
    "glossary": "Glossary",
    "study_file": "The study file",
    "scripts": "Scripts and programs",
    "coming_from_optuna": "Coming from Optuna",
    "architecture": "How it is built",
    "contributing": "Contributing",
}
"""The pages in the order in which they are listed, with their titles."""


SETTING_TITLES = {
    "how_written": "How it is written",
    "positive": "Positive class",
    "scheme": "Validation",
    "scheme_column": "Validation: its column",
    "gap": "Validation: gap in time",
    "repeats": "Validation: repeats",
    "share": "Validation: share of the rows",
    "duplicates": "Equal rows",
    "trials": "Number of trials",
    "seconds": "Time limit",
    "target_score": "Target score",
    "trial_seconds": "Time limit per trial",
    "trial_megabytes": "Memory limit per trial",
    "patience": "Patience",
}
"""Titles of knobs whose names in the files are short."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: ``topic`` is ``page:heading``, ``text`` is Markdown without the heading."""

    topic: str
    title: str
    text: str
    page_title: str


@cache
def sections() -> tuple[Section, ...]:
    """Every section of every page; what stands before the first heading is one as well, with the page's own title."""
    found = []
    for page, title in PAGES.items():
        first, *parts = whole_page(page).split("\n## ")
        lead = first.partition("\n")[2].strip()
        if lead:
            found.append(Section(page, title, lead, title))
        for part in parts:
            heading, _, body = part.partition("\n")
            heading = heading.strip()
            shown = SETTING_TITLES.get(heading, heading.replace("_", " "))
            topic = f"{page}:{heading.lower().replace(' ', '_')}"
            found.append(Section(topic, shown[:1].upper() + shown[1:], body.strip(), title))
    return tuple(found)


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


def help_text(page: str, setting: str) -> str:
    """What a person should know to set ``setting``; a missing section is a ``KeyError``."""
    return _sections(page)[setting]
