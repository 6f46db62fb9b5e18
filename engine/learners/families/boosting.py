"""Histogram gradient boosting (scikit-learn): trees of a fixed number of leaves, each correcting the ones before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Report, TableShape, Task
from engine.learners.families.trees import BoostedTrees, RoundSettings, fullest_leaf
from engine.learners.prediction_loss import known_rows
from engine.options import option
from engine.space import Float, Hyperparameter, Int, SearchSpace


@dataclass(frozen=True, slots=True)
class BoostingHyperparameters:
    """Everything of the model that may be tuned."""

    learning_rate: float = option(0.1, label="Learning rate", low=0.0)
    max_iter: int = option(100, label="Boosting rounds", low=1, high=10_000)
    max_leaf_nodes: int | None = option(31, label="Maximum leaves", low=2, high=100_000)
    max_depth: int | None = option(None, label="Maximum depth", low=1, high=1000)
    min_samples_leaf: int = option(20, label="Minimum rows per leaf", low=1)
    l2_regularization: float = option(0.0, label="L2", low=0.0)
    max_features: float = option(1.0, label="Share of columns", low=0.0, high=1.0)
    max_bins: int = option(255, label="Bins", low=2, high=255)
    class_weight: str | None = option(None, label="Class weight", choices=("balanced",))


@registry.register
class Boosting(BoostedTrees):
    """scikit-learn's histogram gradient boosting, heard after every round."""

    title = "Gradient boosting"
    hyperparameters = "How fast and how finely trees correct each other: learning rate, leaves, regularisation."
    hyperparameter_options = BoostingHyperparameters
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "max_depth": Int(2, 16),
        "max_bins": Int(16, 255, log=True),
    }

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Ranges around scikit-learn's defaults; leaves no smaller than the table can fill."""
        return SearchSpace(
            {
                "learning_rate": Float(0.01, 0.5, log=True),
                "max_leaf_nodes": Int(4, 128, log=True),
                "min_samples_leaf": Int(2, fullest_leaf(shape.rows), log=True),
                "l2_regularization": Float(1e-6, 10.0, log=True),
                "max_features": Float(0.2, 1.0),
            }
        )

    def make_estimator(self, params: Mapping[str, object], settings: RoundSettings, task: Task, seed: int) -> Any:
        """scikit-learn's estimator without early stopping, so that every row trains."""
        # In here because scikit-learn is slow to load.
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        kind = HistGradientBoostingClassifier if task == "classification" else HistGradientBoostingRegressor
        return kind(**{"max_iter": settings.rounds, "early_stopping": False, "random_state": seed, **params})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train in one go; the losses of every round are those that scikit-learn keeps for early stopping.

        It has no callback but asks after every round whether to stop, which is answered in its place: never. Where it
        should no longer ask in this way, the rounds are reported once it has ended.
        """
        if validation is None:
            return estimator.fit(X, y)
        classes = hasattr(estimator, "predict_proba")
        X_val, y_val = known_rows(validation, y, classes=classes)
        if not len(y_val):
            return estimator.fit(X, y)
        usual = {name: estimator.get_params()[name] for name in ("early_stopping", "scoring", "n_iter_no_change")}
        scale = -1.0 if classes else -2.0  # scores are negative losses, and scikit-learn halves the squared error
        told = 0

        def hear(scores: object) -> bool:
            nonlocal told
            train, val = estimator.train_score_, estimator.validation_score_
            for step in range(told + 1, len(train)):  # the first entry is of the model without a tree
                told = step
                report(step, {"train_loss": scale * float(train[step]), "val_loss": scale * float(val[step])})
            return False

        estimator.set_params(early_stopping=True, scoring="loss", n_iter_no_change=estimator.max_iter + 1)
        # WORKAROUND scikit-learn 1.9: it has no callback for rounds; drop when it has one.
        estimator._should_stop = hear  # noqa: SLF001
        try:
            estimator.fit(X, y, X_val=X_val, y_val=y_val)
        finally:
            del estimator._should_stop  # noqa: SLF001
            estimator.set_params(**usual)
        hear(None)
        return estimator
