"""How training ends, goes on, reports and refuses, through the models that it trains."""

from __future__ import annotations

import pytest
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

from engine.learners import MLP, StopTraining
from engine.learners.faults import BadInput
from engine.learners.training import Diverged
from engine.optimizers import SGD, Adam


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


def stop(*told):
    raise StopTraining("enough")


def test_stopping_in_the_first_epoch_keeps_what_was_learned_with_early_stopping_too(wine):
    X, y = wine
    settings = {"early_stopping": True, "batch_size": 8}
    model = small(**settings).fit(X, y, each=(10, stop))
    unmoved = small(**{**settings, "optimizer": SGD(lr=0.0)}).fit(X, y)
    assert model.score(X, y) > unmoved.score(X, y) + 0.2
    assert model.history_.stopped == "enough"


def test_a_history_without_an_epoch_has_empty_records_and_answers(wine):
    history = small(batch_size=8).fit(*wine, each=(3, stop)).history_
    assert history["train_loss"].size == history["step"].size == 0
    assert history.steps_to_converge == 0
    assert history.generalisation_gap.size == 0


def test_stopping_amid_steps_never_hands_out_weights_that_are_no_numbers(wine):
    X, y = wine
    with pytest.raises(Diverged):
        small(optimizer=SGD(lr=1e38), batch_size=8).fit(X, y, each=(3, stop))
