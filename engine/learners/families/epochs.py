"""What the families trained by our own engine share: an epoch is a step, and training can be taken up again."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.learners.configuring import TrainingSettings
from engine.learners.families.base import Family, Report


class EpochFamily(Family):
    """Estimators of :mod:`engine.learners`, which report every epoch's losses, scores and gradient norm."""

    step_name = "epoch"
    settings = TrainingSettings

    def fit(
        self,
        estimator: Any,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None,
        report: Report,
        resume: Any = None,
    ) -> Any:
        """Train, reporting each epoch; raises :class:`engine.errors.UserFault` when the loss is no longer finite."""
        return estimator.fit(X, y, validation=validation, callback=report, resume=resume)

    def checkpoint(self, estimator: Any) -> Any:
        """The state of a training, also from within a report."""
        return estimator.checkpoint()

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights and biases."""
        return int(fitted.weights_.size)
