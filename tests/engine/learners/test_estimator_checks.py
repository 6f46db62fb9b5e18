"""Our estimators pass scikit-learn's own checks."""

from __future__ import annotations

import pytest
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from engine.learners import (
    MLP,
    LinearRegression,
    PoissonRegression,
    SGDClassifierByEpochs,
    SGDRegressorByEpochs,
    SoftmaxRegression,
)
from engine.optimizers import Adam

SHUFFLED = "a weighted row is one step and repeated rows are several, as in scikit-learn's own"
BY_EPOCHS = {
    "check_class_weight_balanced_linear_classifier": "partial_fit takes no balanced weights",
    "check_sample_weight_equivalence_on_dense_data": SHUFFLED,
    "check_sample_weight_equivalence_on_sparse_data": SHUFFLED,
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [
        MLP(),
        MLP(task="regression"),
        SoftmaxRegression(),
        LinearRegression(),
        LinearRegression(optimizer=Adam(lr=0.05)),
        PoissonRegression(l2=1e-3),
        SGDClassifierByEpochs(max_iter=20, tol=None),
        SGDRegressorByEpochs(max_iter=20, tol=None),
    ],
    expected_failed_checks=lambda estimator: BY_EPOCHS if isinstance(estimator, SGDClassifier | SGDRegressor) else {},
)
def test_scikit_learns_check_passes(estimator, check):
    check(estimator)
