"""What to know of a strategy and a budget that can be run and yet will not do what one expects of them."""

from __future__ import annotations

from engine import options
from engine.errors import UserFault
from engine.learners import families
from engine.objectives.description import TableObjective
from engine.objectives.fold_race import FEWEST_FOR_WILCOXON
from engine.runner.local_backend import cores
from engine.setup import StudySetup
from engine.space import Categorical, SearchSpace
from engine.space.grid import Grid
from engine.trials import History

USUAL_LEVELS = 5  # the default of the grid's setting
SPREADING = frozenset({"grid", "random", "quasirandom"})
"""Strategies that learn nothing of scores, so that the order in which trials end changes nothing."""


def strategy_caution(setup: StudySetup) -> str:
    """What a definition's strategy cannot do within its budget or with its model; empty where there is nothing."""
    if setup.strategy.sampler == "grid":
        return _large_grid(setup)
    if setup.strategy.sampler == "hypergradient":
        return _no_slopes(setup)
    return ""


def workers_caution(setup: StudySetup) -> str:
    """That more workers are wanted than can compute here at a time."""
    most = cores()
    if setup.budget.workers <= most:
        return ""
    return f"This computer has {most} cores: no more than {most} trials run at a time."


def result_remarks(setup: StudySetup, history: History) -> tuple[str, ...]:
    """What to know of the trials there are before one relies on them."""
    said = []
    finished = sum(history.counts()[state] for state in ("complete", "pruned", "failed"))
    if finished > 1 and min(setup.budget.workers, cores()) > 1 and setup.strategy.sampler not in SPREADING:
        said.append(
            f"Found with {min(setup.budget.workers, cores())} workers: what is tried next depends on which trial ends "
            "first, so another run with the same seed may find another best. With one worker it finds the same."
        )
    if finished and setup.strategy.sampler == "hypergradient" and not _told_slopes(history):
        said.append("No trial told derivatives, so hypergradient descent only spread its trials evenly.")
    return tuple(said)


def slope_hindrances(setup: StudySetup) -> tuple[str, ...]:
    """What keeps trials from telling derivatives, as parts of a sentence; empty where they will."""
    objective = setup.objective
    settings = objective.settings if isinstance(objective, TableObjective) else {}
    optimizer, dropout = setup.space.get("optimizer"), setup.space.get("dropout")
    found = []
    if not isinstance(optimizer, Categorical) or optimizer.choices != ("sgd",):
        found.append("the search space contains optimizers other than sgd")
    if dropout is not None and (isinstance(dropout, Categorical) or dropout.high > 0.0):
        found.append("it contains dropout")
    if settings.get("early_stopping", False):
        found.append("training stops early")
    if not settings.get("hypergradients", False):
        found.append("the model's setting Hypergradients is off")
    return tuple(found)


def _no_slopes(setup: StudySetup) -> str:
    objective = setup.objective
    try:
        family = families.get(objective.family) if isinstance(objective, TableObjective) else None
    except UserFault:  # a model that this installation lacks, which the check tells of
        return ""
    if family is None or "hypergradients" not in {one.name for one in options.describe(family.settings)}:
        title = family.title if family is not None else "This objective"
        return (
            f"{title} has no derivatives to follow, so trials only spread evenly. "
            "Choose a neural network, logistic or linear regression, or another strategy."
        )
    found = slope_hindrances(setup)
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return f"There are no derivatives to follow yet: {listed}. Until then trials only spread evenly."


def _told_slopes(history: History) -> bool:
    return any("hypergradient" in history.trial(number).details for number in range(len(history)))


def _large_grid(setup: StudySetup) -> str:
    limit = setup.budget.trials
    try:
        count = Grid(SearchSpace(setup.space), int(setup.strategy.options.get("levels", USUAL_LEVELS))).count
    except (UserFault, ValueError, TypeError):
        return ""
    if limit is None or count <= limit:
        return ""
    share = 100.0 * limit / count
    shown = f"{share:.0f} %" if share >= 1 else f"{share:.1g} %"
    return (
        f"The grid has {count:,} points, and the budget tries {limit:,} of them ({shown}). "
        "Choose fewer values or hyperparameters, another strategy, or a larger budget."
    )


def why_no_racing(setup: StudySetup, rule: str) -> str:
    """Why a way of racing folds (in the catalogue) is of no use in this study, as a sentence; empty where it is."""
    objective = setup.objective
    folds = objective.validation.splits if isinstance(objective, TableObjective) else 1
    if rule == "off":
        return ""
    if folds < 2:
        return "There is a single split, so there are no folds to race."
    if rule == "wilcoxon" and folds < FEWEST_FOR_WILCOXON:
        return f"From {FEWEST_FOR_WILCOXON} folds on: with {folds} the test is sure of nothing before most have run."
    return ""
