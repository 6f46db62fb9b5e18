"""LightGBM, where it is installed: trees grown leaf by leaf on binned columns."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Family, Report, TableShape, Task
from engine.learners.optional_packages import require
from engine.options import option
from engine.space import Float, Int, SearchSpace

require("lightgbm", "LightGBM", extra="boosting")


@dataclass(frozen=True, slots=True)
class LightGbmSettings:
    """What stays fixed while LightGBM is tuned."""

    rounds: int = option(100, label="Rounds", help="Trees are added one round after another.", low=1, high=10_000)


@registry.register
class LightGbm(Family):
    """Losses are reported for every round: log loss, or mean squared error in the target's own unit."""

    title = "LightGBM"
    hyperparameters = "How fast and how finely trees correct each other: learning rate, leaves, sampling, penalty."
    parameters = "Which column each tree splits and where, and the value it adds in each leaf."
    scaled = False
    step_name = "round"
    settings = LightGbmSettings

    def space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Ranges around LightGBM's defaults; leaves no smaller than the table can fill."""
        fullest = int(min(200, max(10, shape.rows // 10)))
        return SearchSpace(
            {
                "learning_rate": Float(0.01, 0.5, log=True),
                "num_leaves": Int(4, 128, log=True),
                "min_child_samples": Int(2, fullest, log=True),
                "subsample": Float(0.4, 1.0),
                "colsample_bytree": Float(0.3, 1.0),
                "reg_lambda": Float(1e-6, 10.0, log=True),
            }
        )

    def estimator(self, params: Mapping[str, Any], settings: LightGbmSettings, task: Task, seed: int) -> Any:
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
        sets = {"train_loss": (X, y)}
        # A class unknown in training has no loss.
        seen = np.isin(validation[1], y) if hasattr(estimator, "predict_proba") else np.ones(len(validation[1]), bool)
        if seen.any():
            sets["val_loss"] = validation[0][seen], validation[1][seen]

        def finished(round_: Any) -> None:
            losses = {name: float(value) for name, _, value, _ in round_.evaluation_result_list}
            report(round_.iteration + 1, losses)

        points, goals = zip(*sets.values(), strict=True)
        return estimator.fit(X, y, eval_X=points, eval_y=goals, eval_names=[*sets], callbacks=[finished])
