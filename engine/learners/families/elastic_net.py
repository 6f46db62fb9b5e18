"""Elastic net (scikit-learn): a linear model whose weights are held small (L2) and sparse (L1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.learners.families import registry
from engine.learners.families.base import Family, TableShape, Task
from engine.options import option
from engine.space import Float, SearchSpace


@dataclass(frozen=True, slots=True)
class ElasticNetSettings:
    """What stays fixed while an elastic net is tuned."""

    iterations: int = option(
        1000, label="Maximum iterations", help="Passes over the rows before the solver gives up.", low=10, high=100_000
    )


@dataclass(frozen=True, slots=True)
class ElasticNetHyperparameters:
    """Everything of the model that may be tuned."""

    C: float = option(1.0, label="C", low=0.0)
    alpha: float = option(1.0, label="Alpha", low=0.0)
    l1_ratio: float = option(0.5, label="L1 ratio", low=0.0, high=1.0)
    max_iter: int = option(1000, label="Maximum iterations", low=1, high=100_000)
    tol: float = option(1e-4, label="Tolerance", low=0.0)
    fit_intercept: bool = option(True, label="Intercept")
    class_weight: str | None = option(None, label="Class weight", choices=("balanced",))


@registry.register
class ElasticNet(Family):
    """Linear regression, or logistic regression for classes, under the elastic-net penalty."""

    title = "Elastic net"
    hyperparameters = "Strength of the penalty, and its L1 share, which sets weights to exactly zero."
    hyperparameter_options = ElasticNetHyperparameters
    parameters = "One weight per column (and class), and the offset."
    settings = ElasticNetSettings

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """The penalty over five decades, its L1 share from none to all (nearly none for regression's solver)."""
        if task == "classification":
            return SearchSpace({"C": Float(0.001, 100.0, log=True), "l1_ratio": Float(0.0, 1.0)})
        return SearchSpace({"alpha": Float(1e-5, 1.0, log=True), "l1_ratio": Float(0.01, 1.0)})

    def make_estimator(self, params: Mapping[str, object], settings: ElasticNetSettings, task: Task, seed: int) -> Any:
        """scikit-learn's ElasticNet, or LogisticRegression with the saga solver."""
        # In here because scikit-learn is slow to load.
        from sklearn import linear_model

        if task == "classification":
            fixed = {"solver": "saga", "max_iter": settings.iterations, "random_state": seed}
            return linear_model.LogisticRegression(**{**fixed, **params})
        return linear_model.ElasticNet(**{"max_iter": settings.iterations, **params})

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights and offsets, zeros included."""
        return int(fitted.coef_.size) + int(getattr(fitted.intercept_, "size", 1))
