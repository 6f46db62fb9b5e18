"""What a model without features scores: the floor that everything learned is measured from."""

from __future__ import annotations

import numpy as np

from engine.objectives import table
from engine.objectives.description import TableObjective
from engine.objectives.guess import Guess


def score_of_guessing(objective: TableObjective) -> Guess:
    """Score always predicting the classes' shares of the training rows, or their mean or median target.

    The median where the metric is an absolute error, else the mean (scikit-learn's ``DummyClassifier`` with ``prior``
    and ``DummyRegressor``). Raises :class:`engine.errors.UserFault` where the table cannot be read.
    """
    # In here because scikit-learn is slow to load.
    from sklearn.dummy import DummyClassifier, DummyRegressor

    prepared = table.prepare(objective)
    metric, classes = prepared.metric, len(prepared.encoded.classes)
    scores, rows = [], 0
    for number in range(len(prepared.split.folds)):
        data = prepared.fold(number)
        rows = rows or len(data.X)
        if objective.task == "classification":
            dummy = DummyClassifier(strategy="prior").fit(data.X, data.y)
            shares = np.zeros((len(data.X_validation), classes))
            shares[:, dummy.classes_.astype(int)] = dummy.predict_proba(data.X_validation)
            predicted = dummy.predict(data.X_validation) if metric.needs == "labels" else shares
        else:
            kind = "median" if "absolute" in metric.function else "mean"
            predicted = DummyRegressor(strategy=kind).fit(data.X, data.y).predict(data.X_validation)
        scores.append(metric.score(data.y_validation, predicted, prepared.positive))
    return Guess(float(np.mean(scores)), rows)
