"""Our estimators pass scikit-learn's own checks."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from engine.learners import MLP, LinearRegression, PoissonRegression, SoftmaxRegression
from engine.optimizers import Adam

# One batch holds all rows of the checks' tables: a row repeated then means the same as a row weighted, which the checks
# ask for and no minibatch could give.
WHOLE = {"batch_size": 300, "epochs": 200, "dtype": "float64"}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [
        MLP(**WHOLE),
        MLP(task="regression", **WHOLE),
        SoftmaxRegression(),
        LinearRegression(),
        LinearRegression(optimizer=Adam(lr=0.05)),
        PoissonRegression(l2=1e-3),
    ],
)
def test_scikit_learns_check_passes(estimator, check):
    check(estimator)
