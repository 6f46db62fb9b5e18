"""How training ends, goes on, reports and refuses, through the models that it trains."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

from engine.errors import UserFault
from engine.learners import MLP, PoissonRegression, SoftmaxRegression, StopTraining, fit_together
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


class Pause(Exception):
    """Ends a training from within a callback."""


def test_every_nth_step_is_told_and_one_that_ends_an_epoch_before_the_epoch(wine):
    X, y = wine
    told = []
    small(batch_size=60, epochs=2).fit(
        X, y, callback=lambda epoch, _: told.append(f"epoch {epoch}"), each=(1, lambda step, _: told.append(step))
    )
    assert told == [1, 2, 3, "epoch 1", 4, 5, 6, "epoch 2"]


def test_all_rows_in_one_step_are_told_too(wine):
    steps = []
    small(batch_size=None, epochs=6).fit(*wine, each=(2, lambda step, _: steps.append(step)))
    assert steps == [2, 4, 6]


def test_a_steps_loss_and_gradient_are_those_of_the_epochs_records(wine):
    X, y = wine
    steps, weights = [], np.random.default_rng(0).uniform(0.0, 3.0, len(X))
    model = small(batch_size=None, clip=1e-3, class_weight={0: 5.0, 1: 1.0, 2: 0.2}, dtype="float64")
    model.fit(X, y, weights, each=(1, lambda _, record: steps.append(record)))
    assert [step["batch_loss"] for step in steps] == pytest.approx(model.history_["train_loss"])
    assert [step["gradient_norm"] for step in steps] == model.history_["gradient_norm"].tolist()
    assert min(model.history_["gradient_norm"]) > 1e-2  # before clipping


@pytest.mark.parametrize("buffer", [60, 1_000_000])
@pytest.mark.parametrize("at", [3, 6, 9])
def test_a_training_paused_at_the_last_step_of_an_epoch_resumes_bit_for_bit(monkeypatch, wine, at, buffer):
    monkeypatch.setattr("engine.learners.batches.BUFFER_ROWS", buffer)
    X, y = wine
    settings = {"batch_size": 60, "dropout": 0.2, "clip": 0.5, "early_stopping": True}
    whole = small(**settings).fit(X, y, validation=(X[:30], y[:30]))
    saved = []

    def pause(step, _):
        if step == at:
            saved.append(paused.checkpoint())
            raise Pause

    paused = small(**settings)
    with pytest.raises(Pause):
        paused.fit(X, y, validation=(X[:30], y[:30]), each=(1, pause))
    resumed = small(**settings).fit(X, y, validation=(X[:30], y[:30]), resume=saved[0])
    assert np.array_equal(resumed.weights_, whole.weights_)
    assert all(np.array_equal(resumed.history_[name], whole.history_[name]) for name in whole.history_)


def test_rare_large_targets_are_no_divergence():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5000, 3)), np.zeros(5000)
    y[rng.choice(5000, 10, replace=False)] = 1e6
    settings = {"task": "regression", "scale_target": False, "epochs": 3, "optimizer": Adam()}
    loss = small(**settings).fit(X, y).history_["train_loss"]
    assert loss[-1] == pytest.approx(0.5 * np.mean(y**2), rel=1e-2)  # as scikit-learn's MLPRegressor has it


@pytest.mark.parametrize("epochs", [1, 5])
@pytest.mark.parametrize("batch_size", [None, 32])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_last_step_that_throws_the_weights_far_is_a_divergence(wine, epochs, batch_size, early_stopping):
    settings = {"epochs": epochs, "batch_size": batch_size, "early_stopping": early_stopping}
    model = small(optimizer=SGD(lr=1e6), **settings)
    with pytest.raises(Diverged, match=r"at update \d+ \(epoch [12]\) with learning rate 1e\+06"):
        model.fit(*wine)


def test_a_stack_finds_the_last_step_that_throws_weights_far_too(wine):
    models = [small(optimizer=SGD(lr=lr), epochs=1, batch_size=None) for lr in (1e6, 0.1)]
    failures = fit_together(models, *wine)
    assert isinstance(failures[0], Diverged)
    assert failures[1] is None


def test_large_counts_are_no_divergence():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = rng.poisson(np.exp(8 + 0.5 * X[:, 0]))
    model = PoissonRegression(optimizer=Adam(lr=0.1), batch_size=32, epochs=100, random_state=0).fit(X, y)
    assert model.history_["train_score"][-1] > 0.9


@pytest.mark.parametrize(
    ("change", "every", "sentence"),
    [
        ({"optimizer": SGD(lr=0.1)}, 1, "with optimizer Adam, not SGD"),
        ({"batch_size": 7}, 1, "with batch size 32, not 7"),
        ({}, 2, "with number of rows 178, not 89"),
        ({"early_stopping": True}, 1, "with number of rows 178, not 160"),
        ({"dtype": "float64"}, 1, "with number format float32, not float64"),
        ({"optimizer": "lbfgs"}, 1, "with number format float32, not float64"),
        ({"hidden": (3,)}, 1, "another shape"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused_with_the_difference(wine, change, every, sentence):
    X, y = wine
    saved = small().fit(X, y).checkpoint()
    with pytest.raises(UserFault, match=sentence):
        small(**{"epochs": 8, **change}).fit(X[::every], y[::every], resume=saved)


@pytest.mark.parametrize("saved", [{}, {"weights": np.zeros(3)}, []])
def test_what_is_no_checkpoint_is_refused(wine, saved):
    with pytest.raises(UserFault, match="not a checkpoint of a training"):
        small().fit(*wine, resume=saved)


def test_a_checkpoint_of_an_earlier_version_is_taken(wine):
    X, y = wine
    saved = small(epochs=2).fit(X, y).checkpoint()
    old = {name: value for name, value in saved.items() if name not in {"made", "last"}}
    old["sums"] = (*saved["sums"], 1.1)
    assert np.array_equal(small().fit(X, y, resume=old).weights_, small().fit(X, y).weights_)


def logistic(**settings):
    return SoftmaxRegression(**{"l2": 1e-2, **settings})


def test_a_search_that_converged_says_so_and_one_cut_off_does_not(wine):
    assert logistic().fit(*wine).history_.stopped == "converged: no gradient entry is larger than 1e-08"
    assert logistic(epochs=2).fit(*wine).history_.stopped == ""


def test_a_search_that_ends_far_from_the_minimum_says_so_too(wine):
    X, y = wine
    X = X * np.where(np.arange(X.shape[1]) == 1, 1e8, 1.0)
    assert logistic(l2=0.0).fit(X, y).history_.stopped in {
        "the line search found no lower loss",
        "the loss falls no further",
    }


def test_every_nth_iteration_of_a_minimizer_is_told_with_the_epochs_loss(wine):
    steps = []
    model = logistic(epochs=9).fit(*wine, each=(3, lambda step, record: steps.append((step, record["batch_loss"]))))
    assert steps == [(step, model.history_["train_loss"][step - 1]) for step in (3, 6, 9)]


def test_a_minimizer_paused_at_a_step_resumes_bit_for_bit(wine):
    X, y = wine
    whole, paused, saved = logistic(epochs=9).fit(X, y), logistic(epochs=9), []

    def pause(step, _):
        saved.append(paused.checkpoint())
        raise Pause

    with pytest.raises(Pause):
        paused.fit(X, y, each=(4, pause))
    resumed = logistic(epochs=9).fit(X, y, resume=saved[0])
    assert np.array_equal(resumed.weights_, whole.weights_)
    assert np.array_equal(resumed.history_["train_loss"], whole.history_["train_loss"])
