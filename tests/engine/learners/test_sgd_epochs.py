"""SGD by epochs takes what scikit-learn's own estimators take, and ends where they do."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.preprocessing import StandardScaler

from engine.learners import SGDClassifierByEpochs, SGDRegressorByEpochs

KINDS = [(SGDClassifierByEpochs, load_breast_cancer), (SGDRegressorByEpochs, load_diabetes)]


def scaled(load):
    X, y = load(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.mark.parametrize(("kind", "load"), KINDS)
def test_a_random_state_is_taken_as_well_as_its_seed(kind, load):
    X, y = scaled(load)
    seeded = kind(max_iter=5, tol=None, random_state=3).fit(X, y)
    given = kind(max_iter=5, tol=None, random_state=np.random.RandomState(3)).fit(X, y)
    assert np.array_equal(given.coef_, seeded.coef_)


@pytest.mark.parametrize(("kind", "load"), KINDS)
def test_sample_weights_are_those_of_scikit_learn(kind, load):
    X, y = scaled(load)
    w = np.random.default_rng(0).uniform(0.1, 3.0, len(X))
    settings = {"max_iter": 3, "tol": None, "shuffle": False, "learning_rate": "constant", "eta0": 1e-4}
    ours = kind(**settings).fit(X, y, w)
    theirs = kind.__mro__[2](**settings).fit(X, y, sample_weight=w)
    assert np.allclose(ours.coef_, theirs.coef_, rtol=1e-10)
    assert not np.allclose(ours.coef_, kind(**settings).fit(X, y).coef_, rtol=1e-3)
