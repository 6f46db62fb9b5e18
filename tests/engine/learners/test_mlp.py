"""The MLP as a person uses it: what it learns, records, refuses, and how it stops and goes on."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tracemalloc
from typing import ClassVar

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits, load_wine
from sklearn.preprocessing import StandardScaler

from engine.errors import UserFault
from engine.learners import MLP, SoftmaxRegression, StopTraining
from engine.learners.faults import BadInput
from engine.learners.training import Diverged
from engine.optimizers import (
    CMAES,
    LBFGS,
    SGD,
    Adam,
    AdamW,
    GradientDescent,
    Lion,
    NAdam,
    Nesterov,
    RandomSearch,
    RMSProp,
)
from engine.optimizers.schedules import Cosine, OneCycle, ReduceOnPlateau

RECORDS = {"step", "train_loss", "train_score", "gradient_norm", "update_ratio", "learning_rate"}


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16.0, y


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def small(**settings):
    return MLP(**{"hidden": (16,), "optimizer": Adam(lr=1e-2), "epochs": 8, "random_state": 0, **settings})


def test_history_holds_an_array_entry_for_every_epoch(digits):
    X, y = digits
    model = MLP(hidden=(64,), optimizer=Adam(lr=1e-3), batch_size=32, epochs=20, random_state=0)
    history = model.fit(X[:1200], y[:1200], validation=(X[1200:], y[1200:])).history_
    assert set(history) == RECORDS | {"val_loss", "val_score"}
    assert all(len(column) == 20 and np.isfinite(column).all() for column in history.values())
    assert history["step"].tolist() == list(range(1, 21))
    assert history["train_loss"][-1] < 0.2 * history["train_loss"][0]
    assert history["val_score"][-1] == pytest.approx(model.score(X[1200:], y[1200:]))
    assert history.parameters == 64 * 64 + 64 + 64 * 10 + 10
    assert np.allclose(history.generalisation_gap, history["val_loss"] - history["train_loss"])
    assert 1 <= history.steps_to_converge <= 20


def test_the_validation_loss_is_that_of_the_predicted_probabilities(wine):
    X, y = wine
    model = small().fit(X[::2], y[::2], validation=(X[1::2], y[1::2]))
    p = model.predict_proba(X[1::2])[np.arange(len(y[1::2])), y[1::2]]
    assert model.history_["val_loss"][-1] == pytest.approx(-np.mean(np.log(p)), rel=1e-4)


@pytest.mark.parametrize(
    "optimizer",
    [
        GradientDescent(lr=0.5), SGD(lr=0.1), SGD(lr=0.05, momentum=0.9), Nesterov(lr=0.05), RMSProp(lr=3e-3),
        Adam(lr=1e-2), AdamW(lr=1e-2), NAdam(lr=1e-2), Lion(lr=3e-3), LBFGS(), "adagrad", "momentum",
    ],
    ids=lambda optimizer: getattr(optimizer, "title", optimizer),
)  # fmt: skip
def test_every_optimizer_learns_wine(wine, optimizer):
    X, y = wine
    assert small(optimizer=optimizer, epochs=60).fit(X, y).score(X, y) > 0.95


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "sigmoid", "identity"])
@pytest.mark.parametrize("hidden", [(), (8,), (12, 8, 6)])
def test_every_activation_and_depth_learns_wine(wine, activation, hidden):
    X, y = wine
    assert small(hidden=hidden, activation=activation, epochs=60).fit(X, y).score(X, y) > 0.95


@pytest.mark.parametrize("optimizer", [RandomSearch(), CMAES()], ids=["random search", "CMA-ES"])
def test_small_models_learn_without_gradients(wine, optimizer):
    X, y = wine
    model = small(hidden=(5,), optimizer=optimizer, epochs=100).fit(X, y)
    assert model.score(X, y) > 0.9
    assert len(model.history_["train_loss"]) == 100


def test_float32_and_float64_tell_the_same_story(wine):
    X, y = wine
    single, double = small().fit(X, y), small(dtype="float64").fit(X, y)
    assert single.weights_.dtype == np.float32
    assert double.weights_.dtype == np.float64
    assert np.allclose(single.history_["train_loss"], double.history_["train_loss"], rtol=1e-3)


def test_regression_of_several_outputs_predicts_each():
    X, y = load_diabetes(return_X_y=True)
    Y = np.column_stack([y, 1000.0 - 3.0 * y])
    model = small(task="regression", epochs=60).fit(StandardScaler().fit_transform(X), Y)
    predicted = model.predict(StandardScaler().fit_transform(X))
    assert predicted.shape == Y.shape
    assert model.score(StandardScaler().fit_transform(X), Y) > 0.5
    assert np.allclose(predicted[:, 1], 1000.0 - 3.0 * predicted[:, 0], atol=60)


def test_several_labels_are_learned_at_once():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    Y = np.column_stack([X[:, 0] > 0, X[:, 1] + X[:, 2] > 0, X[:, 3] > 0.5]).astype(int)
    model = small(epochs=60).fit(X, Y)
    assert model.predict(X).shape == Y.shape
    assert model.score(X, Y) > 0.85
    assert np.all((model.predict_proba(X) > 0.5) == model.predict(X))


def test_labels_may_be_words(wine):
    X, y = wine
    names = np.array(["barolo", "grignolino", "barbera"])[y]
    model = small(epochs=40).fit(X, names)
    assert set(model.predict(X)) == set(names)
    assert model.score(X, names) > 0.95


def test_dropout_trains_with_units_off_and_predicts_with_all(wine):
    X, y = wine
    model = small(dropout=0.5, epochs=80).fit(X, y)
    assert model.score(X, y) > 0.95
    assert np.array_equal(model.predict_proba(X), model.predict_proba(X))


def test_an_l2_penalty_makes_weights_smaller(wine):
    X, y = wine
    assert np.linalg.norm(small(l2=0.3).fit(X, y).weights_) < np.linalg.norm(small().fit(X, y).weights_)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(digits):
    X, y = digits
    first, again, other = (small(epochs=2, random_state=seed).fit(X, y).weights_ for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_watching_validation_rows_changes_nothing(digits):
    X, y = digits
    alone = small(epochs=3, schedule=ReduceOnPlateau(patience=0)).fit(X[:900], y[:900])
    watched = small(epochs=3, schedule=ReduceOnPlateau(patience=0)).fit(
        X[:900], y[:900], validation=(X[900:], y[900:]), callback=lambda step, records: None
    )
    assert np.array_equal(alone.weights_, watched.weights_)


def test_early_stopping_ends_training_and_keeps_the_best_weights():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 20)), rng.integers(0, 2, 200)  # nothing to learn: overfits at once
    model = small(hidden=(64,), epochs=200, early_stopping=True, patience=5).fit(X, y)
    held_out = model.history_["held_out_loss"]
    assert len(held_out) < 200
    assert "held-out" in model.history_.stopped
    assert model.history_.best_step == np.argmin(held_out) + 1
    assert len(held_out) == model.history_.best_step + 5


def test_a_schedule_sets_the_learning_rate_of_each_epoch(wine):
    X, y = wine
    model = small(epochs=10, schedule=Cosine()).fit(X, y)
    expected = [1e-2 * 0.5 * (1 + np.cos(np.pi * epoch / 10)) for epoch in range(10)]
    assert np.allclose(model.history_["learning_rate"], expected)


def test_a_schedule_by_steps_ends_where_it_should(wine):
    X, y = wine
    model = small(epochs=10, schedule=OneCycle()).fit(X, y)
    assert model.history_["learning_rate"][-1] == pytest.approx(1e-2 / 25e4)


def test_callbacks_hear_every_epoch_and_every_nth_step(digits):
    X, y = digits
    epochs, steps = [], []
    small(epochs=3).fit(
        X, y,
        callback=lambda epoch, record: epochs.append((epoch, record["train_loss"])),
        each=(20, lambda step, record: steps.append((step, record["batch_loss"]))),
    )  # fmt: skip
    assert [epoch for epoch, _ in epochs] == [1, 2, 3]
    assert [step for step, _ in steps] == [20, 40, 60, 80, 100, 120, 140, 160]  # of 57 an epoch
    assert all(np.isfinite(loss) for _, loss in epochs + steps)


def test_stopping_from_a_callback_keeps_what_was_learned(digits):
    X, y = digits

    def stop(epoch, record):
        if epoch == 3:
            raise StopTraining("enough")

    model = small(epochs=50).fit(X, y, callback=stop)
    assert len(model.history_["step"]) == 3
    assert model.history_.stopped == "enough"
    assert np.array_equal(model.weights_, small(epochs=3).fit(X, y).weights_)


def test_another_exception_from_a_callback_passes_through(wine):
    X, y = wine

    def fail(epoch, record):
        raise KeyError("pruned")

    with pytest.raises(KeyError, match="pruned"):
        small().fit(X, y, callback=fail)


@pytest.mark.parametrize("at", [1, 37, 56, 58, 130])
@pytest.mark.parametrize("settings", [{}, {"dropout": 0.3, "schedule": OneCycle(), "optimizer": NAdam(lr=3e-3)}])
def test_a_paused_training_resumes_bit_for_bit(digits, at, settings):
    X, y = digits
    whole = small(epochs=4, **settings).fit(X, y, validation=(X[:100], y[:100]))
    saved = []

    def pause(step, record):
        if step == at:
            saved.append(paused.checkpoint())
            raise InterruptedError

    paused = small(epochs=4, **settings)
    with pytest.raises(InterruptedError):
        paused.fit(X, y, validation=(X[:100], y[:100]), each=(1, pause))
    resumed = small(epochs=4, **settings).fit(X, y, validation=(X[:100], y[:100]), resume=saved[0])
    assert np.array_equal(resumed.weights_, whole.weights_)
    assert all(np.array_equal(resumed.history_[name], whole.history_[name]) for name in whole.history_)
    layers = whole.history_.layers
    assert all(np.array_equal(resumed.history_.layers[name], layers[name]) for name in layers)


@pytest.mark.parametrize("optimizer", [LBFGS(), CMAES(seed=3), RandomSearch(tries=5)])
def test_a_search_that_is_paused_resumes_bit_for_bit(wine, optimizer):
    X, y = wine
    settings = {"hidden": (3,), "optimizer": optimizer, "epochs": 9}
    whole = small(**settings).fit(X, y)
    saved, steps = [], []

    def pause(epoch, record):
        if epoch == 4:
            saved.append(paused.checkpoint())
            raise InterruptedError

    paused = small(**settings)
    with pytest.raises(InterruptedError):
        paused.fit(X, y, callback=pause)
    resumed = small(**settings).fit(X, y, resume=saved[0], callback=lambda epoch, _: steps.append(epoch))
    assert steps == [5, 6, 7, 8, 9]
    assert np.array_equal(resumed.weights_, whole.weights_)
    assert all(np.array_equal(resumed.history_[name], whole.history_[name]) for name in whole.history_)


def test_a_pause_in_a_table_of_many_chunks_resumes_bit_for_bit(monkeypatch, digits):
    monkeypatch.setattr("engine.learners.batches.BUFFER_VALUES", 10_000)
    X, y = digits
    whole = small(epochs=2).fit(X, y)
    paused = small(epochs=2)
    saved = []

    def pause(step, record):
        if step in (4, 30):
            saved.append(paused.checkpoint())

    paused.fit(X, y, each=(1, pause))
    for checkpoint in saved:
        resumed = small(epochs=2).fit(X, y, resume=checkpoint)
        assert np.array_equal(resumed.weights_, whole.weights_)
        assert np.array_equal(resumed.history_["train_loss"], whole.history_["train_loss"])


def test_a_finished_training_goes_on_for_more_epochs_as_if_planned_so(digits):
    X, y = digits
    first = small(epochs=2).fit(X, y)
    longer = small(epochs=5).fit(X, y, resume=first.checkpoint())
    assert np.array_equal(longer.weights_, small(epochs=5).fit(X, y).weights_)


def test_early_stopping_survives_a_pause():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 20)), rng.integers(0, 2, 200)
    settings = {"hidden": (64,), "early_stopping": True, "patience": 5, "epochs": 100}
    whole = small(**settings).fit(X, y)
    begun = small(**{**settings, "epochs": 3}).fit(X, y)
    resumed = small(**settings).fit(X, y, resume=begun.checkpoint())
    assert np.array_equal(resumed.weights_, whole.weights_)


def test_a_checkpoint_of_another_network_is_refused(wine):
    X, y = wine
    with pytest.raises(UserFault, match="another shape"):
        small(hidden=(9,)).fit(X, y, resume=small().fit(X, y).checkpoint())


def test_a_fitted_model_survives_pickling_without_the_data(digits):
    X, y = digits
    model = small(epochs=2).fit(X, y)
    stored = pickle.dumps(model)
    assert len(stored) < X.nbytes / 2
    assert np.array_equal(pickle.loads(stored).predict(X), model.predict(X))


def test_histograms_and_dead_units_are_recorded_at_the_chosen_epochs(wine):
    X, y = wine
    history = small(hidden=(16, 8), epochs=6, histograms_every=3).fit(X, y).history_
    assert [(item.epoch, item.layer) for item in history.snapshots] == [(e, k) for e in (3, 6) for k in (1, 2, 3)]
    assert history.snapshots[0].weight_counts.sum() == 13 * 16
    assert history.snapshots[0].gradient_counts.sum() == 13 * 16


def test_layers_are_told_after_epochs_1_2_4_8_and_the_last(wine):
    X, y = wine
    heard = {}
    history = small(hidden=(16, 8), epochs=10).fit(X, y, callback=heard.__setitem__).history_
    assert history.layers["step"].tolist() == [1, 2, 4, 8, 10]
    assert all(history.layers[name][2] == heard[4][name] for name in history.layers if name != "step")
    assert not any("/" in name for name in heard[3])


def test_the_spread_of_a_layers_weights_is_numpys_quantiles(wine):
    X, y = wine
    model = small(hidden=(16, 8), epochs=3).fit(X, y)
    for layer, weights in enumerate(model.coefs_, 1):
        told = [
            model.history_.layers[f"weights/layer{layer}/{name}"][-1] for name in ("q05", "q25", "q50", "q75", "q95")
        ]
        assert told == pytest.approx(np.quantile(weights, [0.05, 0.25, 0.5, 0.75, 0.95]), rel=3e-4)


def test_the_spread_of_gradients_is_that_of_the_last_step(wine):
    X, y = wine
    model = small(hidden=(), epochs=2, optimizer=SGD(lr=0.1), batch_size=None, dtype="float64")
    heard = []
    model.fit(X, y, callback=lambda epoch, record: heard.append((model.checkpoint()["weights"], record)))
    (first, _), (second, record) = heard
    moved = model.layout_.views((first - second) / 0.1)[0][0]
    assert record["gradients/layer1/q25"] == pytest.approx(np.quantile(moved, 0.25), rel=3e-4)


def test_units_that_never_switch_on_count_as_dead(wine):
    X, y = wine
    X = np.abs(X)
    history = MLP(
        hidden=(12,), optimizer=SGD(lr=30.0), clip=100.0, epochs=1, histograms_every=1, random_state=0
    ).fit(X, y).history_  # fmt: skip
    assert history.snapshots[0].dead > 0
    assert history.layers["dead/layer1"].tolist() == [history.snapshots[0].dead]


@pytest.mark.parametrize("optimizer", [SGD(lr=1e6), Adam(lr=1e6)])
def test_a_huge_learning_rate_is_reported_with_its_step(digits, optimizer):
    X, y = digits
    with pytest.raises(Diverged, match=r"diverged at update \d+ .*learning rate 1e\+06.*smaller learning rate"):
        small(optimizer=optimizer).fit(X, y)


def test_a_diverged_training_leaves_no_trace_in_the_next(wine):
    X, y = wine
    model = small(optimizer=SGD(lr=1e6), epochs=50)
    with pytest.raises(Diverged):
        model.fit(X, y)
    assert not hasattr(model, "weights_")
    model.set_params(optimizer=SGD(lr=0.1))
    assert np.array_equal(model.fit(X, y).weights_, small(optimizer=SGD(lr=0.1), epochs=50).fit(X, y).weights_)


def test_clipping_tames_a_step_that_would_diverge(wine):
    X, y = wine
    assert np.isfinite(small(optimizer=SGD(lr=1.0), clip=0.5, epochs=20).fit(X, y).weights_).all()


def test_missing_values_are_refused(wine):
    X, y = wine
    X = X.copy()
    X[3, 2] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        small().fit(X, y)


def test_constant_columns_are_harmless(wine):
    X, y = wine
    assert small(epochs=40).fit(np.hstack([X, np.full((len(X), 2), 7.0)]), y).score(
        np.hstack([X, np.full((len(X), 2), 7.0)]), y
    ) > 0.9  # fmt: skip


def test_one_sample_is_refused_for_classes_and_fitted_for_numbers():
    with pytest.raises(ValueError, match="one class only"):
        small().fit([[1.0, 2.0]], [1])
    model = small(task="regression").fit([[1.0, 2.0]], [3.5])
    assert model.predict([[1.0, 2.0]]) == pytest.approx(3.5, abs=0.5)


def test_a_batch_larger_than_the_data_is_all_of_it(wine):
    X, y = wine
    large, whole = small(batch_size=10_000).fit(X, y), small(batch_size=None).fit(X, y)
    assert np.array_equal(large.weights_, whole.weights_)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hidden": (0,)}, "hidden layer has 0 units"),
        ({"hidden": (8, -1)}, "hidden layer has -1 units"),
        ({"epochs": 0}, "Epochs is 0"),
        ({"batch_size": 0}, "batch size is 0"),
        ({"dropout": 1.0}, "Dropout is 1.0"),
        ({"l2": -1.0}, "L2 penalty is -1.0"),
        ({"dtype": "float16"}, "number format"),
        ({"optimizer": 3}, "optimizer is 3"),
        ({"task": "ranking"}, "task is 'ranking'"),
        ({"early_stopping": True, "validation_fraction": 0.999}, "no row to train on"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_a_sentence(wine, settings, sentence):
    with pytest.raises(BadInput, match=sentence):
        small(**settings).fit(*wine)


@pytest.mark.parametrize("settings", [{"activation": "swish"}, {"optimizer": "adamant"}, {"schedule": "wave"}])
def test_an_unknown_name_is_refused_with_the_known_ones(wine, settings):
    with pytest.raises(UserFault, match="Choose one of"):
        small(**settings).fit(*wine)


def test_validation_labels_unseen_in_training_count_as_mistakes(wine):
    X, y = wine
    known = y < 2
    model = small(epochs=40).fit(X[known], y[known], validation=(X, y))
    assert model.history_["val_score"][-1] <= known.mean() + 1e-9
    assert np.isfinite(model.history_["val_loss"]).all()


@pytest.mark.parametrize("kind", [np.int64, np.float64, np.float32, object])
def test_whole_numbers_objects_and_floats_are_taken_as_numbers(digits, kind):
    X, y = load_digits(return_X_y=True)
    expected = small(epochs=1).fit(X, y).predict_proba(X)
    assert np.allclose(small(epochs=1).fit(X.astype(kind), y).predict_proba(X), expected, atol=1e-5)


class Watching(Adam):
    """Measures what is allocated between two of its own steps."""

    peaks: ClassVar[list[int]] = []

    def step(self, weights, gradients):
        super().step(weights, gradients)
        if self.steps == 20:
            tracemalloc.start()
        elif self.steps == 50:
            self.peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()


@pytest.mark.parametrize("settings", [{}, {"activation": "gelu", "dropout": 0.2}, {"activation": "tanh", "clip": 1.0}])
def test_a_step_allocates_no_arrays(digits, settings):
    X, y = digits
    Watching.peaks.clear()
    small(hidden=(64, 64), optimizer=Watching(lr=1e-3), l2=1e-4, l1=1e-5, epochs=1, **settings).fit(X, y)
    smallest = 32 * 10 * 4  # the outputs of one batch, in bytes
    assert Watching.peaks[0] < smallest


def test_learners_optimizers_and_families_load_without_scikit_learn():
    code = (
        "import sys, engine.learners, engine.optimizers, engine.learners.families as f;"
        "[f.get(n) for n in ('mlp', 'softmax', 'linear')];"
        "assert not {'sklearn', 'scipy', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_softmax_regression_by_sgd_gets_near_the_minimum_of_l_bfgs(wine):
    X, y = wine
    best = SoftmaxRegression(l2=0.01).fit(X, y).history_["train_loss"][-1]
    walked = SoftmaxRegression(
        l2=0.01, optimizer=SGD(lr=0.1, momentum=0.9), batch_size=32, epochs=100, random_state=0
    ).fit(X, y)
    assert walked.history_["train_loss"][-1] == pytest.approx(best, abs=0.02)
