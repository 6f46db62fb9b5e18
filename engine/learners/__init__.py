"""What is trained: our own networks and linear models, and the families a study can choose from."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.learners.linear import LinearRegression
    from engine.learners.mlp import MLP
    from engine.learners.poisson import PoissonRegression
    from engine.learners.sgd import SGDClassifierByEpochs, SGDRegressorByEpochs
    from engine.learners.softmax import SoftmaxRegression
    from engine.learners.stacked import can_train_together, fit_together
    from engine.learners.telemetry import TrainingHistory
    from engine.learners.training import StopTraining

_HOMES = {
    "MLP": "mlp",
    "TrainingHistory": "telemetry",
    "LinearRegression": "linear",
    "PoissonRegression": "poisson",
    "SGDClassifierByEpochs": "sgd",
    "SGDRegressorByEpochs": "sgd",
    "SoftmaxRegression": "softmax",
    "StopTraining": "training",
    "can_train_together": "stacked",
    "fit_together": "stacked",
}


def __getattr__(name: str) -> Any:
    # Estimators derive from scikit-learn's base class, whose import the window must not wait for.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "MLP",
    "LinearRegression",
    "PoissonRegression",
    "SGDClassifierByEpochs",
    "SGDRegressorByEpochs",
    "SoftmaxRegression",
    "StopTraining",
    "TrainingHistory",
    "can_train_together",
    "fit_together",
]
