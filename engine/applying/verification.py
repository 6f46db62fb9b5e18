"""A trial trained again from what its study says of it: the same score, or what differs and by how much it moved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.applying.environment import differing, environment
from engine.applying.given_trial import GivenTrial
from engine.errors import UserFault
from engine.objectives import preparing
from engine.objectives import table as table_objective
from engine.objectives.base import AskingEvaluator, Evaluator, Outcome
from engine.objectives.description import AnyObjective, TableObjective
from engine.setup import replace

ROUNDING = 1e-9
"""Relative: networks that were trained together add their sums up in another order (exported scripts allow as much)."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What training trial ``trial`` again gave.

    ``difference`` is ``retrained`` - ``score``; ``exact`` says that not a digit differs, ``same`` that none does beyond
    rounding. ``differs`` are sentences on what is another now: the table, a version, the machine. ``fingerprint`` is
    the table's, ``now`` what the training ran on; ``notes`` are what could not be compared.
    """

    trial: int
    score: float
    retrained: float
    seed: int
    differs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fold_scores: tuple[tuple[float, float], ...] = ()
    fingerprint: str = ""
    now: Mapping[str, str] | None = None

    @property
    def difference(self) -> float:
        """How far the score moved."""
        return self.retrained - self.score

    @property
    def exact(self) -> bool:
        """Whether every digit is the same."""
        return self.retrained == self.score

    @property
    def same(self) -> bool:
        """Whether the score is the same beyond rounding, and nothing of the table is another."""
        return math.isclose(self.retrained, self.score, rel_tol=ROUNDING, abs_tol=1e-12)

    def to_builtins(self) -> dict[str, Any]:
        """As ``twinloop verify --json`` prints it."""
        return {
            "trial": self.trial,
            "score": self.score,
            "retrained": self.retrained,
            "difference": self.difference,
            "same": self.same,
            "exact": self.exact,
            "differs": list(self.differs),
            "notes": list(self.notes),
            "seed": self.seed,
            "fingerprint": self.fingerprint,
            "folds": [list(pair) for pair in self.fold_scores],
            "environment": dict(self.now or {}),
        }


def verify_trial(
    objective: AnyObjective | None,
    number: int,
    params: Mapping[str, object],
    score: float,
    seed: int,
    *,
    fold_scores: tuple[float, ...] = (),
    directions: tuple[str, ...] = ("minimize",),
    before: Mapping[str, object] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verification:
    """Train trial ``number`` again with ``seed``, the one that its models had, and compare.

    ``before`` is the environment that it was trained in, where the study knows it. Where the table has changed it is
    trained on what is there now, so that the move of the score can be told. Raises :class:`UserFault` where there is
    nothing that could be trained, and :class:`engine.data.reading.Cancelled` soon after ``cancelled()`` turns true.
    """
    if objective is None:
        raise UserFault("This study's objective lives in a script.", "Run that script on the configuration again.")
    differs: list[str] = []
    fingerprint = ""
    if isinstance(objective, TableObjective):
        fingerprint = table_objective.inspect(objective).fingerprint
        if objective.fingerprint and fingerprint != objective.fingerprint:
            was, now_is = objective.fingerprint[:8], fingerprint[:8]
            differs.append(f"The table has changed, or is read otherwise now: it was {was} and is {now_is}.")
            objective = replace(objective, fingerprint="")
    now = environment()
    notes = []
    if before is None:
        notes.append("On what the trial ran was not recorded, so versions and machine cannot be compared.")
    else:
        differs += differing(before, now)

    trial = GivenTrial(number, params, directions, cancelled)
    outcome = _evaluate(preparing.prepare(objective, None), params, seed, trial)
    again = tuple(outcome.details.get("fold_scores", ()))
    pairs = tuple(zip(fold_scores, again, strict=False)) if len(again) == len(fold_scores) else ()
    return Verification(
        number, score, float(outcome.score), seed, tuple(differs), tuple(notes), pairs, fingerprint, dict(now)
    )


def _evaluate(
    prepared: Evaluator | AskingEvaluator, params: Mapping[str, object], seed: int, trial: GivenTrial
) -> Outcome:
    """The outcome of one trial by any kind of objective."""
    if not isinstance(prepared, AskingEvaluator):
        return prepared.evaluate(params, seed, trial.report)
    try:
        ending = prepared.evaluate_trial(params, seed, trial)
    finally:
        prepared.close()
    if ending.state != "complete" or not ending.scores:
        raise UserFault(f"Run again, it {ending.state}: {ending.reason or 'without a score'}.", "Fix the objective.")
    return Outcome(ending.scores[0], dict(ending.details))


def verification_sentence(found: Verification) -> str:
    """What a person is told first."""
    if found.exact:
        return f"Trial {found.trial}, trained again, scored {found.retrained!r}: the same to the last digit."
    if found.same:
        return (
            f"Trial {found.trial}, trained again, scored {found.retrained!r}: the same within rounding "
            f"(difference {found.difference:.1e})."
        )
    return (
        f"Trial {found.trial}, trained again, scored {found.retrained!r} instead of {found.score!r}: "
        f"a difference of {found.difference:+.3g}."
    )
