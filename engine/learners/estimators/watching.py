"""How an estimator is watched while it trains, where it can be: by whom, and what one report is called.

Whichever way, the trained model equals the one of a plain ``fit``. Where a version of scikit-learn lacks what this
rests on, training goes on unwatched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.learners.families.base import Report
from engine.learners.prediction_loss import loss_of, losses, watched_rows

Rows = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Watching:
    """What one report is (``step_name``), and the model family that trains such an estimator, empty for none."""

    step_name: str
    family: str = ""


BY_CLASS = {
    **dict.fromkeys(("RandomForest", "ExtraTrees"), Watching("tree", "random_forest")),
    "HistGradientBoosting": Watching("round", "boosting"),
    "GradientBoosting": Watching("round", "gradient_boosting"),
    "MLP": Watching("epoch", "sklearn_mlp"),
    "AdaBoost": Watching("round"),
    "LogisticRegression": Watching("iteration"),
    "LGBM": Watching("round", "lightgbm"),
    "XGB": Watching("round", "xgboost"),
}
"""By what an estimator's class is called, without *Classifier* and *Regressor*."""


def watching_of(name: str) -> Watching:
    """How estimators of the class called ``name`` are watched; one that is not has no steps."""
    stem = name.removesuffix("Classifier").removesuffix("Regressor")
    return BY_CLASS.get(stem, Watching(""))


def fit_watched(estimator: Any, X: np.ndarray, y: np.ndarray, validation: Rows, report: Report) -> object:
    """Train by the estimator's own means, heard through scikit-learn's callbacks, or told afterwards stage by stage."""
    classes = hasattr(estimator, "predict_proba")
    rows = watched_rows(X, y, validation, classes=classes)
    told = 0

    def tell(model: object) -> None:
        nonlocal told
        told += 1
        report(told, losses(model, rows))

    if hasattr(estimator, "set_callbacks"):
        estimator.set_callbacks(_Listener(tell))
        try:
            estimator.fit(X, y)
        finally:
            estimator.set_callbacks()
    else:
        estimator.fit(X, y)
    staged = getattr(estimator, "staged_predict_proba" if classes else "staged_predict", None)
    if staged is not None and not told:
        known = estimator.classes_ if classes else None
        stages = {name: staged(points) for name, (points, _) in rows.items()}
        for step in range(1, len(estimator.estimators_) + 1):
            report(step, {name: loss_of(next(stages[name]), goal, known) for name, (_, goal) in rows.items()})
            told = step
    if not told:
        tell(estimator)
    return estimator


class _Listener:
    """scikit-learn's callback: it hears of each iteration, with a model that stopped there."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell

    def setup(self, estimator: object, context: object) -> None:
        """Nothing is needed before training."""

    def teardown(self, estimator: object, context: object) -> None:
        """Nor after it."""

    def on_fit_task_begin(self, estimator: object, context: object, **more: object) -> None:
        """A task is told when it ends."""

    def on_fit_task_end(self, estimator: Any, context: Any, *, fitted_estimator: Any = None, **more: Any) -> bool:
        """Tell the losses of the model so far; training goes on."""
        if fitted_estimator is not None and context.parent is not None:
            self._tell(fitted_estimator)
        return False
