"""Logistic regression: a linear model of class probabilities, trained step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.learners.families import registry
from engine.learners.families.base import Task
from engine.learners.families.convex import ConvexFamily
from engine.learners.training_settings import TrainingSettings


@registry.register
class LogisticRegression(ConvexFamily):
    """Softmax regression of our own (logistic with two classes), reporting every epoch."""

    title = "Logistic regression"
    parameters = "One weight for each column and class, and one bias for each class."
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)

    def make_estimator(self, params: Mapping[str, object], settings: TrainingSettings, task: Task, seed: int) -> Any:
        """Our SoftmaxRegression, on minibatches."""
        # In here because the estimator loads scikit-learn, which is slow.
        from engine.learners.softmax import SoftmaxRegression

        return self.build_estimator(SoftmaxRegression, params, settings, random_state=seed)
