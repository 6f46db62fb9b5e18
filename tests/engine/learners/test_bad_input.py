"""Inputs and settings that nothing can be learned from are refused with what is wrong and how to mend it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.datasets import load_wine

from engine.errors import UserFault
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


@pytest.mark.parametrize(
    ("setting", "values", "remedy"),
    [
        ("hidden", [(True,), (0,), (2.0,), None, "5"], "Give each layer at least one unit."),
        ("task", ["clustering", None], "Choose classification or regression."),
        ("batch_size", [0, True, "auto", np.inf], "whole number of at least 1, or None."),
        ("epochs", [0, "3", None, True, np.nan], "Give a whole number of at least 1."),
        ("epochs", [np.inf], "Give a finite whole number of at least 1."),
        ("l1", [-1.0, "a", None, np.nan, np.inf], "number of at least 0."),
        ("l2", [-1.0, "a", None, np.nan, np.inf], "number of at least 0."),
        ("dropout", [1.0, -0.1, "a", None, np.nan], "Give a share from 0 up to, but not, 1."),
        ("clip", [0.0, -1.0, "a", np.nan], "Give a number above 0, or None."),
        ("class_weight", ["x", 3, [{0: 1}]], "Give balanced, or a weight for each class by its name."),
        ("class_weight", [{0: -1.0, 1: 1.0}, {0: np.nan, 1: 1.0}, {0: "a"}], "Give a finite number of at least 0."),
        ("early_stopping", ["yes", None], "Give True or False."),
        ("patience", [0, "a"], "Give a whole number of at least 1."),
        ("validation_fraction", [0, -0.5, 1.0, np.nan, "a"], "Give a share between 0 and 1."),
        ("scale_target", ["no", None], "Give True or False."),
        ("histograms_every", [-1, 1.5, "a", None], "Give a whole number of at least 0."),
        ("dtype", ["float16", None], "Choose float32 or float64."),
        ("random_state", ["a", 1.5], "Give a whole number, a NumPy RandomState, or None."),
    ],
)
def test_a_setting_that_cannot_be_trained_with_is_refused_with_a_remedy(wine, setting, values, remedy):
    for value in values:
        model = MLP(**{setting: value})
        with pytest.raises(BadInput) as told:
            model.fit(*wine)
        assert told.value.remedy.endswith(remedy)
        with pytest.raises(BadInput, match=re.escape(told.value.what)):
            model.check_settings()


@pytest.mark.parametrize("setting", ["activation", "optimizer", "schedule"])
def test_settings_are_checked_without_data_too(setting):
    MLP().check_settings()
    with pytest.raises(UserFault, match="'adamm'"):
        MLP(**{setting: "adamm"}).check_settings()


@pytest.mark.parametrize("each", [(0, print), (-1, print), (1.5, print), (3, "print"), print, (1,)])
def test_calls_between_epochs_need_a_number_of_steps_and_a_function(wine, each):
    with pytest.raises(BadInput, match=r"Give a (pair|whole number of at least 1)"):
        MLP(hidden=(4,), epochs=2).fit(*wine, each=each)


@pytest.mark.parametrize("model", [MLP(), LinearRegression()])
def test_a_callback_that_cannot_be_called_is_refused(wine, model):
    with pytest.raises(BadInput, match=r"The callback is 3\. Give a function"):
        model.fit(*wine, callback=3)


def test_what_is_solved_at_once_cannot_be_resumed(wine):
    saved = LinearRegression().fit(*wine).checkpoint()
    with pytest.raises(BadInput, match=r"solved at once has no training to resume\. Leave out resume"):
        LinearRegression().fit(*wine, resume=saved)


def test_text_is_no_target_of_regression(wine):
    X, y = wine
    with pytest.raises(BadInput, match=r"The target holds text, such as red\. Give numbers, or choose classification"):
        MLP(hidden=(4,), task="regression").fit(X, np.array(["red", "white", "rose"])[y])


def test_a_single_class_is_named_plainly(wine):
    X, y = wine
    with pytest.raises(BadInput, match=r"one class only: 1\."):
        MLP(hidden=(4,)).fit(X[y == 1], y[y == 1])
