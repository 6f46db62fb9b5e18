"""LightGBM, where it is installed: trees grown leaf by leaf on binned columns."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Report, TableShape, Task
from engine.learners.families.trees import BoostedTrees, RoundSettings, fullest_leaf
from engine.learners.optional_packages import require
from engine.learners.prediction_loss import all_rows
from engine.options import option
from engine.space import Float, Hyperparameter, Int, SearchSpace

require("lightgbm", "LightGBM", extra="boosting")


@dataclass(frozen=True, slots=True)
class LightGbmHyperparameters:
    """Everything of the model that may be tuned."""

    learning_rate: float = option(0.1, label="Learning rate", low=0.0)
    n_estimators: int = option(100, label="Boosting rounds", low=1, high=10_000)
    num_leaves: int = option(31, label="Leaves", low=2, high=131_072)
    max_depth: int = option(-1, label="Maximum depth", low=-1, high=1000)
    min_child_samples: int = option(20, label="Minimum rows per leaf", low=0)
    min_child_weight: float = option(1e-3, label="Minimum weight per leaf", low=0.0)
    min_split_gain: float = option(0.0, label="Minimum gain", low=0.0)
    subsample: float = option(1.0, label="Share of rows", low=0.0, high=1.0)
    subsample_freq: int = option(1, label="Rounds between draws of rows", low=0, high=10_000)
    colsample_bytree: float = option(1.0, label="Share of columns", low=0.0, high=1.0)
    reg_alpha: float = option(0.0, label="L1", low=0.0)
    reg_lambda: float = option(0.0, label="L2", low=0.0)
    boosting_type: str = option("gbdt", label="Boosting", choices=("gbdt", "dart"))
    max_bin: int = option(255, label="Bins", low=2, high=65_535)
    extra_trees: bool = option(False, label="Random thresholds")
    path_smooth: float = option(0.0, label="Smoothing", low=0.0)
    class_weight: str | None = option(None, label="Class weight", choices=("balanced",))


@registry.register
class LightGbm(BoostedTrees):
    """LightGBM, watched through its callbacks."""

    title = "LightGBM"
    hyperparameters = "How fast and how finely trees correct each other: learning rate, leaves, sampling, penalty."
    hyperparameter_options = LightGbmHyperparameters
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "max_depth": Int(2, 16),
        "min_split_gain": Float(0.0, 1.0),
        "reg_alpha": Float(1e-6, 10.0, log=True),
    }

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Ranges around LightGBM's defaults; leaves no smaller than the table can fill."""
        return SearchSpace(
            {
                "learning_rate": Float(0.01, 0.5, log=True),
                "num_leaves": Int(4, 128, log=True),
                "min_child_samples": Int(2, fullest_leaf(shape.rows), log=True),
                "subsample": Float(0.4, 1.0),
                "colsample_bytree": Float(0.3, 1.0),
                "reg_lambda": Float(1e-6, 10.0, log=True),
            }
        )

    def make_estimator(self, params: Mapping[str, Any], settings: RoundSettings, task: Task, seed: int) -> Any:
        """LightGBM's estimator on one thread, with new rows drawn every round."""
        # In here because it loads scikit-learn, which is slow; by name because type checkers need not know it.
        lightgbm: Any = importlib.import_module("lightgbm")
        kind = lightgbm.LGBMClassifier if task == "classification" else lightgbm.LGBMRegressor
        fixed = {"n_estimators": settings.rounds, "random_state": seed, "subsample_freq": 1, "n_jobs": 1}
        # Which way sums are formed is otherwise chosen by timing, and decides on the last digits.
        steady = {"deterministic": True, "force_row_wise": True, "verbosity": -1}
        return kind(**{**fixed, **steady, **params})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train with a callback after every round."""
        if validation is None:
            return estimator.fit(X, y)
        sets = all_rows(X, y, validation, classes=hasattr(estimator, "predict_proba"))

        def finished(round_: Any) -> None:
            losses = {name: float(value) for name, _, value, _ in round_.evaluation_result_list}
            report(round_.iteration + 1, losses)

        points, goals = zip(*sets.values(), strict=True)
        return estimator.fit(X, y, eval_X=points, eval_y=goals, eval_names=[*sets], callbacks=[finished])
