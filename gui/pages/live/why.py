"""Why a trial was chosen, in a sentence, from what its sampler noted when it chose."""

from __future__ import annotations

from engine.analysis import Summary
from gui.base.formats import value_text
from gui.pages.live.facts_view import Fact

PHASES = {
    "start": "{0} begins with points that cover the space evenly: this is one of them.",
    "model": "{0} found this configuration likelier among the good trials than among the bad ones.",
    "exploit": "{0} predicted a better score here than any so far.",
    "explore": "{0} is unsure of the score here: it may be better than the best, and trying it teaches the most.",
    "escape": "{0} saw the search standing still and left the region around the best trial.",
    "evolve": "{0} bred this configuration from the best trials so far.",
    "walk": "{0} took a step from an earlier configuration to a neighbour.",
}
"""What a sampler's phase means, with the strategy's name for {0}; strangers' phases are shown as they are."""


def why_sentence(summary: Summary, strategy: str) -> str:
    """Who chose the configuration and on what ground."""
    if summary.source == "queue":
        return "You queued this configuration by hand."
    if summary.source == "retry":
        return "You asked for this configuration to be tried once more."
    why = summary.why
    if "cell" in why:
        cells = f" of {value_text(why['cells'])}" if "cells" in why else ""
        return f"Cell {value_text(why['cell'])}{cells} of the grid, which is walked in random order."
    phase = str(why.get("phase", ""))
    if phase in PHASES:
        return PHASES[phase].format(strategy or "The strategy")
    if why:
        return f"{strategy or 'The strategy'} chose this configuration and noted the following."
    return f"{strategy} drew this configuration without regard to earlier trials." if strategy else ""


def why_facts(summary: Summary) -> tuple[Fact, ...]:
    """What the sampler noted besides."""
    told = {"cell", "cells"} | ({"phase"} if why_is_told(summary) else set())
    return tuple(
        Fact(name.replace("_", " "), _shown(value), repr(value))
        for name, value in summary.why.items()
        if name not in told
    )


def why_is_told(summary: Summary) -> bool:
    """Whether the sentence says what the phase means."""
    return str(summary.why.get("phase", "")) in PHASES


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    return value_text(value)
