"""Metrics: how predictions on unseen rows become one score, through scikit-learn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.data.target import Task
from engine.errors import UserFault

Needs = Literal["labels", "ranking", "probability"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``score(y, predicted)`` takes the true and the predicted values of the same rows.

    ``y`` is (rows,) numbers or class positions 0..K-1. What ``predicted`` is, ``needs`` says: ``labels`` are numbers or
    class positions (rows,); ``ranking`` are (rows, K) values that grow with the likelihood of each class, and
    ``probability`` are (rows, K) probabilities. ``function`` is scikit-learn's name, in :mod:`sklearn.metrics`.
    ``asks_for_class`` says that of two classes it asks for one, the positive; ``fewest`` is how many rows it takes,
    ``least`` the smallest true value.
    """

    name: str
    title: str
    task: Task
    direction: Literal["minimize", "maximize"]
    needs: Needs
    function: str
    keywords: tuple[tuple[str, Any], ...] = ()
    asks_for_class: bool = False
    fewest: int = 1
    least: float = -math.inf

    @property
    def perfect(self) -> float:
        """The score of predictions that are right everywhere, which no other passes."""
        return 1.0 if self.direction == "maximize" else 0.0

    @property
    def needs_probability(self) -> bool:
        """Whether predictions must be probabilities that sum to one."""
        return self.needs == "probability"

    def is_defined(self, y: np.ndarray, classes: int, positive: int = 1) -> bool:
        """Whether rows with these true values can be scored, whatever is predicted."""
        if self.needs != "ranking":
            return len(y) >= self.fewest and bool((y >= self.least).all())
        asked = [positive] if classes == 2 else range(classes)
        return any((y == k).any() and (y != k).any() for k in asked)

    def score(self, y: np.ndarray, predicted: np.ndarray, positive: int | None = None) -> float:
        """The metric's value; NaN where it is undefined, such as a ranking of rows of one class.

        ``positive`` is the position of the positive class where there are two classes, *None* where there are more.
        """
        # In here because scikit-learn is slow to load.
        from sklearn import metrics

        function: Callable[..., float] = getattr(metrics, self.function)
        if self.needs == "labels" and self.asks_for_class and positive is not None:
            return float(function(y == positive, predicted == positive, **dict(self.keywords)))
        if self.needs == "labels":
            average = {"average": "macro"} if self.asks_for_class else {}
            return float(function(y, predicted, **average, **dict(self.keywords)))
        if self.needs == "probability":
            return float(function(y, predicted, labels=np.arange(predicted.shape[1]), **dict(self.keywords)))
        return _mean_over_classes(function, y, predicted, 1 if positive is None else positive)


def _mean_over_classes(function: Callable[..., float], y: np.ndarray, predicted: np.ndarray, positive: int) -> float:
    """One class against the rest, averaged over the classes that occur; two classes are one question."""
    present = [k for k in range(predicted.shape[1]) if (y == k).any() and (y != k).any()]
    if predicted.shape[1] == 2:
        present = [k for k in present if k == positive]
    return float(np.mean([function(y == k, predicted[:, k]) for k in present])) if present else float("nan")


_METRICS = (
    Metric("accuracy", "Accuracy", "classification", "maximize", "labels", "accuracy_score"),
    Metric("balanced_accuracy", "Balanced accuracy", "classification", "maximize", "labels", "balanced_accuracy_score"),
    Metric("f1_macro", "F1, mean over classes", "classification", "maximize", "labels", "f1_score",
           (("average", "macro"), ("zero_division", 0.0))),
    Metric("log_loss", "Log loss", "classification", "minimize", "probability", "log_loss"),
    Metric("roc_auc", "Area under the ROC curve", "classification", "maximize", "ranking", "roc_auc_score"),
    Metric("average_precision", "Average precision", "classification", "maximize", "ranking",
           "average_precision_score", asks_for_class=True),
    Metric("precision", "Precision", "classification", "maximize", "labels", "precision_score",
           (("zero_division", 0.0),), asks_for_class=True),
    Metric("recall", "Recall", "classification", "maximize", "labels", "recall_score",
           (("zero_division", 0.0),), asks_for_class=True),
    Metric("f1", "F1", "classification", "maximize", "labels", "f1_score",
           (("zero_division", 0.0),), asks_for_class=True),
    Metric("f1_weighted", "F1, weighted by class size", "classification", "maximize", "labels", "f1_score",
           (("average", "weighted"), ("zero_division", 0.0))),
    Metric("precision_macro", "Precision, mean over classes", "classification", "maximize", "labels",
           "precision_score", (("average", "macro"), ("zero_division", 0.0))),
    Metric("recall_macro", "Recall, mean over classes", "classification", "maximize", "labels", "recall_score",
           (("average", "macro"), ("zero_division", 0.0))),
    Metric("matthews_correlation", "Matthews correlation", "classification", "maximize", "labels",
           "matthews_corrcoef"),
    Metric("cohen_kappa", "Cohen's kappa", "classification", "maximize", "labels", "cohen_kappa_score"),
    Metric("jaccard", "Jaccard index", "classification", "maximize", "labels", "jaccard_score",
           (("zero_division", 0.0),), asks_for_class=True),
    Metric("brier_score", "Brier score", "classification", "minimize", "probability", "brier_score_loss"),
    Metric("rmse", "Root mean squared error", "regression", "minimize", "labels", "root_mean_squared_error"),
    Metric("mae", "Mean absolute error", "regression", "minimize", "labels", "mean_absolute_error"),
    Metric("median_absolute_error", "Median absolute error", "regression", "minimize", "labels",
           "median_absolute_error"),
    Metric("mse", "Mean squared error", "regression", "minimize", "labels", "mean_squared_error"),
    Metric("mape", "Mean absolute percentage error", "regression", "minimize", "labels",
           "mean_absolute_percentage_error"),
    Metric("rmsle", "Root mean squared logarithmic error", "regression", "minimize", "labels",
           "root_mean_squared_log_error", least=0.0),
    Metric("max_error", "Largest error", "regression", "minimize", "labels", "max_error"),
    Metric("explained_variance", "Explained variance", "regression", "maximize", "labels",
           "explained_variance_score", fewest=2),
    Metric("d2_absolute_error", "D² of absolute errors", "regression", "maximize", "labels",
           "d2_absolute_error_score", fewest=2),
    Metric("r2", "R²", "regression", "maximize", "labels", "r2_score", fewest=2),
)  # fmt: skip
_DEFAULTS: dict[Task, str] = {"classification": "accuracy", "regression": "rmse"}


def names(task: Task) -> tuple[str, ...]:
    """The names of the metrics of a task, the usual one first."""
    return tuple(metric.name for metric in _METRICS if metric.task == task)


def every() -> tuple[Metric, ...]:
    """All metrics, those of classification first."""
    return _METRICS


def default(task: Task) -> str:
    """The metric that is suggested for a task."""
    return _DEFAULTS[task]


def get(name: str) -> Metric:
    """The metric called ``name``; raises :class:`UserFault` when there is none."""
    for metric in _METRICS:
        if metric.name == name:
            return metric
    raise UserFault(
        f"There is no metric called {name!r}.", f"Choose one of: {', '.join(metric.name for metric in _METRICS)}."
    )
