"""The lines of a trial's menu, the same in every view, and the letter of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: its name, its verb for one and for several trials, its key."""

    name: str
    one: str
    several: str
    key: str = ""


ENTRIES: tuple[Entry | None, ...] = (
    Entry("variation", "Queue a modified copy…", "", "V"),
    Entry("retry", "Retry", "Retry {n} trials", "T"),
    Entry("stop", "Stop this trial", "Stop {n} trials", "Del"),
    None,
    Entry("narrow", "Narrow the space to trials like this", "Narrow the space to these {n} trials"),
    Entry("focus", "Focus on trials like this", "Focus on the region of {n} trials"),
    Entry("avoid", "Avoid this region", "Avoid the region of {n} trials"),
    None,
    Entry("exclude", "Exclude from the search", "Exclude {n} trials from the search", "X"),
    Entry("star", "Star", "Star {n} trials", "S"),
    Entry("note", "Note…", "Note for {n} trials…", "N"),
    None,
    Entry("compare", "Compare with the best", "Compare {n} trials", "B"),
)
