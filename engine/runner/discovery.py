"""What trials of a script bring to light of its study: hyperparameters, and constraints, as it names them."""

from __future__ import annotations

from engine.errors import UserFault
from engine.objectives.description import ScriptObjective
from engine.setup import StudySetup, replace
from engine.space import Hyperparameter, require_hyperparameter
from engine.space.widening import require_same_kind, widened_range


def is_open(setup: StudySetup) -> bool:
    """Whether the objective may name hyperparameters that the study does not have yet."""
    return isinstance(setup.objective, ScriptObjective) and setup.discovered is not None


def with_asked(setup: StudySetup, name: str, asked: Hyperparameter) -> StudySetup:
    """The definition once a trial has asked for a hyperparameter; the same one where that is no news.

    The study's row stays as somebody made it as long as the script asks as it did at first; where it asks for another
    range, the row holds both. Raises :class:`UserFault` where it cannot be one of this study.
    """
    require_hyperparameter(name, asked)
    objective, known = setup.objective, setup.space.get(name)
    if known is not None:
        require_same_kind(name, known, asked)
    if not isinstance(objective, ScriptObjective):
        return setup
    found = objective.found.get(name)
    if found == asked and known is not None:
        return setup
    space, discovered = setup.space, setup.discovered or ()
    if known is None:
        space = {**space, name: asked}
        discovered = discovered if name in discovered else (*discovered, name)
    elif found is not None and name in discovered:
        space = {**space, name: widened_range(known, asked)}
    if found is None or known is None:
        objective = replace(objective, found={**objective.found, name: asked})
    changed: StudySetup = replace(setup, space=space, discovered=discovered, objective=objective)
    return changed


def with_constraints(setup: StudySetup, names: tuple[str, ...], has_scores: bool) -> StudySetup:
    """The definition with constraints that a trial told; raises :class:`UserFault` for new ones after scores."""
    new = tuple(name for name in names if name not in setup.constraints)
    if not new:
        return setup
    if has_scores:
        raise UserFault(
            f"{new[0]} is not a constraint of this study.", "Tell every constraint from the first trial on."
        )
    changed: StudySetup = replace(setup, constraints=(*setup.constraints, *new))
    return changed


def keep_found(edited: StudySetup, present: StudySetup) -> StudySetup:
    """A definition as somebody edited it, with what trials have found meanwhile, which the editor did not know yet.

    A row that was found and is in neither its space nor its list of found names was not known; one that is in the list
    alone was taken out by hand.
    """
    mine, theirs = edited.objective, present.objective
    if not (isinstance(mine, ScriptObjective) and isinstance(theirs, ScriptObjective)):
        return edited
    if present.discovered is None or edited.discovered is None:
        return edited
    unknown = [name for name in present.discovered if name not in edited.discovered]
    rows = {name: present.space[name] for name in unknown if name in present.space and name not in edited.space}
    same_file = (mine.source, mine.entry) == (theirs.source, theirs.entry)
    kept: StudySetup = replace(
        edited,
        space={**edited.space, **rows},
        discovered=(*edited.discovered, *unknown),
        constraints=tuple(dict.fromkeys((*edited.constraints, *present.constraints))),
        objective=replace(mine, found={**mine.found, **theirs.found}) if same_file else mine,
    )
    return kept
