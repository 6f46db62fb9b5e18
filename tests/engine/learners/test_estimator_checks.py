"""Our estimators pass scikit-learn's own checks."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from engine.learners import MLP, LinearRegression, PoissonRegression, SoftmaxRegression
from engine.optimizers import Adam

STOCHASTIC = "A minibatch holds other rows when a row is repeated instead of weighted, so results differ."
WEIGHTS = "check_sample_weight_equivalence_on_dense_data"


def expected_failures(estimator):
    return {WEIGHTS: STOCHASTIC} if isinstance(estimator, MLP) and estimator.task == "classification" else {}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [
        MLP(epochs=60),
        MLP(task="regression", epochs=60),
        SoftmaxRegression(),
        LinearRegression(),
        LinearRegression(optimizer=Adam(lr=0.05)),
        PoissonRegression(l2=1e-3),
    ],
    expected_failed_checks=expected_failures,
)
def test_scikit_learns_check_passes(estimator, check):
    check(estimator)
