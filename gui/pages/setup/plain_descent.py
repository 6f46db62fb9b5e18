"""What hypergradient descent wants of a model, whether a study has it, and the definition that gives it."""

from __future__ import annotations

from engine.objectives.description import TableObjective
from engine.setup import StudySetup, replace
from engine.space import Categorical
from engine.space.holding import held
from engine.study import FamilyEntry

STRATEGY = "hypergradient"
SETTING = "hypergradients"


def can_differentiate(family: FamilyEntry | None) -> bool:
    """Whether derivatives can be carried through the training of such models at all."""
    return family is not None and any(option.name == SETTING for option in family.options)


def hindrances(setup: StudySetup) -> tuple[str, ...]:
    """What keeps trials from telling derivatives, as parts of a sentence; empty where they will."""
    objective = setup.objective
    settings = objective.settings if isinstance(objective, TableObjective) else {}
    optimizer, dropout = setup.space.get("optimizer"), setup.space.get("dropout")
    found = []
    if not isinstance(optimizer, Categorical) or optimizer.choices != ("sgd",):
        found.append("the search draws other optimizers than sgd")
    if dropout is not None and (isinstance(dropout, Categorical) or dropout.high > 0.0):
        found.append("it draws dropout")
    if settings.get("early_stopping", False):
        found.append("training stops early")
    if not settings.get(SETTING, False):
        found.append("the model's setting Hypergradients is off")
    return tuple(found)


def hindrance_sentence(setup: StudySetup, family: FamilyEntry | None) -> str:
    """Why the strategy cannot follow derivatives, empty where it can."""
    if not can_differentiate(family):
        title = family.title if family is not None else "This objective"
        return (
            f"{title} has no derivatives to follow, so trials only spread evenly. "
            "Choose a neural network, logistic or linear regression, or another strategy."
        )
    found = hindrances(setup)
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return f"There are no derivatives to follow yet: {listed}. Until then trials only spread evenly."


def with_plain_descent(setup: StudySetup) -> StudySetup:
    """The definition with plain SGD, without dropout and early stopping, whose trials tell derivatives."""
    rows = {name: row for name, row in setup.space.items() if name != "dropout"}
    optimizer = rows.get("optimizer")
    if not isinstance(optimizer, Categorical) or "sgd" not in optimizer.choices:
        rows["optimizer"] = Categorical(("sgd",))
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    settings = {name: value for name, value in objective.settings.items() if name != "early_stopping"}
    changed: StudySetup = replace(
        setup, space=held(rows, "optimizer", "sgd"), objective=replace(objective, settings={**settings, SETTING: True})
    )
    return changed


def offer_words(setup: StudySetup) -> str:
    """What the button that does it says."""
    return "Use plain SGD without dropout" if "dropout" in setup.space else "Use plain SGD"
