"""Whether more epochs help as often as is said: ``python -m tests.campaigns.more_steps``.

Networks of random configurations are trained on the bundled tables for twice as many epochs as a chance is told from.
Each table is judged by constants fitted to the others; the constants over all are those of
:mod:`engine.analysis.next_minute`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from sklearn.linear_model import LogisticRegression

from engine.analysis.learning import Line
from engine.analysis.next_minute import curve_features
from engine.errors import UserFault
from engine.learners.training_settings import optimizer_from
from engine.objectives import table
from engine.suggesting import suggest_setup
from engine.trajectories.network import plain_estimator, table_of

TABLES = ("wine", "digits", "breast_cancer", "diabetes", "wages")
CONFIGURATIONS, FOLDS, EPOCHS = 30, 3, (10, 20, 40)
EDGES = (0.0, 0.1, 0.22, 0.38, 0.6, 0.8, 1.01)


def curves(name: str) -> Iterator[tuple[np.ndarray, int]]:
    """Losses, and scores turned so that lower is better, of twice so many epochs each."""
    setup = suggest_setup(f"sample:{name}", family="mlp")
    prepared, rng = table.prepare(table_of(setup)), np.random.default_rng(0)
    for _ in range(CONFIGURATIONS):
        params = setup.search_space().sample(rng)
        for epochs in EPOCHS:
            told = []
            for number in range(FOLDS):
                data = prepared.fold(number)
                y, y_validation = data.y, data.y_validation
                if table_of(setup).task == "regression":
                    y, y_validation = (y - y.mean()) / y.std(), (y_validation - y.mean()) / y.std()
                model = plain_estimator(setup, params).set_params(
                    optimizer=optimizer_from(params), epochs=2 * epochs, dropout=params.get("dropout", 0.0)
                )
                try:
                    told.append(model.fit(data.X, y, validation=(data.X_validation, y_validation)).history_)
                except UserFault:  # it diverged
                    break
            if len(told) == FOLDS:
                yield np.mean([one["val_loss"] for one in told], axis=0), epochs
                yield -np.mean([one["val_score"] for one in told], axis=0), epochs


def main() -> None:
    """Train, fit, and print what was said beside what came."""
    features, came, tables = [], [], []
    for name in TABLES:
        for values, epochs in curves(name):
            features.append(curve_features(Line(np.arange(1.0, epochs + 1.0), values[:epochs])))
            came.append(values[-1] < values[:epochs].min())
            tables.append(name)
    X, y, of = np.array(features), np.array(came), np.array(tables)
    said = np.zeros(len(y))
    for name in TABLES:
        model = LogisticRegression(C=100.0).fit(X[of != name], y[of != name])
        said[of == name] = model.predict_proba(X[of == name])[:, 1]
    for low, high in pairwise(EDGES):
        inside = (said >= low) & (said < high)
        if inside.any():
            print(f"said {said[inside].mean():.2f}  came {y[inside].mean():.2f}  of {inside.sum()}")
    whole = LogisticRegression(C=100.0).fit(X, y)
    print("constants:", whole.intercept_.round(2), whole.coef_.round(2))


if __name__ == "__main__":
    main()
