"""Linear models by stochastic gradient descent (scikit-learn): one row, one step."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Family, Report, TableShape, Task
from engine.learners.prediction_loss import losses, watched_rows
from engine.options import option
from engine.space import Categorical, Float, Hyperparameter, SearchSpace


@dataclass(frozen=True, slots=True)
class SgdSettings:
    """What stays fixed while a linear model is tuned."""

    epochs: int = option(50, label="Epochs", help="How often training passes over all rows.", low=1, high=100_000)


@dataclass(frozen=True, slots=True)
class SgdHyperparameters:
    """Everything of the model that may be tuned."""

    loss: str = option(
        "log_loss",
        label="Loss",
        choices=(
            *("log_loss", "modified_huber", "hinge", "squared_hinge", "perceptron"),
            *("squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"),
        ),
    )
    penalty: str | None = option("l2", label="Penalty", choices=("l2", "l1", "elasticnet"))
    alpha: float = option(1e-4, label="Alpha", low=0.0)
    l1_ratio: float = option(0.15, label="L1 ratio", low=0.0, high=1.0)
    learning_rate: str = option(
        "optimal", label="Learning rate", choices=("constant", "optimal", "invscaling", "adaptive")
    )
    eta0: float = option(0.01, label="Initial learning rate", low=0.0)
    power_t: float = option(0.25, label="Power", low=0.0)
    epsilon: float = option(0.1, label="Epsilon", low=0.0)
    average: bool = option(False, label="Average of all steps")
    fit_intercept: bool = option(True, label="Intercept")
    max_iter: int = option(50, label="Epochs", low=1, high=100_000)
    class_weight: str | None = option(None, label="Class weight", choices=("balanced",))


@registry.register
class StochasticGradientDescent(Family):
    """Logistic regression, one class against the rest, or linear regression.

    Trained by scikit-learn's ``partial_fit``, one call an epoch: the learning rate goes on falling where it was, and
    the rows come in a new order. Losses (log loss, or mean squared error) are reported for every epoch.
    """

    title = "Linear model by SGD (scikit-learn)"
    hyperparameters = "Kind and strength of the penalty, and the learning rate and its schedule."
    hyperparameter_options = SgdHyperparameters
    parameters = "One weight per column (and class), and the offset."
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "power_t": Float(0.1, 1.0, when={"learning_rate": ("invscaling",)}),
        "average": Categorical((False, True)),
    }
    step_name = "epoch"
    loss_titles: ClassVar[Mapping[str, str]] = {
        **Family.loss_titles,
        "regression": "mean squared error, scaled target",
    }
    settings = SgdSettings

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Learning rates below 2 over the columns, above which steps on rows of scaled columns grow without end."""
        max_learning_rate = min(1.0, 1.0 / max(1, shape.columns))
        falling = ("optimal", "invscaling", "constant") if task == "classification" else ("invscaling", "constant")
        rows: dict[str, Hyperparameter] = {
            "alpha": Float(1e-7, 1e-1, log=True),
            "penalty": Categorical(("l2", "l1", "elasticnet")),
            "l1_ratio": Float(0.0, 1.0, when={"penalty": ("elasticnet",)}),
            "learning_rate": Categorical(falling),
            "eta0": Float(
                max_learning_rate / 1000,
                max_learning_rate,
                log=True,
                when={"learning_rate": ("invscaling", "constant")},
            ),
        }
        if task == "regression":
            rows["loss"] = Categorical(("squared_error", "huber"))
        return SearchSpace(rows)

    def make_estimator(self, params: Mapping[str, object], settings: SgdSettings, task: Task, seed: int) -> Any:
        """scikit-learn's estimator for a fixed number of epochs, rows shuffled by ``seed``."""
        # In here because scikit-learn is slow to load.
        from engine.learners.sgd import SGDClassifierByEpochs, SGDRegressorByEpochs

        fixed: dict[str, Any] = {"max_iter": settings.epochs, "tol": None, "random_state": seed}
        if task == "classification":
            return SGDClassifierByEpochs(**{"loss": "log_loss", **fixed, **params})
        return SGDRegressorByEpochs(**{**fixed, **params})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train an epoch at a time."""
        # In here because scikit-learn is slow to load.
        from sklearn.base import is_classifier

        classes = is_classifier(estimator)
        if validation is None or (classes and not hasattr(estimator, "predict_proba")):  # margins have no log loss
            return estimator.fit(X, y)
        rows = watched_rows(X, y, validation, classes=classes)
        with closing(estimator.epochs(X, y)) as epochs:
            for epoch in epochs:
                report(epoch, losses(estimator, rows))
        return estimator

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights and offsets, zeros included."""
        return int(fitted.coef_.size + fitted.intercept_.size)
