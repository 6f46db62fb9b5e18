"""From a trial's hyperparameters to an optimizer, and the settings and ranges that gradient-trained families share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.learners.hyperparameters import DEFAULT_OPTIMIZER
from engine.optimizers import Minimizer, Optimizer, get
from engine.optimizers.base import described
from engine.options import option
from engine.space import Categorical, Float, Hyperparameter

WITH_MOMENTUM = ("sgd", "nesterov")  # optimizers with a momentum to choose
OPTIMIZERS = ("adam", "sgd", "nesterov", "rmsprop", "adamw", "lion")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What stays fixed while a gradient-trained model is tuned."""

    epochs: int = option(50, label="Epochs", help="How often training passes over all rows.", low=1, high=100_000)
    early_stopping: bool = option(
        False, label="Early stopping", help="Stop when rows held out of training no longer improve; keep the best."
    )
    patience: int = option(
        10, label="Patience", unit="epochs", help="How long early stopping waits.", low=1, high=10_000, advanced=True
    )
    hypergradients: bool = option(
        False,
        label="Hypergradients",
        help="Differentiate the validation loss by learning rate, L2 and momentum, as the strategy of that name wants. "
        "Needs the optimizer sgd, without dropout and early stopping; takes about nine trainings more.",
        advanced=True,
    )


def optimizer_from(params: Mapping[str, Any]) -> Optimizer:
    """The optimizer that ``params`` name, with those of its settings that are among them (``learning_rate`` is lr)."""
    cls = get(params.get("optimizer", DEFAULT_OPTIMIZER))
    known = {item.name for item in described(cls)}
    given = {name: value for name, value in params.items() if name in known}
    if "learning_rate" in params and not issubclass(cls, Minimizer):  # which chooses its own step lengths
        given["lr"] = params["learning_rate"]
    return cls(**given)


def optimizer_space(lowest: float, highest: float, batches: tuple[int, ...]) -> dict[str, Hyperparameter]:
    """Rows of a search space that say how to descend: optimizer, learning rate, momentum, batch size."""
    return {
        "optimizer": Categorical(OPTIMIZERS),
        "learning_rate": Float(lowest, highest, log=True),
        "momentum": Float(0.5, 0.99, when={"optimizer": WITH_MOMENTUM}),
        "batch_size": Categorical(batches),
    }


def batch_sizes(rows: int) -> tuple[int, ...]:
    """Batch sizes worth trying for so many rows: at least eight steps an epoch where there are rows enough."""
    fitting = tuple(size for size in (16, 32, 64, 128, 256, 512) if size * 8 <= rows)
    return fitting or (8, 16)
