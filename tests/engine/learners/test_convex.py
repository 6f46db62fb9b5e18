"""Convex models reach scikit-learn's solutions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import ElasticNet, LogisticRegression, PoissonRegressor, Ridge
from sklearn.linear_model import LinearRegression as TheirLinear
from sklearn.preprocessing import StandardScaler

from engine.learners import LinearRegression, PoissonRegression, SoftmaxRegression
from engine.learners.faults import BadInput
from engine.optimizers import LBFGS, Adam, GradientDescent


def scaled(load):
    X, y = load(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.mark.parametrize("load", [load_wine, load_breast_cancer])
def test_softmax_regression_finds_the_weights_of_logistic_regression(load):
    X, y = scaled(load)
    theirs = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10, max_iter=1000).fit(X, y)
    ours = SoftmaxRegression(l2=1.0 / len(X), optimizer=LBFGS(tolerance=1e-10)).fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-5)
    # Biases of several classes are free up to a common constant.
    shift = 0.0 if len(ours.intercept_) == 1 else ours.intercept_.mean() - theirs.intercept_.mean()
    assert np.allclose(ours.intercept_ - shift, theirs.intercept_, rtol=0, atol=1e-5)
    assert np.allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=1e-5)


def test_class_weights_mean_what_they_mean_in_scikit_learn():
    X, y = scaled(load_wine)
    theirs = LogisticRegression(C=1.0, class_weight="balanced", solver="newton-cholesky", tol=1e-10).fit(X, y)
    ours = SoftmaxRegression(l2=1.0 / len(X), class_weight="balanced", optimizer=LBFGS(tolerance=1e-10)).fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-5)


def test_sample_weights_mean_what_they_mean_in_scikit_learn():
    X, y = scaled(load_breast_cancer)
    w = np.random.default_rng(0).uniform(0.0, 2.0, len(X))
    theirs = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10).fit(X, y, w)
    ours = SoftmaxRegression(l2=1.0 / w.sum(), optimizer=LBFGS(tolerance=1e-10)).fit(X, y, w)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-5)


@pytest.mark.parametrize("l2", [0.0, 1e-3, 0.5])
def test_linear_regression_is_solved_exactly(l2):
    X, y = load_diabetes(return_X_y=True)
    theirs = (TheirLinear() if l2 == 0.0 else Ridge(alpha=l2 * len(X))).fit(X, y)
    ours = LinearRegression(l2=l2).fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-7)
    assert np.isclose(ours.intercept_, theirs.intercept_)
    assert np.isclose(ours.score(X, y), theirs.score(X, y))


def test_linear_regression_of_several_outputs_is_one_regression_each():
    X, y = load_diabetes(return_X_y=True)
    Y = np.column_stack([y, X[:, 2] * 100, -y])
    ours = LinearRegression(l2=0.01).fit(X, Y)
    assert np.allclose(ours.coef_, Ridge(alpha=0.01 * len(X)).fit(X, Y).coef_)
    assert ours.predict(X).shape == Y.shape


def test_a_linear_model_with_more_columns_than_rows_has_the_least_norm_solution():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(8, 20)), rng.normal(size=8)
    assert np.allclose(LinearRegression().fit(X, y).coef_, TheirLinear().fit(X, y).coef_)


def tables():
    """Full rank, a column twice, more columns than rows, a constant column, columns of far apart sizes."""
    rng = np.random.default_rng(1)
    X, wide = rng.normal(size=(60, 4)) + 5.0, rng.normal(size=(12, 20))
    return {
        "full": X,
        "twice": np.column_stack([X, X[:, 1]]),
        "wide": wide,
        "constant": np.column_stack([X, np.full(60, 0.1)]),
        "sizes": X * [1e-3, 1.0, 1e3, 10.0],
    }


@pytest.mark.parametrize("l2", [0.0, 1e-6, 0.1])
@pytest.mark.parametrize("table", tables())
@pytest.mark.parametrize("outputs", [1, 3])
def test_weighted_regressions_of_any_rank_have_scikit_learns_solution(table, outputs, l2):
    X, rng = tables()[table], np.random.default_rng(2)
    y, w = rng.normal(size=(len(X), outputs)) * [10.0, 1.0, 0.1][:outputs] + 3.0, rng.uniform(0.1, 3.0, len(X))
    y = y if outputs > 1 else y[:, 0]
    theirs = (TheirLinear(tol=1e-14) if l2 == 0.0 else Ridge(alpha=l2 * w.sum(), solver="svd")).fit(X, y, w)
    ours = LinearRegression(l2=l2).fit(X, y, w)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-8, atol=1e-8 * np.abs(theirs.coef_).max())
    assert np.allclose(ours.intercept_, theirs.intercept_, rtol=1e-8)


@pytest.mark.parametrize("optimizer", [GradientDescent(lr=0.3), LBFGS()])
def test_descending_to_the_minimum_of_ridge_regression_ends_at_its_solution(optimizer):
    X, y = scaled(load_diabetes)
    exact = LinearRegression(l2=0.05).fit(X, y)
    walked = LinearRegression(l2=0.05, optimizer=optimizer, epochs=3000).fit(X, y)
    assert np.allclose(walked.coef_, exact.coef_, rtol=0, atol=1e-5 * np.abs(exact.coef_).max())


def test_poisson_regression_finds_the_weights_of_scikit_learns():
    X, y = scaled(load_diabetes)
    theirs = PoissonRegressor(alpha=0.1, solver="newton-cholesky", tol=1e-10).fit(X, y)
    ours = PoissonRegression(l2=0.1, optimizer=LBFGS(tolerance=1e-9)).fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-5)
    assert np.isclose(ours.score(X, y), theirs.score(X, y))


def test_poisson_regression_refuses_negative_counts():
    with pytest.raises(BadInput, match="negative"):
        PoissonRegression().fit([[1.0], [2.0], [3.0]], [1.0, -1.0, 2.0])


def test_an_l1_penalty_drives_useless_weights_towards_zero():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6))
    y = 3.0 * X[:, 0] + 0.1 * rng.normal(size=400)
    settings = {"optimizer": Adam(lr=1e-2), "epochs": 60, "random_state": 0}
    plain = LinearRegression(**settings).fit(X, y).coef_
    penalised = LinearRegression(l1=0.05, **settings).fit(X, y).coef_
    assert np.abs(penalised[1:]).sum() < np.abs(plain[1:]).sum()
    assert penalised[0] > 2.0


@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_l_bfgs_finds_the_minimum_of_an_l1_penalty_with_exact_zeros(l2):
    X, y = scaled(load_diabetes)
    target = (y - y.mean()) / y.std()  # in the units that are trained
    theirs = ElasticNet(alpha=0.1 + l2, l1_ratio=0.1 / (0.1 + l2), tol=1e-12, max_iter=100_000).fit(X, target)
    ours = LinearRegression(optimizer="lbfgs", l1=0.1, l2=l2, epochs=1000).fit(X, target)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-6)
    assert np.array_equal(ours.coef_ == 0.0, theirs.coef_ == 0.0)
    assert 0 < np.count_nonzero(ours.coef_) < X.shape[1]


def test_softmax_regression_with_an_l1_penalty_has_the_minimum_of_scikit_learns():
    X, y = scaled(load_wine)
    theirs = LogisticRegression(C=1 / (0.05 * len(X)), l1_ratio=1.0, solver="saga", tol=1e-9, max_iter=20_000)
    theirs.fit(X, y)
    ours = SoftmaxRegression(l1=0.05, l2=0.0).fit(X, y)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-5)
    assert np.array_equal(ours.coef_ == 0.0, np.abs(theirs.coef_) < 1e-6)


def test_l_bfgs_with_an_l1_penalty_goes_on_from_a_pause_bit_for_bit():
    X, y = scaled(load_breast_cancer)
    settings = {"l1": 0.01, "l2": 0.0}
    begun = SoftmaxRegression(epochs=5, **settings).fit(X, y)
    whole = SoftmaxRegression(epochs=12, **settings).fit(X, y)
    assert np.array_equal(
        SoftmaxRegression(epochs=12, **settings).fit(X, y, resume=begun.checkpoint()).weights_, whole.weights_
    )
