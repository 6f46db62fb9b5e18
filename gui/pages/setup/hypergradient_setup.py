"""Whether hypergradient descent can be given the model that it wants, and the definition that does it."""

from __future__ import annotations

from engine.objectives.description import TableObjective
from engine.setup import StudySetup, replace
from engine.space import Categorical
from engine.space.fixing import fix_value
from engine.study import FamilyEntry

STRATEGY = "hypergradient"
SETTING = "hypergradients"


def can_differentiate(family: FamilyEntry | None) -> bool:
    """Whether derivatives can be carried through the training of such models at all."""
    return family is not None and any(option.name == SETTING for option in family.options)


def with_plain_sgd(setup: StudySetup) -> StudySetup:
    """The definition with plain SGD, without dropout and early stopping, whose trials tell derivatives."""
    rows = {name: row for name, row in setup.space.items() if name != "dropout"}
    optimizer = rows.get("optimizer")
    if not isinstance(optimizer, Categorical) or "sgd" not in optimizer.choices:
        rows["optimizer"] = Categorical(("sgd",))
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    settings = {name: value for name, value in objective.settings.items() if name != "early_stopping"}
    changed: StudySetup = replace(
        setup,
        space=fix_value(rows, "optimizer", "sgd"),
        objective=replace(objective, settings={**settings, SETTING: True}),
    )
    return changed


def offer_words(setup: StudySetup) -> str:
    """What the button that does it says."""
    return "Use plain SGD without dropout" if "dropout" in setup.space else "Use plain SGD"
