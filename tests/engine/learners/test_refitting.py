"""A model that is fitted again is the new model, or, where training fails, the old one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

from engine.learners import MLP, LinearRegression, fit_together
from engine.learners.training import Diverged
from engine.optimizers import SGD, Adam


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def small(**settings):
    return MLP(**{"hidden": (8,), "optimizer": Adam(lr=1e-2), "epochs": 4, "random_state": 0, **settings})


def wild(model):
    return model.set_params(task="regression", optimizer=SGD(lr=1e9))


def test_a_refit_that_diverges_leaves_the_fitted_model_as_it_was(wine):
    X, y = wine
    model = small().fit(X, y)
    before, saved = model.predict(X), model.checkpoint()
    with pytest.raises(Diverged):
        wild(model).fit(X[:, :5], X[:, 5:7])
    assert np.array_equal(model.set_params(task="classification").predict(X), before)
    assert model.n_features_in_ == 13
    assert model.classes_.tolist() == [0, 1, 2]
    assert np.array_equal(model.checkpoint()["weights"], saved["weights"])


def test_a_first_fit_that_diverges_leaves_the_model_unfitted(wine):
    X, y = wine
    model = wild(small())
    with pytest.raises(Diverged):
        model.fit(X, y.astype(float))
    assert not hasattr(model, "n_features_in_")
    with pytest.raises(NotFittedError):
        model.checkpoint()


def test_a_refit_with_unfit_data_leaves_the_fitted_model_as_it_was(wine):
    X, y = wine
    model = small().fit(X, y)
    before = model.predict(X)
    with pytest.raises(ValueError, match="one class only"):
        model.fit(X[:, :4], np.zeros(len(X), int))
    assert np.array_equal(model.predict(X), before)


def test_an_interrupted_refit_can_be_resumed_and_predicts_as_before(wine):
    X, y = wine
    model = small().fit(X, y)
    before = model.predict_proba(X)

    def pause(epoch, records):
        if epoch == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        model.set_params(random_state=5).fit(X, y, callback=pause)
    assert np.array_equal(model.predict_proba(X), before)
    resumed = small(random_state=5).fit(X, y, resume=model.checkpoint())
    assert np.array_equal(resumed.weights_, small(random_state=5).fit(X, y).weights_)


def test_a_model_of_numbers_keeps_no_classes_of_an_earlier_fit(wine):
    X, y = wine
    model = small().fit(X, y).set_params(task="regression").fit(X, y)
    assert not hasattr(model, "classes_")
    assert model.predict(X).dtype == float


@pytest.mark.parametrize("model", [small(task="regression"), LinearRegression()])
def test_columns_have_the_names_of_the_last_table(model):
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    assert model.fit(X, y).feature_names_in_.tolist() == list(X)
    assert model.fit(X.to_numpy()[:, :3], y).n_features_in_ == 3
    assert not hasattr(model, "feature_names_in_")


def test_models_fitted_together_know_their_columns_and_a_diverged_one_stays_as_it_was(wine):
    X, y = wine
    table = pd.DataFrame(X).rename(columns=str)
    good, bad = small(optimizer=SGD(lr=0.1)), small(optimizer=SGD(lr=0.1)).fit(X, y)
    before = bad.predict(X)
    faults = fit_together([good, bad.set_params(optimizer=SGD(lr=1e30))], table, y)
    assert [fault is None for fault in faults] == [True, False]
    assert good.feature_names_in_.tolist() == list(table)
    assert not hasattr(bad, "feature_names_in_")
    assert np.array_equal(bad.predict(X), before)
