"""Training one model of a family on prepared arrays, and asking it for what a metric needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.data.metrics import Needs
from engine.learners.families import Family
from engine.objectives.base import Report

Rows = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained estimator, and the scaler of its target where that was scaled."""

    estimator: Any
    target_scaler: Any = None

    def predict(self, X: np.ndarray, needs: Needs, classes: int) -> np.ndarray:
        """Predictions as :class:`engine.data.metrics.Metric` wants them; (rows,) or (rows, ``classes``)."""
        if needs == "labels":
            predicted = np.asarray(self.estimator.predict(X))
            if predicted.ndim == 2 and predicted.shape[1] == 1:  # CatBoost's classes stand in a column
                predicted = predicted[:, 0]
            if self.target_scaler is None:
                return predicted
            return np.asarray(self.target_scaler.inverse_transform(predicted.reshape(-1, 1)).ravel())
        if hasattr(self.estimator, "predict_proba"):
            found, worst = self.estimator.predict_proba(X), 0.0
        else:
            found, worst = self.estimator.decision_function(X), -np.inf
            if found.ndim == 1:  # two classes share one value
                found = np.column_stack([-found, found])
        # In its own precision, or metrics would find that its sums are not one.
        every = np.full((len(X), classes), worst, dtype=found.dtype)
        every[:, self.estimator.classes_] = found
        return every


def fit(
    family: Family,
    estimator: object,
    rows: Rows,
    validation: Rows | None,
    report: Report,
    resume: object = None,
    *,
    needs: Needs,
    scaled_target: bool,
) -> Fitted:
    """Train ``estimator`` as its family does.

    Where the metric needs probabilities and the model has none, its margins are calibrated (Platt's sigmoid on five
    inner folds, :class:`sklearn.calibration.CalibratedClassifierCV`).
    """
    X, y = rows
    if needs == "probability" and not hasattr(estimator, "predict_proba"):
        return Fitted(calibrated(estimator).fit(X, y))
    scaler, y, validation = scale_targets(family, rows, validation) if scaled_target else (None, y, validation)
    return Fitted(family.fit(estimator, X, y, validation, report, resume), scaler)


def fit_together(
    family: Family,
    estimators: Sequence[object],
    rows: Rows,
    validation: Rows,
    reports: Sequence[Report],
    resume: Sequence[object],
    after_step: Callable[[], None],
    on_finished: Callable[[int, Exception], None],
    *,
    scaled_target: bool,
) -> list[Fitted]:
    """Train estimators of one stack key together, each as :func:`fit` would; ``on_finished`` hears of failures."""
    X, y = rows
    scaler, y, scaled = scale_targets(family, rows, validation) if scaled_target else (None, y, validation)
    family.fit_together(estimators, X, y, scaled, reports, resume, after_step, on_finished)
    return [Fitted(estimator, scaler) for estimator in estimators]


def scale_targets(family: Family, rows: Rows, validation: Rows | None) -> tuple[Any, np.ndarray, Rows | None]:
    """A scaler of targets, the training targets scaled, and the validation rows with theirs."""
    # In here because scikit-learn is slow to load.
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler(with_mean=family.centred_target).fit(rows[1].reshape(-1, 1))

    def scaled(values: np.ndarray) -> np.ndarray:
        return np.asarray(scaler.transform(values.reshape(-1, 1)).ravel())

    return scaler, scaled(rows[1]), None if validation is None else (validation[0], scaled(validation[1]))


def hypergradient(family: Family, fitted: Fitted, rows: Rows, validation: Rows) -> dict[str, float]:
    """Derivatives of the validation loss by hyperparameters, targets scaled as they were in training.

    Raises :class:`engine.errors.UserFault` where there are none.
    """

    def scaled(y: np.ndarray) -> np.ndarray:
        if fitted.target_scaler is None:
            return y
        return np.asarray(fitted.target_scaler.transform(y.reshape(-1, 1)).ravel())

    (X, y), (X_val, y_val) = rows, validation
    return family.hypergradient(fitted.estimator, X, scaled(y), (X_val, scaled(y_val)))


def calibrated(estimator: object) -> Any:
    """A classifier that turns the margins of ``estimator``, trained on all rows, into probabilities."""
    # In here because scikit-learn is slow to load.
    from sklearn.calibration import CalibratedClassifierCV

    return CalibratedClassifierCV(estimator, ensemble=False)


def count_parameters(family: Family, fitted: Fitted) -> int | None:
    """How many numbers training set, in the model itself where it was calibrated."""
    inner = getattr(fitted.estimator, "calibrated_classifiers_", None)
    return family.count_parameters(inner[0].estimator if inner else fitted.estimator)


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra on one thread: the same digits everywhere, and no fight between worker processes."""
    limit: AbstractContextManager[Any] = _blas_controller().limit(limits=1)
    return limit


@cache
def _blas_controller() -> Any:
    # In here because finding the thread pools needs the libraries loaded, and takes milliseconds.
    import scipy.linalg  # noqa: F401
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
