"""One trial in facts: what was set before training and what training made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.analysis.layers import dead_units
from engine.analysis.learning import learning_line
from engine.analysis.validation_minimum import ValidationMinimum, validation_minimum
from engine.arrays import Array
from engine.trials import Curve, Curves, History, State

Params = Mapping[str, Any]
CONVERGED = 0.95  # the share of a loss's whole fall after which training counts as converged


@dataclass(frozen=True, slots=True)
class Summary:
    """The facts of one trial; what is not known is *None* or empty.

    ``error`` is the score's :func:`standard_error`; ``gap`` the last validation loss minus the last
    training loss; ``converged`` the step at which the watched loss had fallen by 95 % of its whole fall, *None* where
    it still fell at the end;
    ``steps`` is the most that a fold took, ``step`` where the last report came from, in ``fold``, counted from 1;
    ``dead`` how many hidden units never change their output; ``hypergradient`` the derivatives of the validation loss
    by hyperparameters. ``raced`` are the folds that ran, in that order, of a trial whose others did not; then
    ``fold_scores`` are theirs, in the order of the folds. ``spared`` is why it was to be pruned, where it ran on to
    tell what pruning costs.
    """

    number: int
    state: State
    params: Params
    score: float | None
    error: float | None
    fold_scores: tuple[float, ...]
    train_score: float | None
    parameters: int | None
    steps: int
    folds: int
    train_loss: float | None
    val_loss: float | None
    gap: float | None
    gradient_norm: float | None
    update_ratio: float | None
    converged: int | None
    seconds: float | None
    source: str
    reason: str
    why: Mapping[str, Any] = field(default_factory=dict)
    validation_minimum: ValidationMinimum | None = None
    dead: int | None = None
    hypergradient: Mapping[str, float] = field(default_factory=dict)
    fold: int = 0
    step: int = 0
    raced: tuple[int, ...] = ()
    spared: str = ""


def summarise(history: History, curves: Curves, number: int) -> Summary:
    """What is known of trial ``number``; raises ``IndexError`` where there is none."""
    trial = history.trial(number)
    curve = curves.get(number)
    details = trial.details
    folds = tuple(float(score) for score in details.get("fold_scores", ()))
    validation, train = learning_line(curve, "val_loss"), learning_line(curve, "train_loss")
    val_loss, train_loss = _finite_or_none(validation.last), _finite_or_none(train.last)
    watched = validation if len(validation) else train
    trend = validation_minimum(validation, train)
    parameters = details.get("parameters")
    train_score = details.get("train_score")
    return Summary(
        number=number,
        state=trial.state,
        params=trial.params,
        score=trial.score,
        error=standard_error(folds),
        fold_scores=folds,
        train_score=None if train_score is None else _finite_or_none(float(train_score)),
        parameters=None if parameters is None else int(parameters),
        steps=int(curve.steps.max()) if len(curve) else 0,
        folds=len(np.unique(curve.folds)),
        train_loss=train_loss,
        val_loss=val_loss,
        gap=None if val_loss is None or train_loss is None else val_loss - train_loss,
        gradient_norm=_finite_or_none(learning_line(curve, "gradient_norm").last),
        update_ratio=_finite_or_none(learning_line(curve, "update_ratio").last),
        converged=None if trend and trend.trend == "falls" else converged_at(watched.steps, watched.values),
        seconds=trial.seconds,
        source=trial.source,
        reason=trial.reason,
        why=trial.why,
        validation_minimum=trend,
        dead=_count_dead(curve),
        hypergradient=details.get("hypergradient", {}),
        fold=int(curve.folds[-1]) + 1 if len(curve) else 0,
        step=int(curve.steps[-1]) if len(curve) else 0,
        raced=raced if len(raced := tuple(details.get("folds", ()))) == len(folds) else (),
        spared=str(details.get("spared", "")),
    )


def standard_error(scores: Sequence[float]) -> float | None:
    """What stands after ± wherever a score does: the standard deviation of fold scores (n - 1) by the root of n.

    So much the mean over folds would be another one had the rows fallen into other folds; *None* for fewer than two
    folds, or where one is not finite.
    """
    if len(scores) < 2 or not all(map(math.isfinite, scores)):
        return None
    return float(np.std(scores, ddof=1) / math.sqrt(len(scores)))


def score_error(history: History, number: int) -> float | None:
    """The :func:`standard_error` of a trial's score, *None* where its folds are not known."""
    return standard_error(tuple(history.trial(number).details.get("fold_scores") or ()))


def converged_at(steps: Array, losses: Array) -> int | None:
    """The first step at which a loss had fallen by :data:`CONVERGED` of its whole fall; *None* where it never fell."""
    finite = np.isfinite(losses)
    steps, losses = steps[finite], losses[finite]
    if len(losses) < 3:
        return None
    fall = float(losses[0] - losses.min())
    if fall <= 0.0:
        return None
    return int(steps[np.argmax(losses[0] - losses >= CONVERGED * fall)])


def _count_dead(curve: Curve) -> int | None:
    told = dead_units(curve)
    return sum(layer.at_end for layer in told) if told else None


def _finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
