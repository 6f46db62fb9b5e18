"""What a trained model says of its validation rows: what the metric asks for, and what the study keeps of it.

Both come from one pass through the model wherever its two answers are the same computation: predicting is the larger
part of the time of some models (nearest neighbours), and keeping predictions must not slow a search.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from engine.data.metrics import Needs
from engine.data.out_of_fold import MOST_CELLS, FoldPredictions, Predictions, compact
from engine.objectives.fitting import Fitted


def predict_and_keep(
    fitted: Fitted, X: np.ndarray, needs: Needs, classes: int
) -> tuple[np.ndarray, FoldPredictions | None]:
    """Predictions as the metric ``needs`` them, exactly those of ``fitted.predict``, and what is kept of them.

    *None* where they are too many to keep, or the model says neither probabilities nor margins nor classes.
    """
    if len(X) * max(1, classes) > MOST_CELLS:
        return fitted.predict(X, needs, classes), None
    with _shared_neighbours(fitted.estimator):
        if not classes:
            predicted = fitted.predict(X, needs, classes)
            return predicted, _kept(Predictions("value", predicted))
        kind = "probability" if hasattr(fitted.estimator, "predict_proba") else "margin"
        if needs != "labels":
            predicted = fitted.predict(X, needs, classes)
            return predicted, _kept(_of_classes(kind, predicted, np.argmax(predicted, axis=1)))
        if _is_two_class_machine(fitted.estimator, classes):
            margins = fitted.predict(X, "ranking", classes)
            labels = (margins[:, 1] >= 0).astype(np.int64)  # as libsvm's vote has it, which is "predict"
            return labels, _kept(Predictions("margin", margins, labels))
        if _says_likeliest(fitted.estimator):
            values = fitted.predict(X, "probability", classes)
            labels = np.argmax(values, axis=1).astype(np.int64)
            return labels, _kept(_of_classes(kind, values, labels))
        labels = fitted.predict(X, "labels", classes)
        return labels, _kept(_beside_labels(fitted, X, kind, labels, classes))


def _beside_labels(fitted: Fitted, X: np.ndarray, kind: str, labels: np.ndarray, classes: int) -> Predictions:
    """What else is told of rows whose classes are known; the classes alone where that would cost as much again."""
    whole = np.asarray(labels).astype(np.int64)
    if _is_dear(fitted.estimator) or not (kind == "probability" or hasattr(fitted.estimator, "decision_function")):
        return Predictions("label", whole, whole)
    return _of_classes(kind, fitted.predict(X, "ranking", classes), whole)


def _of_classes(kind: str, values: np.ndarray, labels: np.ndarray) -> Predictions:
    return Predictions("probability" if kind == "probability" else "margin", np.asarray(values), labels)


def _kept(predictions: Predictions) -> FoldPredictions | None:
    values = predictions.values
    return compact(predictions) if values.dtype.kind in "iu" or not np.isnan(values).any() else None


def _says_likeliest(estimator: Any) -> bool:
    """Whether ``predict`` is the likeliest class of ``predict_proba``, as scikit-learn's source has it."""
    # In here because scikit-learn is slow to load.
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.neighbors import KNeighborsClassifier

    if type(estimator) is KNeighborsClassifier:
        return bool(estimator.weights == "uniform")  # counts of neighbours: whole numbers, ties go to the first class
    return type(estimator) in (RandomForestClassifier, ExtraTreesClassifier)


def _is_two_class_machine(estimator: Any, classes: int) -> bool:
    """Whether the sign of the one decision value is the class."""
    # In here because scikit-learn is slow to load.
    from sklearn.svm import SVC

    return (
        type(estimator) is SVC and classes == 2 and len(estimator.classes_) == 2 and estimator.probability is not True
    )


def _is_dear(estimator: object) -> bool:
    """Whether decision values cost as much again as classes, which is most of the time that the model takes."""
    # In here because scikit-learn is slow to load.
    from sklearn.svm import SVC, NuSVC

    return isinstance(estimator, SVC | NuSVC)


@contextmanager
def _shared_neighbours(estimator: Any) -> Iterator[None]:
    """Let one search for neighbours serve both questions about the same rows."""
    # In here because scikit-learn is slow to load.
    from sklearn.neighbors import KNeighborsClassifier

    if type(estimator) is not KNeighborsClassifier or estimator.weights == "uniform":
        yield
        return
    found: dict[int, Any] = {}
    ask = estimator.kneighbors

    def kneighbors(X: object = None, *arguments: object, **more: object) -> object:
        if id(X) not in found:
            found[id(X)] = ask(X, *arguments, **more)
        return found[id(X)]

    estimator.kneighbors = kneighbors
    try:
        yield
    finally:
        del estimator.kneighbors
