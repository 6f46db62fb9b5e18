"""scikit-learn's neural network, to compare with or to export without Twinloop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.learners.families import registry
from engine.learners.families.base import Family, Report, TableShape, Task
from engine.learners.prediction_loss import losses, watched_rows
from engine.learners.training_settings import batch_sizes
from engine.options import option
from engine.space import Categorical, Float, Hyperparameter, Int, SearchSpace


@dataclass(frozen=True, slots=True)
class SklearnMlpSettings:
    """What stays fixed while the network is tuned."""

    epochs: int = option(
        50,
        label="Maximum epochs",
        help="Training also ends when ten epochs in a row improve the training loss by less than 0.0001.",
        low=1,
        high=100_000,
    )


@dataclass(frozen=True, slots=True)
class SklearnMlpHyperparameters:
    """Everything of the model that may be tuned."""

    layers: int = option(1, label="Layers", low=1, high=100)
    hidden_units: int = option(100, label="Hidden units", low=1, high=1_000_000)
    activation: str = option("relu", label="Activation", choices=("relu", "tanh", "logistic", "identity"))
    solver: str = option("adam", label="Solver", choices=("adam", "sgd", "lbfgs"))
    learning_rate_init: float = option(1e-3, label="Learning rate", low=0.0)
    learning_rate: str = option("constant", label="Schedule", choices=("constant", "invscaling", "adaptive"))
    power_t: float = option(0.5, label="Power", low=0.0)
    momentum: float = option(0.9, label="Momentum", low=0.0, high=1.0)
    nesterovs_momentum: bool = option(True, label="Nesterov's momentum")
    batch_size: int = option(200, label="Batch size", low=1, words=("auto",))
    alpha: float = option(1e-4, label="L2", low=0.0)
    beta_1: float = option(0.9, label="Beta 1", low=0.0, high=1.0)
    beta_2: float = option(0.999, label="Beta 2", low=0.0, high=1.0)
    epsilon: float = option(1e-8, label="Epsilon", low=0.0)
    max_iter: int = option(50, label="Maximum epochs", low=1, high=100_000)
    tol: float = option(1e-4, label="Tolerance", low=0.0)


@registry.register
class SklearnMlp(Family):
    """Losses are reported for every epoch: log loss, or mean squared error."""

    title = "Neural network (scikit-learn)"
    hyperparameters = "Its shape (layers, units, activation) and how it learns (solver, learning rate, batch size)."
    hyperparameter_options = SklearnMlpHyperparameters
    parameters = "The weights between units of neighbouring layers, and each unit's bias."
    optional_space: ClassVar[Mapping[str, Hyperparameter]] = {
        "beta_1": Float(0.8, 0.98, when={"solver": ("adam",)}),
        "beta_2": Float(0.9, 0.9999, when={"solver": ("adam",)}),
        "epsilon": Float(1e-10, 1e-3, log=True, when={"solver": ("adam",)}),
        "learning_rate": Categorical(("constant", "invscaling", "adaptive"), when={"solver": ("sgd",)}),
        "nesterovs_momentum": Categorical((False, True), when={"solver": ("sgd",)}),
    }
    step_name = "epoch"
    loss_titles: ClassVar[Mapping[str, str]] = {
        **Family.loss_titles,
        "regression": "mean squared error, scaled target",
    }
    settings = SklearnMlpSettings

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """One to three layers of up to 256 units; ranges that suit scaled inputs."""
        return SearchSpace(
            {
                "layers": Int(1, 3),
                "hidden_units": Int(8, 256, log=True),
                "activation": Categorical(("relu", "tanh", "logistic")),
                "solver": Categorical(("adam", "sgd")),
                "learning_rate_init": Float(1e-4, 1e-1, log=True),
                "momentum": Float(0.5, 0.99, when={"solver": ("sgd",)}),
                "batch_size": Categorical(batch_sizes(shape.rows)),
                "alpha": Float(1e-7, 1e-1, log=True),
            }
        )

    def make_estimator(self, params: Mapping[str, Any], settings: SklearnMlpSettings, task: Task, seed: int) -> Any:
        """scikit-learn's estimator with equally wide layers."""
        # In here because scikit-learn is slow to load.
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        kind = MLPClassifier if task == "classification" else MLPRegressor
        own = {name: value for name, value in params.items() if name not in {"layers", "hidden_units"}}
        hidden = (params["hidden_units"],) * params["layers"]
        return kind(**{"hidden_layer_sizes": hidden, "max_iter": settings.epochs, "random_state": seed, **own})

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """One plain fit, watched from the random state that scikit-learn shuffles the rows with before each epoch.

        Training by its ``partial_fit`` would begin every epoch with the rows in their first order, and so give another
        model than ``fit``.
        """
        # In here because scikit-learn is slow to load.
        from sklearn.exceptions import ConvergenceWarning

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is a choice
            if validation is None or estimator.solver == "lbfgs":
                return estimator.fit(X, y)
            return _watched_fit(estimator, X, y, validation, report)

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights and biases."""
        return int(sum(part.size for part in (*fitted.coefs_, *fitted.intercepts_)))


def _watched_fit(
    estimator: Any, X: np.ndarray, y: np.ndarray, validation: tuple[np.ndarray, np.ndarray], report: Report
) -> Any:
    rows = watched_rows(X, y, validation, classes=hasattr(estimator, "predict_proba"))
    seed, reported = estimator.random_state, 0

    def tell() -> None:
        nonlocal reported
        epochs = len(getattr(estimator, "loss_curve_", ()))
        if epochs > reported:
            reported = epochs
            report(epochs, losses(estimator, rows))

    try:
        estimator.set_params(random_state=_WatchedDraws(seed, tell)).fit(X, y)
    except _Interrupted:
        raise KeyboardInterrupt from None
    finally:
        estimator.set_params(random_state=seed)
    tell()
    return estimator


class _Interrupted(Exception):
    """Ctrl+C under a name that scikit-learn, which would end training as if it were done, does not know."""


# WORKAROUND scikit-learn 1.9: its networks have no callback for epochs; drop when they have one.
class _WatchedDraws(np.random.RandomState):
    """The draws of a seed, with a call before each shuffle."""

    def __init__(self, seed: int, before_shuffle: Callable[[], None]) -> None:
        super().__init__(seed)
        self._before_shuffle = before_shuffle

    def shuffle(self, x: Any) -> None:
        """Shuffle ``x`` in place."""
        try:
            self._before_shuffle()
        except KeyboardInterrupt as reason:
            raise _Interrupted from reason
        super().shuffle(x)
