"""What the families trained by our own engine share: an epoch is a step, and training can be taken up again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.errors import UserFault
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

    def hypergradient(
        self, estimator: Any, X: np.ndarray, y: np.ndarray, validation: tuple[np.ndarray, np.ndarray]
    ) -> dict[str, float]:
        """Derivatives by learning rate, momentum and, where there is one, L2, through training in double precision."""
        # In here because they load scikit-learn, which is slow.
        from sklearn.base import clone

        from engine.learners.hypergradient import through_training

        twin = clone(estimator).set_params(dtype="float64")
        found = through_training(twin, X, y, validation)
        slopes = {"learning_rate": (found.log_lr or 0.0) / twin.optimizer.lr, "momentum": found.momentum or 0.0}
        if twin.l2 > 0.0:
            slopes["l2"] = (found.log_l2 or 0.0) / twin.l2
        if not all(map(math.isfinite, slopes.values())):
            raise UserFault("The validation loss has no finite derivative.", "Lower the learning rate.")
        return slopes

    def count_parameters(self, fitted: Any) -> int | None:
        """Weights and biases."""
        return int(fitted.weights_.size)
