"""Random forest (scikit-learn): deep trees grown on random rows and columns, averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Family, Report, TableShape, Task
from engine.learners.families.trees import count_nodes
from engine.learners.prediction_loss import loss_of, watched_rows
from engine.options import option
from engine.space import Categorical, Float, Hyperparameter, Int, SearchSpace

_REPORTS = 20  # of one forest: a guess


@dataclass(frozen=True, slots=True)
class RandomForestSettings:
    """What stays fixed while a forest is tuned."""

    trees: int = option(100, label="Trees", help="More trees take longer; the score levels off.", low=1, high=10_000)


@dataclass(frozen=True, slots=True)
class RandomForestHyperparameters:
    """Everything of the model that may be tuned."""

    n_estimators: int = option(100, label="Trees", low=1, high=10_000)
    criterion: str = option(
        "gini",
        label="Criterion",
        choices=("gini", "entropy", "log_loss", "squared_error", "absolute_error", "friedman_mse", "poisson"),
    )
    max_depth: int | None = option(None, label="Maximum depth", low=1, high=1000)
    max_leaf_nodes: int | None = option(None, label="Maximum leaves", low=2, high=100_000)
    min_samples_leaf: float = option(1, label="Minimum rows per leaf", low=0.0)
    min_samples_split: float = option(2, label="Minimum rows to split", low=0.0)
    min_impurity_decrease: float = option(0.0, label="Minimum gain", low=0.0)
    max_features: float | None = option(1.0, label="Columns", low=0.0, words=("sqrt", "log2"))
    max_samples: float | None = option(None, label="Rows", low=0.0)
    bootstrap: bool = option(True, label="Rows drawn with replacement")
    ccp_alpha: float = option(0.0, label="Pruning", low=0.0)
    class_weight: str | None = option(None, label="Class weight", choices=("balanced", "balanced_subsample"))


@registry.register
class RandomForest(Family):
    """Losses are reported about 20 times while trees are added: log loss, or mean squared error."""

    title = "Random forest"
    hyperparameters = "How random and how deep the trees are: columns and rows per tree, smallest leaf."
    hyperparameter_options = RandomForestHyperparameters
    parameters = "Which column each tree splits and where, and the mean of the target in each leaf."
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "max_depth": Int(2, 32, log=True),
        "min_samples_split": Int(2, 50, log=True),
        "ccp_alpha": Float(1e-6, 1e-1, log=True),
    }
    scaled = False
    step_name = "tree"
    settings = RandomForestSettings

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Shares of columns and rows from few to all, leaves from one row to a twentieth of the table."""
        rows: dict[str, Hyperparameter] = {
            "max_features": Float(0.1, 1.0),
            "min_samples_leaf": Int(1, max(5, min(50, shape.rows // 20)), log=True),
            "max_samples": Float(0.3, 1.0),
        }
        if task == "classification":
            rows["criterion"] = Categorical(("gini", "entropy"))
        return SearchSpace(rows)

    def make_estimator(
        self, params: Mapping[str, object], settings: RandomForestSettings, task: Task, seed: int
    ) -> Any:
        """scikit-learn's forest with bootstrapped rows, on one thread."""
        # In here because scikit-learn is slow to load.
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        kind = RandomForestClassifier if task == "classification" else RandomForestRegressor
        return kind(**{"n_estimators": settings.trees, "random_state": seed, **params})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Add trees in about 20 goes; scikit-learn's warm start grows the same trees as one go would."""
        if validation is None:
            return estimator.fit(X, y)
        trees = estimator.n_estimators
        watched = watched_rows(X, y, validation, classes=hasattr(estimator, "predict_proba"))
        growing = {name: _Loss(*rows) for name, rows in watched.items()}
        estimator.set_params(warm_start=True)
        for goal in np.unique(np.linspace(0, trees, _REPORTS + 1).round().astype(int))[1:]:
            estimator.set_params(n_estimators=int(goal)).fit(X, y)
            report(int(goal), {name: loss.of(estimator) for name, loss in growing.items()})
        return estimator.set_params(warm_start=False, n_estimators=trees)

    def count_parameters(self, fitted: Any) -> int | None:
        """One threshold a split and one value a leaf."""
        return count_nodes(fitted.estimators_)


class _Loss:
    """The loss of a growing forest on fixed rows; each tree predicts once."""

    def __init__(self, X: np.ndarray, y: np.ndarray) -> None:
        self._X = np.asarray(X, dtype=np.float32)  # the type trees work in
        self._y = y
        self._sum: Any = 0.0
        self._trees = 0

    def of(self, forest: Any) -> float:
        """Log loss or mean squared error of the mean over all trees so far."""
        classes = getattr(forest, "classes_", None)
        for tree in forest.estimators_[self._trees :]:
            self._sum = self._sum + (tree.predict(self._X) if classes is None else tree.predict_proba(self._X))
        self._trees = len(forest.estimators_)
        return loss_of(self._sum / self._trees, self._y, classes)
