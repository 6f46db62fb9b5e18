"""Who is trained again: the search's best trial, its rivals, and baselines that nobody searched for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from engine.confirming.rounds import DUMMY
from engine.errors import UserFault
from engine.judging.confirmation import Candidate, Plan
from engine.learners import families
from engine.learners.portfolios import portfolio_of
from engine.objectives.description import TableObjective
from engine.objectives.permissions import check_permission, with_absolute_path
from engine.setup import StudySetup
from engine.texts import to_json
from engine.trials import History

LEADERS = 6
"""Trials that are confirmed, the best among them: as drawn; more would cost fits that tell little."""
LINEAR = {"elastic_net", "softmax", "linear", "poisson", "sgd"}
"""Families that are linear models themselves: no other one is set beside them."""
_LINEAR_PARAMS = {"classification": {"C": 1.0, "l1_ratio": 0.0}, "regression": {"alpha": 1e-3, "l1_ratio": 0.0}}
"""Hardly any penalty: scikit-learn's own default C, and a thousandth where targets are scaled."""


def table_objective(setup: StudySetup, study: Path) -> TableObjective:
    """The objective, with its table where it lies; raises :class:`UserFault` where it cannot be trained afresh."""
    objective = setup.objective
    if not isinstance(objective, TableObjective):
        raise UserFault(
            "This study scores something else than a model on a table, so there are no fresh folds.",
            "Run the best configuration again with other seeds.",
        )
    reach = check_permission(objective, study)
    if reach is not None:
        raise UserFault(reach.what, "Press Run, which asks, or allow it with --allow, once.")
    placed = with_absolute_path(objective, study)
    assert isinstance(placed, TableObjective)
    return placed


def choose_candidates(objective: TableObjective, history: History, most: int = LEADERS) -> tuple[Candidate, ...]:
    """The rows of a confirmation; raises :class:`UserFault` where no trial is complete.

    Trials of one configuration are one row. With several objectives there is no single winner, and none is confirmed.
    """
    if len(history.directions) > 1:
        raise UserFault("This study has several scores, so no single trial is its winner.", "Choose one of the front.")
    best = history.best_number()
    if best is None:
        raise history.no_best("Run it first.")
    order = np.flatnonzero(history.eligible)
    order = order[np.argsort(history.losses[order], kind="stable")]
    leaders: dict[str, int] = {repr(sorted(history.params(best).items())): best}
    for number in order.tolist():
        if len(leaders) >= most:
            break
        leaders.setdefault(repr(sorted(history.params(number).items())), number)
    rows = [
        Candidate(
            f"trial {number}",
            "trial",
            number,
            objective.family,
            objective.settings,
            history.params(number),
            float(history.score[number]),
        )
        for number in leaders.values()
    ]
    return (*rows, *_baselines(objective, history))


def _baselines(objective: TableObjective, history: History) -> list[Candidate]:
    family = families.get(objective.family)
    about = objective.family, objective.settings
    found = [Candidate(f"{family.title.lower()} with defaults", "baseline", None, *about, {})]
    known = portfolio_of(objective.family, objective.task)
    starts = known.starts_in(history.space) if known is not None else ()
    if len(starts) > 1:  # the first one is the model's default
        found.append(Candidate("known good configuration", "baseline", None, *about, starts[1].params))
    if objective.family not in LINEAR:
        title = "logistic regression" if objective.task == "classification" else "linear regression"
        found.append(Candidate(title, "baseline", None, "elastic_net", {}, _LINEAR_PARAMS[objective.task]))
    found.append(Candidate("guessing", "baseline", None, DUMMY, {}, {}))
    return found


def make_plan(candidates: tuple[Candidate, ...], objective: TableObjective, setup: StudySetup) -> Plan:
    """A plan of these rows, whose key is the same for the same rows; folds are told by who loads the table."""
    text = to_json([[one.family, one.settings, one.params] for one in candidates])
    key = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return Plan(key, candidates, 0, 0.0, objective.metric, setup.direction)
