"""How training ends, goes on, reports and refuses, through the models that it trains."""

from __future__ import annotations

import pytest
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

from engine.learners import MLP
from engine.learners.faults import BadInput
from engine.optimizers import Adam


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def small(**settings):
    return MLP(**{"hidden": (8,), "optimizer": Adam(lr=1e-2), "epochs": 4, "random_state": 0, **settings})


@pytest.mark.parametrize("optimizer", ["lbfgs", "cmaes", "random_search"])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"dropout": 0.2}, "cannot train with dropout"),
        ({"clip": 1.0}, "cannot train with clipped gradients"),
        ({"schedule": "cosine"}, "no learning rate to schedule"),
    ],
)
def test_what_a_minimizer_cannot_do_is_refused_in_a_sentence(wine, optimizer, settings, sentence):
    with pytest.raises(BadInput, match=sentence):
        small(optimizer=optimizer, **settings).fit(*wine)
