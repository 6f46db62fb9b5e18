"""Linear regression: a weighted sum of the columns, trained step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.learners.families import registry
from engine.learners.families.base import Task
from engine.learners.families.convex import ConvexFamily
from engine.learners.training_settings import TrainingSettings


@registry.register
class LinearModel(ConvexFamily):
    """Linear (ridge) regression of our own, reporting every epoch."""

    title = "Linear regression"
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)

    def make_estimator(self, params: Mapping[str, object], settings: TrainingSettings, task: Task, seed: int) -> Any:
        """Our LinearRegression, on minibatches."""
        # In here because the estimator loads scikit-learn, which is slow.
        from engine.learners.linear import LinearRegression

        return self.build_estimator(LinearRegression, params, settings, random_state=seed)
