"""Linear regression: a weighted sum of the columns, trained step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.learners.configuring import TrainingSettings, batch_sizes, descent_rows, optimizer_from
from engine.learners.families import registry
from engine.learners.families.base import TableShape, Task
from engine.learners.families.epochs import EpochFamily
from engine.space import Float, SearchSpace


@registry.register
class LinearModel(EpochFamily):
    """Linear (ridge) regression of our own, reporting every epoch."""

    title = "Linear regression"
    hyperparameters = "How strongly weights are held back (l2), and how they are learned (optimizer, learning rate)."
    parameters = "One weight for each column, and one bias."
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)

    def space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Learning rates up to 1, as a convex loss allows."""
        return SearchSpace(
            {"l2": Float(1e-7, 1.0, log=True), **descent_rows(1e-4, 1.0, batch_sizes(shape.rows))},
        )

    def hidden(self, params: Mapping[str, Any]) -> tuple[int, ...]:
        """None."""
        return ()

    def estimator(self, params: Mapping[str, Any], settings: TrainingSettings, task: Task, seed: int) -> Any:
        """Our LinearRegression, on minibatches."""
        # In here because the estimator loads scikit-learn, which is slow.
        from engine.learners.linear import LinearRegression

        own = {name: params[name] for name in ("batch_size", "l2") if name in params}
        return LinearRegression(
            optimizer=optimizer_from(params),
            epochs=settings.epochs,
            early_stopping=settings.early_stopping,
            patience=settings.patience,
            random_state=seed,
            **own,
        )
