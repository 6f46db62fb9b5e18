"""What the families without hidden layers share: a convex loss, so large steps are safe and one end is best."""

from __future__ import annotations

from collections.abc import Mapping

from engine.learners.families.base import TableShape, Task
from engine.learners.families.epochs import EpochFamily
from engine.learners.training_settings import batch_sizes, optimizer_space
from engine.space import Float, SearchSpace


class ConvexFamily(EpochFamily):
    """A weighted sum of the columns behind a link."""

    hyperparameters = "How strongly weights are regularised (l2), and how they are learned (optimizer, learning rate)."
    parameters = "One weight for each column, and one bias."
    max_learning_rate = 1.0  # learning rate worth trying

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """Learning rates as high as the loss allows."""
        return SearchSpace(
            {
                "l2": Float(1e-7, 1.0, log=True),
                **optimizer_space(1e-4, self.max_learning_rate, batch_sizes(shape.rows)),
            },
        )

    def hidden_widths(self, params: Mapping[str, object]) -> tuple[int, ...]:
        """None."""
        return ()
