"""The four families of our own: what they suggest, report and reproduce."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits
from sklearn.preprocessing import StandardScaler

from engine import seeds
from engine.errors import UserFault
from engine.learners.families import TableShape, get
from engine.learners.training_settings import optimizer_from
from engine.optimizers import LBFGS, SGD, Adam
from engine.options import make

NAMES = ("mlp", "softmax", "linear", "poisson")


def table(name):
    load = load_diabetes if name in {"linear", "poisson"} else load_digits
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    if name == "poisson":
        y = y / y.std()
    return X[:300], y[:300], X[300:440], y[300:440]


def configuration(family, task, seed):
    space = family.suggest_space(task, TableShape(300, 64, 10))
    return {**space.sample(seeds.generator(seed, "space")), "learning_rate": 3e-3}


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("mlp", "classification"),
        ("mlp", "regression"),
        ("softmax", "classification"),
        ("linear", "regression"),
        ("poisson", "regression"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_an_exported_fit_reproduces_the_trial_to_the_last_bit(name, task, seed):
    family = get(name)
    X, y, X_val, y_val = table(name)
    y = y.astype(float) if task == "regression" else y
    settings = make(family.settings, {"epochs": 6, "early_stopping": seed % 2 == 0})
    params = configuration(family, task, seed)
    reports = []
    tried = family.fit(
        family.make_estimator(params, settings, task, seed), X, y, (X_val, y_val),
        lambda step, record: reports.append((step, dict(record))),
    )  # fmt: skip
    exported = family.make_estimator(params, settings, task, seed).fit(X, y)
    assert np.array_equal(tried.weights_, exported.weights_)
    assert tried.score(X_val, y_val) == exported.score(X_val, y_val)
    assert [step for step, _ in reports] == list(range(1, len(reports) + 1))
    wanted = {"train_loss", "train_score", "val_loss", "val_score", "gradient_norm", "update_ratio", "learning_rate"}
    assert wanted <= set(reports[0][1])
    assert family.count_parameters(tried) == tried.weights_.size


@pytest.mark.parametrize("name", NAMES)
def test_ending_from_the_report_passes_through(name):
    family = get(name)
    task = family.tasks[-1]
    X, y, _, _ = table(name)

    class Ended(Exception):
        pass

    def report(step, record):
        raise Ended

    with pytest.raises(Ended):
        family.fit(
            family.make_estimator(configuration(family, task, 0), family.settings(), task, 0), X, y, None, report
        )


def test_a_diverging_configuration_is_a_fault_that_names_step_and_learning_rate():
    family = get("mlp")
    X, y, _, _ = table("mlp")
    params = {
        "layers": 2, "hidden_units": 32, "activation": "relu", "optimizer": "sgd", "learning_rate": 1e6,
        "momentum": 0.9, "batch_size": 32, "l2": 1e-4, "dropout": 0.0,
    }  # fmt: skip
    with pytest.raises(UserFault, match=r"update \d+.*learning rate 1e\+06"):
        family.fit(family.make_estimator(params, family.settings(), "classification", 0), X, y, None, lambda *_: None)


def test_the_suggested_batch_sizes_leave_several_steps_an_epoch():
    small = get("mlp").suggest_space("classification", TableShape(100, 5, 2))["batch_size"].choices
    large = get("mlp").suggest_space("classification", TableShape(100_000, 5, 2))["batch_size"].choices
    assert max(small) <= 16
    assert max(large) == 512


def test_an_optimizer_takes_the_hyperparameters_it_knows():
    assert optimizer_from({"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.8}) == SGD(lr=0.1, momentum=0.8)
    assert optimizer_from({"optimizer": "adam", "learning_rate": 0.1, "momentum": 0.8}) == Adam(lr=0.1)
    assert optimizer_from({"optimizer": "lbfgs", "learning_rate": 0.1}) == LBFGS()
