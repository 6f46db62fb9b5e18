"""The metric by which stored predictions are judged: any that is known, one of one class, costs, or a typed formula.

Names: ``accuracy`` and the like (:mod:`engine.data.metrics`), ``f1:CLASS`` (also ``precision``, ``recall``,
``roc_auc``, ``average_precision``) for that class against the rest, ``pinball:0.9``,
``cost:{"true class": {"predicted": 5}}`` (the mean cost of a row; pairs that are not named cost nothing),
``minimize:FORMULA`` and ``maximize:FORMULA`` (:mod:`engine.judging.formula`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.arrays import Array
from engine.data import metrics
from engine.data.metrics import Metric, Needs
from engine.data.out_of_fold import OutOfFoldRows, Predictions
from engine.data.target import Task
from engine.errors import UserFault
from engine.judging.formula import Formula, parse_formula
from engine.wording import one_of

OF_ONE_CLASS = ("precision", "recall", "f1", "roc_auc", "average_precision")
OTHER_NAMES = (
    *(f"{name}:CLASS" for name in OF_ONE_CLASS),
    "pinball:QUANTILE",
    'cost:{"true class": {"predicted class": 5}}',
    "minimize:FORMULA",
    "maximize:FORMULA",
)
"""What may be written besides the names of metrics."""
_COUNTS = ("tp", "fp", "fn", "tn", "n")
_ARRAYS = ("y", "p")


@dataclass(frozen=True, slots=True, eq=False)
class MetricChoice:
    """A metric bound to the classes of one study.

    ``score`` takes the truth (n,), values (n, K) or (n,) and chosen classes (n,) of the same rows. ``positive`` is the
    position of the class that it asks for, *None* where it asks for none. ``base`` is the metric that it is made of,
    ``costs`` (K, K) the cost of predicting the second for the first.
    """

    name: str
    title: str
    direction: Literal["minimize", "maximize"]
    needs: Needs
    score: Callable[[Array, Array, Array], float]
    positive: int | None = None
    base: Metric | None = None
    costs: Array | None = None
    alpha: float | None = None

    @property
    def sign(self) -> float:
        """1 where smaller is better, -1 where larger is."""
        return 1.0 if self.direction == "minimize" else -1.0

    def of(self, y: Array, predictions: Predictions, rows: Array) -> float:
        """The score of some ``rows`` (positions or a mask)."""
        labels = predictions.labels[rows] if len(predictions.labels) else predictions.labels
        return self.score(y[rows], predictions.values[rows], labels)

    def refusal(self, predictions: Predictions) -> str:
        """Why predictions of this kind cannot be judged so; empty where they can."""
        if predictions.kind == "label" and self.needs != "labels":
            return "only its classes are kept, without probabilities"
        if predictions.kind == "margin" and self.needs == "probability":
            return "it told no probabilities"
        return ""


def choose_metric(text: str, rows: OutOfFoldRows, positive: int | None) -> MetricChoice:
    """The metric called ``text``; ``positive`` is the position of the study's positive class of two.

    Raises :class:`UserFault` where there is none, or where it is not one for these targets.
    """
    kind, colon, rest = text.partition(":")
    if kind in ("minimize", "maximize") and colon:
        return _by_formula(text, rows, positive)
    if kind == "cost" and colon:
        return _by_costs(text, rest, rows)
    if kind == "pinball" and colon:
        return _pinball(text, rest, rows)
    if kind in OF_ONE_CLASS and colon:
        if rest not in rows.classes:
            raise UserFault(f"There is no class called {rest[:60]!r}.", one_of(rows.classes))
        return _of_class(kind, text, rows.classes.index(rest), rows)
    metric = metrics.get(text)
    if (metric.task == "classification") != bool(rows.classes):
        task = _task_of(rows)
        raise UserFault(f"{metric.title} is not a metric of {task}.", one_of(metrics.names(task)))
    asks = metric.asks_for_class or metric.needs == "ranking"
    asked = positive if asks and len(rows.classes) == 2 else None
    title = metric.title if asked is None else f"{metric.title} of {rows.classes[asked]}"

    def score(y: Array, values: Array, labels: Array) -> float:
        predicted = values if metric.needs != "labels" or metric.task == "regression" else labels
        return _quiet(lambda: metric.score(y, predicted, positive if len(rows.classes) == 2 else None))

    return MetricChoice(text, title, metric.direction, metric.needs, score, asked, metric)


def positive_position(name: str, classes: tuple[str, ...]) -> int | None:
    """The position of a study's positive class (empty: the last by name), *None* where there are not two classes."""
    if len(classes) != 2:
        return None
    return classes.index(name) if name in classes else 1


def _of_class(kind: str, text: str, asked: int, rows: OutOfFoldRows) -> MetricChoice:
    metric = metrics.get(kind)

    def score(y: Array, values: Array, labels: Array) -> float:
        truth = (y == asked).astype(np.int64)
        if metric.needs == "ranking":
            pair = np.column_stack([-values[:, asked], values[:, asked]])
            return _quiet(lambda: metric.score(truth, pair, 1))
        return _quiet(lambda: metric.score(truth, (labels == asked).astype(np.int64), 1))

    title = f"{metric.title} of {rows.classes[asked]}"
    return MetricChoice(text, title, metric.direction, metric.needs, score, asked, metric)


def _pinball(text: str, rest: str, rows: OutOfFoldRows) -> MetricChoice:
    try:
        alpha = float(rest)
    except ValueError:
        alpha = math.nan
    if not 0.0 < alpha < 1.0:
        raise UserFault(f"The quantile of the pinball loss is {rest[:20]!r}.", "Give one between 0 and 1: pinball:0.9.")
    if rows.classes:
        raise UserFault("The pinball loss is not a metric of classification.", one_of(metrics.names("classification")))

    def score(y: Array, values: Array, labels: Array) -> float:
        error = y - values
        return float(np.mean(np.maximum(alpha * error, (alpha - 1.0) * error))) if len(y) else math.nan

    return MetricChoice(text, f"Pinball loss at {alpha:g}", "minimize", "labels", score, alpha=alpha)


def _by_costs(text: str, rest: str, rows: OutOfFoldRows) -> MetricChoice:
    costs = read_costs(rest, rows.classes)

    def score(y: Array, values: Array, labels: Array) -> float:
        return float(np.mean(costs[y, labels])) if len(y) else math.nan

    return MetricChoice(text, "Mean cost", "minimize", "labels", score, costs=costs)


def read_costs(text: str, classes: tuple[str, ...]) -> Array:
    """The cost matrix (K, K) of ``{"true class": {"predicted class": cost}}``; raises :class:`UserFault`."""
    remedy = 'Write it as {"true class": {"predicted class": 5}}.'
    if not classes:
        raise UserFault("A cost matrix is for classes, and this target has numbers.", "Type a formula instead.")
    try:
        told = json.loads(text)
        pairs = [(true, said, cost) for true, row in told.items() for said, cost in row.items()]
    except (ValueError, AttributeError, RecursionError):
        raise UserFault("The costs cannot be read.", remedy) from None
    costs = np.zeros((len(classes), len(classes)))
    for true, said, cost in pairs:
        for name in (true, said):
            if name not in classes:
                raise UserFault(f"There is no class called {str(name)[:60]!r}.", one_of(classes))
        if isinstance(cost, bool) or not isinstance(cost, int | float) or not math.isfinite(cost):
            raise UserFault(f"The cost of {said} for {true} is {str(cost)[:40]}.", "Give a number.")
        costs[classes.index(true), classes.index(said)] = cost
    if not costs.any():
        raise UserFault("All costs are 0, so every model is as good as any other.", remedy)
    return costs


def _by_formula(text: str, rows: OutOfFoldRows, positive: int | None) -> MetricChoice:
    direction, _, rest = text.partition(":")
    task = _task_of(rows)
    known = tuple(name for name in metrics.names(task))
    asked = positive if positive is not None else (len(rows.classes) - 1 if rows.classes else None)
    formula = parse_formula(rest, (*_ARRAYS, *(_COUNTS if rows.classes else ("n",)), *known))
    of_metrics = {name: choose_metric(name, rows, positive) for name in formula.names if name in known}
    needs: Needs = "labels"
    if any(one.needs == "probability" for one in of_metrics.values()) or (rows.classes and "p" in formula.names):
        needs = "probability"
    elif any(one.needs == "ranking" for one in of_metrics.values()):
        needs = "ranking"

    def score(y: Array, values: Array, labels: Array) -> float:
        if not len(y):
            return math.nan
        quantities: dict[str, Any] = {name: one.score(y, values, labels) for name, one in of_metrics.items()}
        return formula.value(quantities | _quantities(formula, y, values, labels, asked))

    title = formula.text if len(formula.text) < 40 else f"{formula.text[:37]} …"  # a guess at what a heading holds
    kind: Literal["minimize", "maximize"] = "minimize" if direction == "minimize" else "maximize"
    return MetricChoice(text, title, kind, needs, score, asked)


def _quantities(formula: Formula, y: Array, values: Array, labels: Array, asked: int | None) -> dict[str, object]:
    if asked is None:
        return {"y": y, "p": values, "n": float(len(y))}
    truth, said = y == asked, labels == asked
    found: dict[str, Any] = {
        "tp": float(np.sum(truth & said)),
        "fp": float(np.sum(~truth & said)),
        "fn": float(np.sum(truth & ~said)),
        "tn": float(np.sum(~truth & ~said)),
        "n": float(len(y)),
        "y": truth.astype(float),
    }
    if "p" in formula.names:
        found["p"] = values[:, asked]
    return found


def _task_of(rows: OutOfFoldRows) -> Task:
    return "classification" if rows.classes else "regression"


def _quiet(score: Callable[[], float]) -> float:
    """A score, NaN where its rows do not allow one, such as an error of logarithms below zero."""
    try:
        return score()
    except ValueError:
        return math.nan
