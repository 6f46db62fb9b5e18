"""Where a search begins: at configurations that did well elsewhere, at the model's defaults, or anywhere."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.errors import UserFault
from engine.learners import families, portfolios
from engine.objectives.description import TableObjective
from engine.racing.entrants import Entrant, entrants_of
from engine.setup import StudySetup
from engine.space import Params, SearchSpace

RACE = ("random@known", "random@defaults", "random")
"""Known good starts against defaults against random: what comes after the first trials is the same random search."""


def starts_race(setup: StudySetup, space: SearchSpace) -> tuple[Entrant, ...]:
    """The race of starts on a study's problem; raises :class:`UserFault` where nothing is known of its model."""
    return with_first_trials(entrants_of(RACE), setup, space)


def with_first_trials(entrants: Sequence[Entrant], setup: StudySetup, space: SearchSpace) -> tuple[Entrant, ...]:
    """The same entrants, those with a start made ready to try its configurations in this space before they search.

    Raises :class:`UserFault` where the study tunes no model of which defaults or good configurations are known.
    """
    return tuple(
        one if not one.start else msgspec.structs.replace(one, first=_first(one.start, setup, space))
        for one in entrants
    )


def _first(start: str, setup: StudySetup, space: SearchSpace) -> tuple[Params, ...]:
    objective = setup.objective
    if not isinstance(objective, TableObjective) or objective.family not in families.names():
        raise UserFault(
            "Only models that train on a table have defaults and known good starts.", "Race search strategies instead."
        )
    family = families.get(objective.family)
    if start == "defaults":
        return (portfolios.default_start(objective.family, space),)
    found = portfolios.portfolio_of(objective.family, objective.task)
    known = () if found is None else found.starts_in(space)
    if not known:
        where = "lies in this space" if found is not None else "is known"
        what = f"No configuration of {family.title} that does well on many tables {where}."
        raise UserFault(what, "Race search strategies instead.")
    return tuple(one.params for one in known)
