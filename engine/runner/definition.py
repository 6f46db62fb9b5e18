"""What a study's definition means for its run: its text on file, its space, its strategy, what its trials rest on."""

from __future__ import annotations

from pathlib import Path

from engine import pruners, samplers
from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.objectives.permissions import with_portable_path
from engine.setup import StudySetup, replace
from engine.space import SearchSpace


def portable(setup: StudySetup, path: Path) -> StudySetup:
    """The definition as the file ``path`` holds it: a table in its folder is named from there."""
    whole: StudySetup = replace(setup, objective=with_portable_path(setup.objective, path))
    return whole


def judging_part(setup: StudySetup) -> tuple[object, ...]:
    """What trials cannot do without once they exist. Where the table lies is not among it: its fingerprint is."""
    objective = setup.objective
    if isinstance(objective, TableObjective) and objective.fingerprint:
        objective = replace(objective, source="")
    return objective, setup.direction, setup.constraints


def changed_space(setup: StudySetup, present: SearchSpace) -> SearchSpace | None:
    """The space of a definition where trials are drawn from another one now."""
    try:
        space = setup.search_space()
    except UserFault:
        return None  # a half-finished row is kept; Run says what is missing
    return space if space != present else None


def make_strategy(setup: StudySetup) -> tuple[samplers.Sampler, pruners.Pruner]:
    """A new sampler and a new pruner, as the definition names them."""
    strategy = setup.strategy
    return samplers.make(strategy.sampler, strategy.options), pruners.make(strategy.pruner, strategy.pruner_options)
