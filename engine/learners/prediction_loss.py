"""The loss of other people's models while they train, measured on predictions: one definition for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

Rows = tuple[np.ndarray, np.ndarray]
_TRAINING_ROWS = 2000  # the training loss is measured on about as many rows, spread evenly


def watched_rows(X: np.ndarray, y: np.ndarray, validation: Rows, *, classes: bool) -> dict[str, Rows]:
    """The rows to measure losses on, by the record's name: ``train_loss``, and ``val_loss`` where there are any.

    Rows whose class is unknown in training have no loss and are left out.
    """
    every = slice(None, None, max(1, -(-len(X) // _TRAINING_ROWS)))
    return {**all_rows(X, y, validation, classes=classes), "train_loss": (X[every], y[every])}


def all_rows(X: np.ndarray, y: np.ndarray, validation: Rows, *, classes: bool) -> dict[str, Rows]:
    """The same with every row that trains, for libraries that measure as they train."""
    rows = {"train_loss": (X, y)}
    known = known_rows(validation, y, classes=classes)
    if len(known[1]):
        rows["val_loss"] = known
    return rows


def known_rows(validation: Rows, y: np.ndarray, *, classes: bool) -> Rows:
    """The validation rows that have a loss: not those whose class is missing in the training targets ``y``."""
    if not classes:
        return validation
    seen = np.isin(validation[1], y)
    return validation[0][seen], validation[1][seen]


def loss_of(predicted: np.ndarray, y: np.ndarray, classes: np.ndarray | None = None) -> float:
    """Mean log loss of probabilities (rows, classes) in the order of ``classes``, or mean squared error without them.

    Every class of ``y`` is among the sorted ``classes``. Probabilities count as no less than 2.2e-16.
    """
    if classes is None:
        with np.errstate(over="ignore"):
            return float(np.mean((predicted - y) ** 2))
    probability = predicted[np.arange(len(y)), np.searchsorted(classes, y)]
    return float(-np.mean(np.log(np.maximum(probability, np.finfo(float).eps))))


def losses(fitted: Any, rows: dict[str, Rows]) -> dict[str, float]:
    """The loss of a model as it is now on each of the :func:`watched_rows`."""
    if hasattr(fitted, "predict_proba"):
        return {name: loss_of(fitted.predict_proba(X), y, fitted.classes_) for name, (X, y) in rows.items()}
    return {name: loss_of(fitted.predict(X), y) for name, (X, y) in rows.items()}
