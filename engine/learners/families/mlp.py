"""Neural network: layers of units trained by gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.learners.activations import ACTIVATIONS
from engine.learners.families import registry
from engine.learners.families.base import TableShape, Task
from engine.learners.families.epochs import EpochFamily
from engine.learners.hyperparameters import Descent
from engine.learners.training_settings import TrainingSettings, batch_sizes, optimizer_space
from engine.options import option
from engine.space import Categorical, Float, Int, SearchSpace


@dataclass(frozen=True, slots=True)
class NetworkHyperparameters(Descent):
    """Those of a network: its shape, and how it learns."""

    layers: int = option(1, label="Layers", low=1, high=100)
    hidden_units: int = option(64, label="Hidden units", low=1, high=1_000_000)
    activation: str = option("relu", label="Activation", choices=tuple(ACTIVATIONS))
    dropout: float = option(0.0, label="Dropout", low=0.0, high=0.99)


@registry.register
class NeuralNetwork(EpochFamily):
    """A multi-layer perceptron of our own, reporting every epoch's losses, scores, gradient norm and update ratio."""

    title = "Neural network"
    hyperparameters = "Its shape (layers, units, activation) and how it learns (optimizer, learning rate, batch size)."
    parameters = "The weights between units of neighbouring layers, and each unit's bias."
    hyperparameter_options = NetworkHyperparameters
    direct: ClassVar[tuple[str, ...]] = (*EpochFamily.direct, "activation", "dropout")

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """One to three layers of up to 256 units; optimizers with ranges that suit scaled inputs."""
        return SearchSpace(
            {
                "layers": Int(1, 3),
                "hidden_units": Int(8, 256, log=True),
                "activation": Categorical(("relu", "tanh", "gelu")),
                **optimizer_space(1e-4, 1e-1, batch_sizes(shape.rows)),
                "l2": Float(1e-7, 1e-1, log=True),
                "dropout": Float(0.0, 0.5),
            }
        )

    def hidden_widths(self, params: Mapping[str, Any]) -> tuple[int, ...]:
        """Equally wide layers."""
        return (int(params.get("hidden_units", 64)),) * int(params.get("layers", 1))

    def make_estimator(self, params: Mapping[str, object], settings: TrainingSettings, task: Task, seed: int) -> Any:
        """Our MLP with equally wide layers."""
        # In here because the estimator loads scikit-learn, which is slow.
        from engine.learners.mlp import MLP

        hidden = self.hidden_widths(params)
        return self.build_estimator(MLP, params, settings, hidden=hidden, task=task, random_state=seed)
