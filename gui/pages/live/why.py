"""Why a trial was chosen, in words and numbers, from what its sampler noted when it chose."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.analysis import Summary
from engine.trials import State
from gui.base.formats import score_text, value_text
from gui.pages.live.facts_view import Fact
from gui.pages.live.study_words import sampler_title
from gui.session.expected_best import prediction_text

PHASES = {
    "start": "{0} starts with points that cover the space evenly; this is one of them.",
    "portfolio": "{0} first tries configurations that did well on many tables; this is one of them.",
    "model": "{0} found this configuration more probable under the good trials than under the others.",
    "exploit": "{0} predicted a score at least about as good as the best so far.",
    "explore": "{0} is uncertain here: the score may beat the best, and evaluating it is most informative.",
    "branch": "{0} sampled a branch of the space that had hardly been tried.",
    "escape": "{0} saw no progress and left the region around the best trial.",
    "front": "{0} expected the largest hypervolume improvement from this configuration.",
    "descent": "{0} took a gradient step from the best trial so far.",
    "evolve": "{0} recombined the best trials so far.",
    "walk": "{0} moved from an earlier configuration to a neighbouring one.",
    "policy": "{0} drew this configuration from the distribution that earlier rewards have shaped.",
    "annealed": "{0} drew a model of the score from its posterior and annealed it to this configuration.",
    "hurried": "{0} could not keep up with so many workers; this one was drawn evenly from the space meanwhile.",
    "repeat": "{0} had evaluated every configuration of the space, so this one is evaluated again.",
    "optuna": "{0} asked a sampler of Optuna for this configuration.",
}
"""What a sampler's phase means, with the strategy's name for {0}; strangers' phases are shown as they are."""

PURPOSES = {
    "exploit": "to exploit",
    "explore": "to explore",
    "branch": "to sample its branch again",
    "escape": "to leave a local optimum",
}
TOLD = frozenset({"predicted", "spread", "because", "known"})
NAMES = {
    "chance_of_success": "probability of success",
    "chance_feasible": "probability of feasibility",
    "good": "good trials compared",
    "bad": "other trials compared",
    "log_ratio": "log likelihood ratio",
    "log_expected_gain": "log EHVI",
    "from": "from trial",
    "descent": "descent number, from 0",
    "length": "step length, as a fraction of the range",
}
SURPRISE = 2.0  # spreads


def why_sentence(summary: Summary, strategy: str) -> str:
    """Who chose the configuration and on what ground."""
    if summary.source == "queue":
        if "study" in summary.why and "trial" in summary.why:
            trial, study = (value_text(summary.why[name]) for name in ("trial", "study"))
            return f"It was the configuration of trial {trial} of {study}, one of its best."
        return "You queued this configuration by hand."
    if summary.source == "retry":
        return "You retried this configuration."
    why, name = summary.why, strategy or "The strategy"
    if "because" in why:  # a strategy that picks another one says which and why
        chosen = sampler_title(str(why.get("sampler", "")))
        return f"{name} chose {chosen}, because {why['because']}. {_ground(why, chosen)}"
    return _ground(why, name) if why or strategy else ""


def _ground(why: Mapping[str, object], name: str) -> str:
    if "cell" in why:
        cells = f" of {value_text(why['cells'])}" if "cells" in why else ""
        return f"Cell {value_text(why['cell'])}{cells} of the grid, visited in random order."
    phase = str(why.get("phase", ""))
    if phase in PHASES:
        return PHASES[phase].format(name)
    if set(why) - {"sampler", "because", "race"}:
        return f"{name} chose this configuration and noted the following."
    return f"{name} drew this configuration independently of earlier trials."


def prediction_sentence(summary: Summary) -> str:
    """What was predicted, what came of it, and whether the trial was to exploit or to explore; empty where unknown."""
    if summary.source != "sampler":
        return ""
    predicted, std = _number(summary.why.get("predicted")), _number(summary.why.get("spread"))
    if predicted is None:
        scored = f" The trial scored {score_text(summary.score)}." if _is_judged(summary) else ""
        return f"No score was predicted.{scored}"
    text = f"Predicted {prediction_text(predicted, std or 0.0)}"
    if _is_judged(summary):
        text += f", scored {score_text(summary.score, std)}"
        if std and abs(float(summary.score or 0.0) - predicted) > SURPRISE * std:
            text += ", which was a surprise"
    elif summary.state in (State.FAILED, State.PRUNED):
        text += f", but it {'failed' if summary.state == State.FAILED else 'was pruned'}"
    purpose = PURPOSES.get(str(summary.why.get("phase", "")))
    return f"{text}; chosen {purpose}." if purpose else f"{text}."


def why_facts(summary: Summary) -> tuple[Fact, ...]:
    """What the sampler noted besides."""
    told = {"cell", "cells", "race"} | TOLD
    if str(summary.why.get("phase", "")) in PHASES:
        told = told | {"phase"}
    if "because" in summary.why:
        told = told | {"sampler"}
    if summary.source == "queue":
        told = told | {"study", "trial"}
    return tuple(
        Fact(NAMES.get(name, name.replace("_", " ")), _shown(value), repr(value))
        for name, value in summary.why.items()
        if name not in told
    )


def _is_judged(summary: Summary) -> bool:
    return summary.state == State.COMPLETE and summary.score is not None


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    return value_text(value)
