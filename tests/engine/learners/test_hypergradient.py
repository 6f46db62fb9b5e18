"""Hypergradients equal finite differences of whole trainings."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.preprocessing import StandardScaler

from engine.learners import MLP, LinearRegression, SoftmaxRegression
from engine.learners.faults import BadInput
from engine.learners.hypergradient import at_the_minimum, through_training
from engine.learners.training import Diverged
from engine.optimizers import LBFGS, SGD, Adam, GradientDescent


def table(load):
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    return X[::2], y[::2], (X[1::2], y[1::2])


def final_loss(model, X, y, validation):
    return model.fit(X, y, validation=validation).history_["val_loss"][-1]


def central(loss_at, step=1e-4):
    return (loss_at(step) - loss_at(-step)) / (2 * step)


MODELS = {
    "a network by SGD with momentum": lambda lr, l2, mu: MLP(
        (6,), activation="tanh", optimizer=SGD(lr=lr, momentum=mu), l2=l2, batch_size=20, epochs=6, dtype="float64",
        random_state=0,
    ),
    "a deep regression network": lambda lr, l2, mu: MLP(
        (5, 4), activation="gelu", task="regression", optimizer=SGD(lr=lr, momentum=mu), l2=l2, batch_size=16,
        epochs=4, dtype="float64", random_state=1,
    ),
    "softmax regression": lambda lr, l2, mu: SoftmaxRegression(
        optimizer=SGD(lr=lr, momentum=mu), l2=l2, batch_size=16, epochs=5, random_state=2
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_derivatives_through_training_equal_finite_differences(name):
    make, lr, l2, mu = MODELS[name], 0.05, 0.02, 0.6
    data = table(load_diabetes if "regression network" in name else load_wine)
    found = through_training(make(lr, l2, mu), *data)
    assert found.loss == pytest.approx(final_loss(make(lr, l2, mu), *data), rel=1e-9)
    assert found.log_lr == pytest.approx(central(lambda h: final_loss(make(lr * np.exp(h), l2, mu), *data)), rel=1e-5)
    assert found.log_l2 == pytest.approx(central(lambda h: final_loss(make(lr, l2 * np.exp(h), mu), *data)), rel=1e-5)
    assert found.momentum == pytest.approx(central(lambda h: final_loss(make(lr, l2, mu + h), *data)), rel=1e-5)


def test_derivatives_through_full_batch_descent_equal_finite_differences():
    def make(lr):
        return SoftmaxRegression(optimizer=GradientDescent(lr=lr), l2=0.01, epochs=40)

    data = table(load_wine)
    found = through_training(make(0.2), *data, momentum=False)
    assert found.momentum is None
    assert found.log_lr == pytest.approx(central(lambda h: final_loss(make(0.2 * np.exp(h)), *data)), rel=1e-5)


@pytest.mark.parametrize(
    ("kind", "load"), [(SoftmaxRegression, load_wine), (LinearRegression, load_diabetes)], ids=["softmax", "ridge"]
)
@pytest.mark.parametrize("l2", [1e-3, 1.0])
def test_the_derivative_at_the_minimum_equals_finite_differences(kind, load, l2):
    def make(value):
        return kind(optimizer=LBFGS(tolerance=1e-11), l2=value, epochs=5000)

    data = table(load)
    found = at_the_minimum(make(l2), *data)
    expected = central(lambda h: final_loss(make(l2 * np.exp(h)), *data), step=0.01)
    assert found.log_l2 == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (SoftmaxRegression(optimizer=Adam(), epochs=2), "gradient descent, SGD and momentum"),
        (SoftmaxRegression(optimizer=SGD(momentum=0.9, nesterov=True), epochs=2), "gradient descent, SGD and momentum"),
        (SoftmaxRegression(optimizer=SGD(adapt=0.05), epochs=2), "without .* adapted rates"),
        (MLP(optimizer=SGD(), epochs=2), "double precision"),
        (MLP(optimizer=SGD(), epochs=2, dropout=0.1, dtype="float64"), "without dropout"),
    ],
)
def test_a_training_that_cannot_be_differentiated_is_refused(model, sentence):
    with pytest.raises(BadInput, match=sentence):
        through_training(model, *table(load_wine))


def test_a_minimum_without_a_penalty_is_refused():
    with pytest.raises(BadInput, match="no L2 penalty"):
        at_the_minimum(SoftmaxRegression(l2=0.0), *table(load_wine))


def test_a_model_solved_at_once_has_no_training_to_differentiate():
    with pytest.raises(BadInput, match="solved at once"):
        through_training(LinearRegression(l2=0.1), *table(load_diabetes))


@pytest.mark.parametrize("lr", [30.0, 1e6])
def test_a_training_that_diverges_has_no_derivatives(lr):
    X, y, validation = table(load_diabetes)
    model = LinearRegression(optimizer=SGD(lr=lr), epochs=8)
    with pytest.raises(Diverged, match="smaller learning rate"):
        through_training(model, X, y, validation)


def test_a_minimum_with_corners_is_refused():
    with pytest.raises(BadInput, match="L1 penalty"):
        at_the_minimum(SoftmaxRegression(l2=0.1, l1=0.01), *table(load_wine))


def test_a_minimum_that_was_not_reached_is_refused():
    with pytest.raises(BadInput, match="has not reached the minimum"):
        at_the_minimum(SoftmaxRegression(l2=0.1, optimizer=Adam(lr=1e-4), epochs=1), *table(load_wine))


def test_a_minimum_reached_in_small_batches_has_the_derivative_of_all_rows():
    X, y, validation = table(load_wine)
    exact = at_the_minimum(SoftmaxRegression(l2=0.1), X, y, validation)
    stepped = SoftmaxRegression(
        l2=0.1, optimizer=Adam(lr=3e-2), schedule="cosine", batch_size=16, epochs=100, random_state=0
    )
    assert at_the_minimum(stepped, X, y, validation).log_l2 == pytest.approx(exact.log_l2, rel=0.02)
