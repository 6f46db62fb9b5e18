"""What a person is told of a family's records."""

import numpy as np
import pytest

from engine.learners import families
from engine.learners.families.base import TableShape
from engine.study import catalogue

KNOWN = {family.name: family for family in catalogue().families}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_family_names_its_loss_for_each_of_its_tasks(name):
    family = KNOWN[name]
    assert set(family.tasks) <= set(family.loss_titles)
    assert all(family.loss_titles.values())


def test_networks_of_our_own_name_their_scores_and_tell_of_layers():
    assert KNOWN["mlp"].score_titles == {"classification": "accuracy", "regression": "R²"}
    assert KNOWN["poisson"].score_titles == {"regression": "D²"}
    assert KNOWN["linear"].tells_layers
    assert not KNOWN["sgd"].tells_layers


@pytest.mark.parametrize(("name", "factor"), [("mlp", 0.5), ("sklearn_mlp", 1.0)])
def test_the_loss_of_numbers_is_what_its_title_says(name, factor):
    """Half the squared error for our own networks, the whole of it for scikit-learn's."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = X[:, 0] - X[:, 1] + rng.normal(size=60)
    y = (y - y[:40].mean()) / y[:40].std()
    family = families.get(name)
    told = []
    settings = family.settings(epochs=3)
    space = family.suggest_space("regression", TableShape(40, 2))
    params = space.decode([0.3] * len(space))
    model = family.make_estimator(params, settings, "regression", 0)
    family.fit(model, X[:40], y[:40], (X[40:], y[40:]), lambda step, records: told.append(dict(records)))
    error = factor * float(np.mean((model.predict(X[40:]) - y[40:]) ** 2))
    assert told[-1]["val_loss"] == pytest.approx(error, rel=1e-4)
    assert ("/ 2" in KNOWN[name].loss_titles["regression"]) == (factor == 0.5)
