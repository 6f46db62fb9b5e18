"""Why a trial was chosen, in a sentence, from what its sampler noted when it chose."""

from __future__ import annotations

from engine.analysis import Summary
from gui.base.formats import value_text
from gui.pages.live.facts_view import Fact


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
    if why.get("phase") == "start":
        return f"{strategy} begins with points that cover the space evenly: this is one of them."
    if why.get("phase") == "model":
        return f"{strategy} expected the most from this configuration, given all trials that had finished."
    return f"{strategy} drew this configuration without regard to earlier trials." if strategy else ""


def why_facts(summary: Summary) -> tuple[Fact, ...]:
    """What the sampler noted besides."""
    told = {"cell", "cells", "phase"}
    return tuple(
        Fact(name.replace("_", " "), _shown(value), repr(value))
        for name, value in summary.why.items()
        if name not in told
    )


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    return value_text(value)
