"""k nearest neighbours (scikit-learn): a row is predicted from the training rows most like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.learners.families import registry
from engine.learners.families.base import Family, NoSettings, TableShape, Task
from engine.options import option
from engine.space import Categorical, Int, SearchSpace


@dataclass(frozen=True, slots=True)
class NeighboursHyperparameters:
    """Everything of the model that may be tuned."""

    n_neighbors: int = option(5, label="Neighbours", low=1)
    weights: str = option("uniform", label="Weights", choices=("uniform", "distance"))
    metric: str = option(
        "minkowski",
        label="Distance",
        choices=("euclidean", "manhattan", "cosine", "chebyshev", "minkowski", "canberra", "braycurtis"),
    )
    p: float = option(2, label="Power", low=0.0)
    algorithm: str = option("auto", label="Algorithm", choices=("auto", "ball_tree", "kd_tree", "brute"))
    leaf_size: int = option(30, label="Leaf size", low=1)


@registry.register
class Neighbours(Family):
    """Keeps all training rows; nothing is learned, so there is nothing to count."""

    title = "k nearest neighbours"
    hyperparameters = "Number of neighbours, distance metric, and whether near ones weigh more."
    hyperparameter_options = NeighboursHyperparameters
    parameters = "None: the training rows themselves are kept."

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """From one neighbour to a tenth of the rows, at most 100."""
        return SearchSpace(
            {
                "n_neighbors": Int(1, max(3, min(100, shape.rows // 10)), log=True),
                "weights": Categorical(("uniform", "distance")),
                "metric": Categorical(("euclidean", "manhattan", "cosine")),
            }
        )

    def make_estimator(self, params: Mapping[str, object], settings: NoSettings, task: Task, seed: int) -> Any:
        """scikit-learn's classifier or regressor; nothing in them is random."""
        # In here because scikit-learn is slow to load.
        from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

        return (KNeighborsClassifier if task == "classification" else KNeighborsRegressor)(**params)
