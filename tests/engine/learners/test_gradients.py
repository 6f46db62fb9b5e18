"""Gradients equal central finite differences, for every loss, activation, depth, penalty and weighting."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import Bug
from engine.learners.activations import ACTIVATIONS
from engine.learners.layout import Layout, with_ones
from engine.learners.losses import PoissonDeviance, SigmoidCrossEntropy, SoftmaxCrossEntropy, SquaredError
from engine.learners.network import Batch, Network

ROWS, COLUMNS, OUTPUTS = 9, 5, 3
LOSSES = {
    "softmax": (SoftmaxCrossEntropy, lambda rng: np.eye(OUTPUTS)[rng.integers(0, OUTPUTS, ROWS)]),
    "sigmoid": (SigmoidCrossEntropy, lambda rng: rng.integers(0, 2, (ROWS, OUTPUTS)).astype(float)),
    "squared": (SquaredError, lambda rng: rng.normal(size=(ROWS, OUTPUTS))),
    "poisson": (PoissonDeviance, lambda rng: rng.poisson(2.0, (ROWS, OUTPUTS)).astype(float)),
}


def build(loss, activation, hidden, weighted=False, keep=1.0):
    rng = np.random.default_rng(3)
    cls, targets = LOSSES[loss]
    layout = Layout((COLUMNS, *hidden, OUTPUTS))
    network = Network(layout, activation, cls(OUTPUTS, float), ROWS, float, keep)
    network.weights[:] = rng.normal(scale=0.5, size=layout.size)
    x = with_ones(rng.normal(size=(ROWS, COLUMNS)), float)
    w = np.repeat(rng.uniform(0.1, 3.0, size=(ROWS, 1)), OUTPUTS, axis=1) if weighted else None
    batch = Batch(x, x.T, targets(rng), np.empty((ROWS, OUTPUTS)), network.loss.workspace(ROWS), w)
    return network, batch


def mean_loss(network, batch, seed=None):
    network.differentiate(batch, None if seed is None else np.random.default_rng(seed))
    values = network.loss.values(batch.z, batch.y, batch.workspace)
    return float(np.mean(values if batch.w is None else values * batch.w[:, 0]))


def numeric(network, batch, seed=None, step=1e-6):
    slope = np.empty_like(network.weights)
    for at in range(network.weights.size):
        kept = network.weights[at]
        network.weights[at] = kept + step
        above = mean_loss(network, batch, seed)
        network.weights[at] = kept - step
        below = mean_loss(network, batch, seed)
        network.weights[at] = kept
        slope[at] = (above - below) / (2 * step)
    return slope


def assert_right(network, batch, seed=None):
    expected = numeric(network, batch, seed)
    mean_loss(network, batch, seed)
    assert np.allclose(network.gradient, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_of_two_hidden_layers_equals_finite_differences(loss, activation):
    assert_right(*build(loss, activation, (6, 4)))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_of_a_linear_model_equals_finite_differences(loss):
    assert_right(*build(loss, "identity", ()))


@pytest.mark.parametrize("loss", LOSSES)
def test_row_weights_scale_each_rows_share_of_the_gradient(loss):
    assert_right(*build(loss, "tanh", (6,), weighted=True))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_with_units_dropped_equals_finite_differences(activation):
    assert_right(*build("softmax", activation, (12, 7), keep=0.6), seed=5)


def test_a_network_with_dropout_is_not_differentiated_without_a_generator():
    network, batch = build("softmax", "relu", (4,), keep=0.5)
    with pytest.raises(Bug, match="without a generator"):
        network.differentiate(batch)


def test_large_outputs_keep_losses_and_gradients_finite_and_right():
    network, batch = build("softmax", "identity", ())
    network.weights *= 400.0  # far beyond what a plain exponential could hold
    value = mean_loss(network, batch)
    z = batch.z - batch.z.max(axis=1, keepdims=True)
    exact = np.mean(np.log(np.exp(z).sum(axis=1)) - (z * batch.y).sum(axis=1))
    assert np.isfinite(network.gradient).all()
    assert np.isclose(value, exact, rtol=1e-12)


def test_softmax_predictions_do_not_depend_on_which_way_they_were_worked_out():
    loss = SoftmaxCrossEntropy(4, float)
    z = np.random.default_rng(0).normal(size=(6, 4)) * 10
    near, far = np.empty_like(z), np.empty_like(z)
    loss.predict(z, near, loss.workspace(6))
    loss.predict(z + 1000.0, far, loss.workspace(6))
    assert np.allclose(near, far, rtol=1e-10)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_the_functions_they_are_named_for(name):
    special = pytest.importorskip("scipy.special")
    z = np.linspace(-4, 4, 41)[:, None]
    expected = {
        "relu": np.maximum(z, 0),
        "tanh": np.tanh(z),
        "gelu": z * special.ndtr(z),
        "sigmoid": special.expit(z),
        "identity": z,
    }[name]
    found = z.copy()
    ACTIVATIONS[name](z.shape, float).forward(found)
    assert np.allclose(found, expected, atol=5e-4 if name == "gelu" else 1e-12)  # gelu in its tanh form
