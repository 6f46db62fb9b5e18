"""Poisson regression: counts whose mean is multiplied, not added to, by what each column says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from engine.errors import UserFault
from engine.learners.families import registry
from engine.learners.families.base import Task
from engine.learners.families.convex import ConvexFamily
from engine.learners.training_settings import TrainingSettings


@registry.register
class PoissonModel(ConvexFamily):
    """Poisson regression of our own, for targets of 0 or more, reporting every epoch."""

    title = "Poisson regression"
    parameters = "One weight per column and a bias, for the logarithm of the mean."
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)
    loss_titles: ClassVar[Mapping[str, str]] = {"regression": "Poisson loss, scaled target"}
    score_titles: ClassVar[Mapping[str, str]] = {"regression": "D²"}
    score_metrics: ClassVar[Mapping[Task, str]] = {}
    centred_target = False  # counts stay at 0 or more
    max_learning_rate = 0.1

    def target_problem(self, y: np.ndarray) -> UserFault | None:
        """Counts are never negative."""
        if y.min() >= 0:
            return None
        return UserFault(
            f"The target goes down to {y.min():g}, and Poisson regression predicts numbers of 0 or more.",
            "Choose another model, or another target.",
            "model",
        )

    def make_estimator(self, params: Mapping[str, object], settings: TrainingSettings, task: Task, seed: int) -> Any:
        """Our PoissonRegression, on minibatches."""
        # In here because the estimator loads scikit-learn, which is slow.
        from engine.learners.poisson import PoissonRegression

        return self.build_estimator(PoissonRegression, params, settings, random_state=seed)
