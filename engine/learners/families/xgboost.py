"""XGBoost, where it is installed: trees grown level by level under a penalty on their leaves."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.errors import UserFault
from engine.learners.families import registry
from engine.learners.families.base import Report, TableShape, Task
from engine.learners.families.trees import BoostedTrees, RoundSettings
from engine.learners.optional_packages import require
from engine.learners.prediction_loss import all_rows
from engine.options import option
from engine.space import Float, Hyperparameter, Int, SearchSpace

require("xgboost", "XGBoost", extra="boosting")


@dataclass(frozen=True, slots=True)
class XgBoostHyperparameters:
    """Everything of the model that may be tuned."""

    learning_rate: float = option(0.3, label="Learning rate", low=0.0)
    n_estimators: int = option(100, label="Boosting rounds", low=1, high=10_000)
    max_depth: int = option(6, label="Maximum depth", low=0, high=64)
    max_leaves: int = option(0, label="Maximum leaves", low=0, high=100_000)
    grow_policy: str = option("depthwise", label="Growth", choices=("depthwise", "lossguide"))
    min_child_weight: float = option(1.0, label="Minimum weight per leaf", low=0.0)
    gamma: float = option(0.0, label="Minimum gain", low=0.0)
    max_delta_step: float = option(0.0, label="Largest step", low=0.0)
    subsample: float = option(1.0, label="Share of rows", low=0.0, high=1.0)
    colsample_bytree: float = option(1.0, label="Share of columns of a tree", low=0.0, high=1.0)
    colsample_bylevel: float = option(1.0, label="Share of columns of a level", low=0.0, high=1.0)
    colsample_bynode: float = option(1.0, label="Share of columns of a split", low=0.0, high=1.0)
    reg_alpha: float = option(0.0, label="L1", low=0.0)
    reg_lambda: float = option(1.0, label="L2", low=0.0)
    max_bin: int = option(256, label="Bins", low=2, high=65_535)
    scale_pos_weight: float = option(1.0, label="Weight of the second class", low=0.0)


@registry.register
class XgBoost(BoostedTrees):
    """XGBoost with histograms, watched through its callbacks."""

    title = "XGBoost"
    hyperparameters = "How fast and how deep trees correct each other: learning rate, depth, sampling, penalties."
    hyperparameter_options = XgBoostHyperparameters
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "gamma": Float(0.0, 5.0),
        "max_delta_step": Float(0.0, 10.0),
        "reg_alpha": Float(1e-6, 10.0, log=True),
        "colsample_bylevel": Float(0.3, 1.0),
    }

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Ranges around XGBoost's defaults; leaves no smaller than the table can fill."""
        fullest = float(min(100, max(10, shape.rows // 20)))
        return SearchSpace(
            {
                "learning_rate": Float(0.01, 0.5, log=True),
                "max_depth": Int(2, 10),
                "min_child_weight": Float(0.1, fullest, log=True),
                "subsample": Float(0.4, 1.0),
                "colsample_bytree": Float(0.3, 1.0),
                "reg_lambda": Float(1e-6, 10.0, log=True),
            }
        )

    def target_problem(self, y: np.ndarray) -> UserFault | None:
        """Every class up to the last must have a row."""
        if y.dtype.kind == "f" or np.array_equal(np.unique(y), np.arange(np.max(y) + 1)):
            return None
        return UserFault(
            "A class has no row among those that train, which XGBoost does not allow.",
            "Choose stratified folds or fewer folds, or another model.",
            "model",
        )

    def make_estimator(self, params: Mapping[str, Any], settings: RoundSettings, task: Task, seed: int) -> Any:
        """XGBoost's estimator with histograms, on one thread."""
        # In here because it loads scikit-learn, which is slow; by name because type checkers need not know it.
        xgboost: Any = importlib.import_module("xgboost")
        kind = xgboost.XGBClassifier if task == "classification" else xgboost.XGBRegressor
        fixed = {"n_estimators": settings.rounds, "random_state": seed, "tree_method": "hist", "n_jobs": 1}
        return kind(**{**fixed, **params})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train with a callback after every round; raises :class:`UserFault` where a class has no training row."""
        classes = hasattr(estimator, "predict_proba")
        problem = self.target_problem(y) if classes else None
        if problem is not None:
            raise problem
        if validation is None:
            return estimator.fit(X, y)
        sets = all_rows(X, y, validation, classes=classes)
        usual = {name: estimator.get_params()[name] for name in ("callbacks", "eval_metric")}
        metric = "rmse" if not classes else "logloss" if len(np.unique(y)) == 2 else "mlogloss"
        estimator.set_params(callbacks=[_make_watcher([*sets], report)], eval_metric=metric)
        try:
            return estimator.fit(X, y, eval_set=[*sets.values()], verbose=False)
        finally:
            estimator.set_params(**usual)


def _make_watcher(names: list[str], report: Report) -> Any:
    """XGBoost's callback that reports the last losses of its sets, which it keeps in their order."""
    # In here because it loads scikit-learn, which is slow; by name because type checkers need not know it.
    callback: Any = importlib.import_module("xgboost.callback")

    class Watcher(callback.TrainingCallback):  # type: ignore[misc]
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            losses = {}
            for name, metrics in zip(names, evals_log.values(), strict=True):
                ((metric, values),) = metrics.items()
                losses[name] = float(values[-1]) ** 2 if metric == "rmse" else float(values[-1])
            report(epoch + 1, losses)
            return False

    return Watcher()
