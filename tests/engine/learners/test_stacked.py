"""Networks trained as one stack end as if each had been trained alone."""

from __future__ import annotations

import tracemalloc
from typing import ClassVar

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits

from engine.learners import MLP, LinearRegression, SoftmaxRegression, StopTraining, can_train_together, fit_together
from engine.learners.faults import BadInput
from engine.learners.training import Diverged
from engine.optimizers import LBFGS, SGD, Adam, AdamW, AMSGrad, Lion, Nesterov, RMSProp
from engine.optimizers.schedules import Cosine, OneCycle


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:700] / 16.0, y[:700]


def network(k, **settings):
    usual = {"hidden": (14, 9), "optimizer": Adam(lr=1e-3 * (1 + k)), "epochs": 4, "random_state": k}
    return MLP(**{**usual, "dtype": "float64", **settings})


def assert_same(stacked, alone, within=1e-10):
    for one, other in zip(stacked, alone, strict=True):
        assert np.allclose(one.weights_, other.weights_, rtol=0, atol=within)
        assert set(one.history_) == set(other.history_)
        for name in one.history_:
            assert np.allclose(one.history_[name], other.history_[name], rtol=within, atol=within), name
        for name, values in other.history_.layers.items():  # told to 12 binary digits
            assert np.allclose(one.history_.layers[name], values, rtol=5e-4, atol=within), name


class Watching(Adam):
    """Measures what is allocated between two of its own steps."""

    peaks: ClassVar[list[int]] = []

    def step(self, weights, gradients):
        super().step(weights, gradients)
        if self.steps == 5:
            tracemalloc.start()
        elif self.steps == 15:
            self.peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()


@pytest.mark.parametrize("settings", [{}, {"activation": "gelu", "dropout": 0.2, "l2": 1e-4}, {"activation": "tanh"}])
def test_a_step_of_a_stack_allocates_no_arrays(digits, settings):
    X, y = digits
    Watching.peaks.clear()
    models = [
        MLP(hidden=(64, 64), optimizer=Watching(lr=1e-3 * (1 + k)), epochs=1, random_state=k, **settings)
        for k in range(4)
    ]
    fit_together(models, X, y)
    smallest = 4 * 32 * 10 * 4  # the outputs of one batch of four networks, in bytes
    assert Watching.peaks[0] < smallest


VARIATIONS = {
    "learning rates and seeds": lambda k: {},
    "penalties": lambda k: {"l2": 10.0 ** -(k + 1), "l1": 1e-4 * k},
    "dropout": lambda k: {"dropout": 0.15 * k},
    "schedules": lambda k: {"schedule": [Cosine(), OneCycle(), "constant"][k]},
    "clipping": lambda k: {"clip": [None, 0.1, 1.0][k]},
    "momentum": lambda k: {"optimizer": Nesterov(lr=0.02 / (1 + k), momentum=0.5 + 0.2 * k)},
    "adamw": lambda k: {"optimizer": AdamW(lr=1e-3, beta1=0.8 + 0.05 * k, weight_decay=0.1 * (k + 1))},
    "rmsprop": lambda k: {"optimizer": RMSProp(lr=1e-3, alpha=0.9 + 0.03 * k)},
    "adapted rates": lambda k: {"optimizer": Adam(lr=1e-3, adapt=0.02 * k)},
    "lion": lambda k: {"optimizer": Lion(lr=1e-3 / (1 + k))},
    "one shared seed": lambda k: {"random_state": 7},
    "tanh": lambda k: {"activation": "tanh", "hidden": (12,)},
    "gelu": lambda k: {"activation": "gelu"},
    "all rows a step": lambda k: {"batch_size": None},
}


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_stack_equals_training_alone(digits, name):
    X, y = digits
    stacked = [network(k, **VARIATIONS[name](k)) for k in range(3)]
    alone = [network(k, **VARIATIONS[name](k)) for k in range(3)]
    assert fit_together(stacked, X[:500], y[:500], validation=(X[500:], y[500:])) == [None, None, None]
    assert_same(stacked, [model.fit(X[:500], y[:500], validation=(X[500:], y[500:])) for model in alone])


def test_float32_stacks_agree_to_single_precision(digits):
    X, y = digits
    stacked = [network(k, dtype="float32") for k in range(3)]
    fit_together(stacked, X, y)
    assert_same(stacked, [network(k, dtype="float32").fit(X, y) for k in range(3)], within=1e-3)


@pytest.mark.parametrize("kind", [MLP, LinearRegression])
def test_regressions_stack_too(kind):
    X, y = load_diabetes(return_X_y=True)
    extra = {"task": "regression"} if kind is MLP else {}

    def models():
        return [
            kind(optimizer=SGD(lr=0.01 * (1 + k)), epochs=5, dtype="float64", random_state=k, **extra) for k in range(4)
        ]

    stacked = models()
    fit_together(stacked, X * 20, y)
    assert_same(stacked, [model.fit(X * 20, y) for model in models()])


def test_members_stop_early_each_at_its_own_epoch():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 20)), rng.integers(0, 2, 200)

    def models():
        return [
            network(k, optimizer=Adam(lr=1e-4 * 10**k), epochs=60, early_stopping=True, patience=3) for k in range(3)
        ]

    stacked = models()
    fit_together(stacked, X, y)
    alone = [model.fit(X, y) for model in models()]
    lengths = [len(model.history_["step"]) for model in stacked]
    assert len(set(lengths)) > 1
    assert max(lengths) < 60
    assert_same(stacked, alone, within=1e-9)


def test_a_callback_ends_one_member_and_leaves_the_others(digits):
    X, y = digits
    heard = []

    def callback(place, epoch, record):
        heard.append((place, epoch))
        if (place, epoch) == (1, 2):
            raise StopTraining("pruned")

    stacked = [network(k) for k in range(3)]
    fit_together(stacked, X, y, callback=callback)
    assert heard == [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2), (0, 3), (2, 3), (0, 4), (2, 4)]
    assert stacked[1].history_.stopped == "pruned"
    assert_same(stacked, [network(0).fit(X, y), network(1, epochs=2).fit(X, y), network(2).fit(X, y)])


def test_a_member_that_diverges_is_named_and_harms_no_other(digits):
    X, y = digits
    stacked = [network(0), network(1, optimizer=Adam(lr=1e6)), network(2)]
    failures = fit_together(stacked, X, y)
    assert [type(failure) for failure in failures] == [type(None), Diverged, type(None)]
    assert "learning rate 1e+06" in str(failures[1])
    assert not hasattr(stacked[1], "weights_")
    assert_same([stacked[0], stacked[2]], [network(0).fit(X, y), network(2).fit(X, y)])


def test_a_member_of_a_stack_can_go_on_alone(digits):
    X, y = digits
    stacked = [network(k) for k in range(3)]
    fit_together(stacked, X, y)
    longer = network(1, epochs=7).fit(X, y, resume=stacked[1].checkpoint())
    assert_same([longer], [network(1, epochs=7).fit(X, y)])


def test_more_networks_than_the_cache_holds_are_split_unnoticed(digits, monkeypatch):
    monkeypatch.setattr("engine.learners.stacked.MAX_STACK_PARAMETERS", 1)
    X, y = digits
    stacked, heard = [network(k) for k in range(5)], []
    fit_together(stacked, X, y, callback=lambda place, epoch, record: heard.append((place, epoch)))
    assert set(heard) == {(place, epoch) for place in range(5) for epoch in range(1, 5)}
    assert_same(stacked, [network(k).fit(X, y) for k in range(5)])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dropout": 1.0}, "ropout"),
        ({"dropout": 1.5}, "ropout"),
        ({"l2": -1.0}, "L2"),
        ({"l1": float("nan")}, "L1"),
        ({"clip": -1.0}, "lip"),
        ({"patience": 0}, "atience"),
    ],
)
def test_settings_of_every_model_are_checked_before_any_trains(digits, settings, words):
    with pytest.raises(BadInput, match=words):
        fit_together([network(0), network(1, **settings)], *digits)


def test_no_models_at_all_are_trained_at_once(digits):
    assert can_train_together([])
    assert fit_together([], *digits) == []


def test_layers_may_be_written_as_any_sequence(digits):
    X, y = digits
    stacked = [network(0, hidden=layers) for layers in ((14, 9), [14, 9], np.array([14, 9]))]
    assert can_train_together(stacked)
    fit_together(stacked, X, y)
    assert_same(stacked, [network(0).fit(X, y)] * 3)


@pytest.mark.parametrize(
    "other",
    [
        network(1, hidden=(8,)),
        network(1, batch_size=64),
        network(1, optimizer=SGD(lr=0.1)),
        network(1, optimizer=AMSGrad(lr=0.1)),
        network(1, activation="tanh"),
        SoftmaxRegression(optimizer=LBFGS()),
    ],
)
def test_models_that_do_not_fit_one_stack_are_refused(digits, other):
    assert not can_train_together([network(0), other])
    with pytest.raises(BadInput, match="one by one"):
        fit_together([network(0), other], *digits)


def test_too_few_states_to_resume_from_are_refused(digits):
    models = [network(k) for k in range(2)]
    fit_together(models, *digits)
    with pytest.raises(BadInput, match="1 of 2 states are given"):
        fit_together(models, *digits, resume=[models[0].checkpoint()])
