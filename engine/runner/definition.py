"""What a study's definition means for its run: its text on file, its space, its strategy, what its trials rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from engine import pruners, samplers
from engine.changing import change_event
from engine.errors import UserFault
from engine.events import Author, SpaceChanged, StudyChanged
from engine.learners import portfolios
from engine.learners.portfolios import Portfolio, Start
from engine.objectives.description import CommandObjective, ScriptObjective, TableObjective
from engine.objectives.fold_race import Rule, rule_of
from engine.objectives.permissions import with_portable_path
from engine.setup import Budget, StudySetup, replace
from engine.space import SearchSpace
from engine.trials import History


def portable(setup: StudySetup, path: Path) -> StudySetup:
    """The definition as the file ``path`` holds it: a table in its folder is named from there."""
    whole: StudySetup = replace(setup, objective=with_portable_path(setup.objective, path))
    return whole


def require_same_objective(before: StudySetup, after: StudySetup) -> None:
    """Raises :class:`UserFault` where another objective is asked for by who cannot allow what it reads and runs."""
    if after.objective != before.objective:
        raise UserFault("Data, model and metric are changed where the study runs.", "Stop it there first.")


def require_same_judging(before: StudySetup, after: StudySetup) -> None:
    """Raises :class:`UserFault` where trials would no longer be comparable."""
    if judging_part(after) != judging_part(before):
        raise UserFault(
            "The data, the model, the metric and the constraints stay as they are once there are trials.",
            "Save the study under another name, or make a new one.",
        )


def judging_part(setup: StudySetup) -> tuple[object, ...]:
    """What trials cannot do without once they exist. Where the table lies is not among it: its fingerprint is."""
    objective = setup.objective
    if isinstance(objective, TableObjective) and objective.fingerprint:
        objective = replace(objective, source="")
    elif isinstance(objective, ScriptObjective):  # a script is mended, moved, and run by another Python
        objective = ScriptObjective("", objective.entry, objective.directions, objective.arguments)
    elif isinstance(objective, CommandObjective):
        objective = CommandObjective(objective.command, objective.directions, scores=objective.scores)
    return objective, setup.direction, setup.constraints


def changed_space(setup: StudySetup, present: SearchSpace) -> SearchSpace | None:
    """The space of a definition where trials are drawn from another one now."""
    try:
        space = setup.search_space()
    except UserFault:
        return None  # a half-finished row is kept; Run says what is missing
    return space if space != present else None


def portfolio_of(setup: StudySetup) -> Portfolio | None:
    """The configurations that a definition has tried first; *None* where it wants none, or none are known."""
    objective = setup.objective
    if not setup.strategy.portfolio or not isinstance(objective, TableObjective):
        return None
    return portfolios.portfolio_of(objective.family, objective.task)


def first_trials(setup: StudySetup) -> tuple[Start, ...]:
    """What is known to do well in a definition's space; empty where its strategy does not begin with such trials."""
    objective, strategy = setup.objective, setup.strategy
    if not isinstance(objective, TableObjective) or strategy.sampler not in samplers.names():
        return ()
    try:
        found, space = portfolios.portfolio_of(objective.family, objective.task), setup.search_space()
        takes = samplers.registry.get(strategy.sampler).takes_portfolio
    except UserFault:  # a strategy that is not installed, a half-finished row
        return ()
    return found.starts_in(space) if found is not None and takes else ()


def fold_rule(setup: StudySetup) -> tuple[int, Rule | None]:
    """How many folds a trial has, and by which rule they are raced; *None* where all of them run."""
    if not isinstance(setup.objective, TableObjective):
        return 1, None
    folds = setup.objective.validation.splits
    return folds, rule_of(setup.strategy.racing, folds)


def make_strategy(setup: StudySetup) -> tuple[samplers.Sampler, pruners.Pruner]:
    """A new sampler and a new pruner, as the definition names them."""
    strategy = setup.strategy
    return samplers.make(strategy.sampler, strategy.options), pruners.make(strategy.pruner, strategy.pruner_options)


def edited_budget(running: Budget, before: Budget, after: Budget) -> Budget:
    """The budget of a run after an edit of its study's: what was changed counts, the rest stays that of the run."""
    now: dict[str, Any] = msgspec.structs.asdict(after)
    known = msgspec.structs.asdict(before)
    changed: Budget = replace(running, **{name: value for name, value in now.items() if value != known[name]})
    return changed


def edit_events(
    before: StudySetup, after: StudySetup, history: History, time: float, author: Author
) -> list[SpaceChanged | StudyChanged]:
    """What tells of an edit: its search space, where that is another one, and who changed what of a study in use."""
    space = changed_space(after, history.space)
    changed = None if space is None else SpaceChanged(space.to_json(), time)
    edited = change_event(before, after, len(history), time, author)
    return [event for event in (changed, edited) if event is not None]
