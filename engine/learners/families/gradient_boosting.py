"""Gradient boosting with exact splits (scikit-learn): shallow trees, each fitted to what is left of the error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Report, TableShape, Task
from engine.learners.families.trees import BoostedTrees, RoundSettings, count_nodes, fullest_leaf
from engine.learners.prediction_loss import loss_of, watched_rows
from engine.options import option
from engine.space import Float, Hyperparameter, Int, SearchSpace


@dataclass(frozen=True, slots=True)
class GradientBoostingHyperparameters:
    """Everything of the model that may be tuned."""

    learning_rate: float = option(0.1, label="Learning rate", low=0.0)
    n_estimators: int = option(100, label="Boosting rounds", low=1, high=10_000)
    max_depth: int | None = option(3, label="Maximum depth", low=1, high=1000)
    max_leaf_nodes: int | None = option(None, label="Maximum leaves", low=2, high=100_000)
    min_samples_leaf: float = option(1, label="Minimum rows per leaf", low=0.0)
    min_samples_split: float = option(2, label="Minimum rows to split", low=0.0)
    min_impurity_decrease: float = option(0.0, label="Minimum gain", low=0.0)
    subsample: float = option(1.0, label="Share of rows", low=0.0, high=1.0)
    max_features: float | None = option(None, label="Columns", low=0.0, words=("sqrt", "log2"))
    ccp_alpha: float = option(0.0, label="Pruning", low=0.0)


@registry.register
class GradientBoosting(BoostedTrees):
    """scikit-learn's exact gradient boosting, watched through its monitor."""

    title = "Gradient boosting, exact splits"
    hyperparameters = "How fast and how deep trees correct each other, and the share of rows and columns each one sees."
    hyperparameter_options = GradientBoostingHyperparameters
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "min_samples_split": Int(2, 50, log=True),
        "max_leaf_nodes": Int(4, 128, log=True),
        "ccp_alpha": Float(1e-6, 1e-1, log=True),
    }

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Ranges around scikit-learn's defaults; leaves no smaller than the table can fill."""
        return SearchSpace(
            {
                "learning_rate": Float(0.01, 0.5, log=True),
                "max_depth": Int(1, 8),
                "min_samples_leaf": Int(1, fullest_leaf(shape.rows), log=True),
                "subsample": Float(0.4, 1.0),
                "max_features": Float(0.2, 1.0),
            }
        )

    def make_estimator(self, params: Mapping[str, object], settings: RoundSettings, task: Task, seed: int) -> Any:
        """scikit-learn's estimator without early stopping, so that every row trains."""
        # In here because scikit-learn is slow to load.
        from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

        kind = GradientBoostingClassifier if task == "classification" else GradientBoostingRegressor
        return kind(**{"n_estimators": settings.rounds, "random_state": seed, **params})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train with scikit-learn's monitor; staged predictions are taken one tree further each round."""
        if validation is None:
            return estimator.fit(X, y)
        classes = hasattr(estimator, "predict_proba")
        rows = watched_rows(X, y, validation, classes=classes)
        stages: dict[str, Any] = {}

        def finished(index: int, growing: Any, state: object) -> bool:
            if not stages:  # only now is there a model to predict with
                predict = growing.staged_predict_proba if classes else growing.staged_predict
                stages.update({name: predict(points) for name, (points, _) in rows.items()})
            known = growing.classes_ if classes else None
            report(index + 1, {name: loss_of(next(stages[name]), goal, known) for name, (_, goal) in rows.items()})
            return False

        return estimator.fit(X, y, monitor=finished)

    def count_parameters(self, fitted: Any) -> int | None:
        """One threshold a split and one value a leaf."""
        return count_nodes(fitted.estimators_.flat)
