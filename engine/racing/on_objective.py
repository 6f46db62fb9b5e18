"""A race on a study's real objective, kept in the race file beside the study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import UserFault
from engine.objectives.description import CodeObjective, TableObjective
from engine.objectives.model_space import has_own_score
from engine.objectives.permissions import check_permission, with_absolute_path, with_portable_path
from engine.racing.entrants import Entrant
from engine.racing.file import RaceDefinition, RaceFile, race_path
from engine.racing.messages import ObjectiveProblem
from engine.racing.race import race, race_seeds
from engine.racing.record import Race
from engine.setup import StudySetup, replace
from engine.space import SearchSpace


def objective_problem(setup: StudySetup, space: SearchSpace) -> ObjectiveProblem:
    """The objective of a study; where the study has a holdout, the race sets rows aside for itself.

    Raises :class:`UserFault` where the study has no objective that can be run again, or constraints.
    """
    objective = setup.objective
    if objective is None:
        raise UserFault(
            "This study's objective is a function of a program, so only its trials are here.",
            "Race on the model of its trials: --fast.",
        )
    if isinstance(objective, CodeObjective):
        raise UserFault(
            "A race trains models on tables; it runs no scripts.", "Race on the model of its trials: --fast."
        )
    if setup.constraints:
        raise UserFault("A race on the real objective knows no constraints.", "Race on the model: --fast.")
    holdout = isinstance(objective, TableObjective) and objective.validation.holdout > 0
    return ObjectiveProblem(space.to_json(), setup.direction, objective, has_own_score(objective), holdout)


def race_on_objective(
    study: Path,
    setup: StudySetup,
    space: SearchSpace,
    entrants: Sequence[Entrant],
    repeats: int,
    trials: int,
    *,
    workers: int = 2,
    cancelled: Callable[[], bool] = lambda: False,
    heard: Callable[[Race], object] | None = None,
) -> Race:
    """Train; what an earlier, interrupted call of the same race found is taken up.

    Raises :class:`UserFault`, also where the study names a table outside its folder that nobody has allowed.
    """
    problem = objective_problem(setup, space)
    reach = check_permission(problem.objective, study)
    if reach is not None:
        raise UserFault(reach.what, "Press Run, which asks, or allow it with --allow, once.")
    seeds = race_seeds(setup.strategy.seed, repeats)
    seconds = setup.budget.trial_seconds
    portable = replace(problem, objective=with_portable_path(problem.objective, study))  # so that both can be moved
    problem = replace(problem, objective=with_absolute_path(problem.objective, study))
    definition = RaceDefinition(portable, tuple(entrants), seeds, trials, seconds)
    with RaceFile(race_path(study), definition) as file:
        return race(
            problem,
            entrants,
            seeds,
            trials,
            workers=workers,
            cancelled=cancelled,
            heard=heard,
            kept=file.keep,
            known=file.known(),
            trial_seconds=seconds,
        )
