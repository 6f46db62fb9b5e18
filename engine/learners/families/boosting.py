"""Histogram gradient boosting (scikit-learn): trees of a fixed number of leaves, each correcting the ones before."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Report, TableShape, Task
from engine.learners.families.trees import BoostedTrees, RoundSettings, fullest_leaf
from engine.learners.prediction_loss import known_rows
from engine.options import option
from engine.space import Float, Int, Parameter, SearchSpace

_FIRST_ROUNDS = 10
_SECONDS_BETWEEN = 0.2


@dataclass(frozen=True, slots=True)
class BoostingHyperparameters:
    """Everything of the model that may be tuned."""

    learning_rate: float = option(0.1, label="Learning rate", low=0.0)
    max_iter: int = option(100, label="Rounds", low=1, high=10_000)
    max_leaf_nodes: int | None = option(31, label="Most leaves", low=2, high=100_000)
    max_depth: int | None = option(None, label="Depth", low=1, high=1000)
    min_samples_leaf: int = option(20, label="Smallest leaf", low=1)
    l2_regularization: float = option(0.0, label="L2", low=0.0)
    max_features: float = option(1.0, label="Share of columns", low=0.0, high=1.0)
    max_bins: int = option(255, label="Bins", low=2, high=255)
    class_weight: str | None = option(None, label="Class weight", choices=("balanced",))


@registry.register
class Boosting(BoostedTrees):
    """scikit-learn's histogram gradient boosting, grown a few rounds at a time."""

    title = "Gradient boosting"
    hyperparameters = "How fast and how finely trees correct each other: learning rate, leaves, regularisation."
    hyperparameter_options = BoostingHyperparameters
    more: ClassVar[Mapping[str, Parameter]] = {"max_depth": Int(2, 16), "max_bins": Int(16, 255, log=True)}

    def space(self, task: Task, shape: TableShape) -> SearchSpace:
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

    def estimator(self, params: Mapping[str, Any], settings: RoundSettings, task: Task, seed: int) -> Any:
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
        """Train in a few goes of a fifth of a second, so that losses arrive and training can be ended.

        scikit-learn's warm start continues with the same trees, bit for bit, and its early stopping, told never to
        stop, keeps the losses of every round.
        """
        if validation is None:
            return estimator.fit(X, y)
        classes = hasattr(estimator, "predict_proba")
        X_val, y_val = known_rows(validation, y, classes=classes)
        if not len(y_val):
            return estimator.fit(X, y)
        usual = {name: estimator.get_params()[name] for name in ("early_stopping", "scoring", "n_iter_no_change")}
        rounds = estimator.max_iter
        loss_scale = 1.0 if classes else 2.0  # scikit-learn halves the squared error
        estimator.set_params(warm_start=True, early_stopping=True, scoring="loss", n_iter_no_change=rounds + 1)
        done, goal = 0, min(_FIRST_ROUNDS, rounds)
        while done < rounds:
            begun = time.perf_counter()
            estimator.set_params(max_iter=goal)
            estimator.fit(X, y, X_val=X_val, y_val=y_val)
            pace = (goal - done) / (time.perf_counter() - begun)
            for step in range(done + 1, goal + 1):
                scores = float(estimator.train_score_[step]), float(estimator.validation_score_[step])
                report(step, {"train_loss": -loss_scale * scores[0], "val_loss": -loss_scale * scores[1]})
            done, goal = goal, min(rounds, goal + max(_FIRST_ROUNDS, int(pace * _SECONDS_BETWEEN)))
        return estimator.set_params(warm_start=False, max_iter=rounds, **usual)
