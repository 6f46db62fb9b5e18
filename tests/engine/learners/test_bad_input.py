"""Inputs and settings that nothing can be learned from are refused with what is wrong and how to mend it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_wine

from engine.learners import MLP, LinearRegression, SoftmaxRegression
from engine.learners.faults import BadInput


@pytest.fixture
def wine():
    X, y = load_wine(return_X_y=True)
    return X / X.max(axis=0), y


MODELS = [MLP(hidden=(4,), epochs=2, random_state=0), SoftmaxRegression(), LinearRegression()]
HOLES = {np.nan: "NaN", np.inf: "infinity", -np.inf: "infinity"}


@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("model", MODELS)
def test_an_input_that_is_no_finite_number_is_pointed_at(wine, model, hole):
    X, y = wine
    X[7, 3] = hole
    with pytest.raises(BadInput, match=rf"^The input X\[7, 3\] is {HOLES[hole]}\. .*leave out the row or column\.$"):
        model.fit(X, y)


def test_a_hole_in_rows_to_predict_or_to_validate_with_is_pointed_at(wine):
    X, y = wine
    model = MLP(hidden=(4,), epochs=2, random_state=0).fit(X, y)
    holed = np.where(np.arange(X.size).reshape(X.shape) == 13, np.nan, X)
    with pytest.raises(BadInput, match=r"The input X\[1, 0\] is NaN"):
        model.predict(holed)
    with pytest.raises(BadInput, match=r"The input X\[1, 0\] is NaN"):
        model.fit(X, y, validation=(holed, y))


def test_a_number_too_large_for_float32_is_refused_and_trains_as_float64(wine):
    X, y = wine
    X[2, 5] = -1e39
    with pytest.raises(BadInput, match=r"The input X\[2, 5\] is -1e\+39, which is too large for float32.*float64"):
        MLP(hidden=(4,), epochs=2).fit(X, y)
    X[2, 5] = -1e3
    assert np.isfinite(MLP(hidden=(4,), epochs=2, dtype="float64").fit(X, y).weights_).all()


@pytest.mark.parametrize("settings", [{"batch_size": 2.5}, {"epochs": 1.5}, {"early_stopping": True, "patience": 1.5}])
def test_half_a_row_or_epoch_is_refused(wine, settings):
    with pytest.raises(BadInput, match=r"is \d\.5\. Give a whole number of at least 1"):
        MLP(hidden=(4,), **settings).fit(*wine)


def test_text_is_no_target_of_regression(wine):
    X, y = wine
    with pytest.raises(BadInput, match=r"The target holds text, such as red\. Give numbers, or choose classification"):
        MLP(hidden=(4,), task="regression").fit(X, np.array(["red", "white", "rose"])[y])


def test_a_single_class_is_named_plainly(wine):
    X, y = wine
    with pytest.raises(BadInput, match=r"one class only: 1\."):
        MLP(hidden=(4,)).fit(X[y == 1], y[y == 1])
