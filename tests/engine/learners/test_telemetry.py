"""What training tells: losses and scores of rows it does not train on, single layers, and what is read off after."""

from __future__ import annotations

import numpy as np
import pytest

from engine.learners.layout import Layout, with_ones
from engine.learners.losses import SoftmaxCrossEntropy
from engine.learners.network import Network
from engine.learners.telemetry import Evaluation, Layers


def a_network(rng, widths=(4, 3), dtype=float):
    network = Network(Layout(widths), "relu", SoftmaxCrossEntropy(widths[-1], dtype), 8, dtype)
    network.weights[:] = rng.normal(size=network.layout.size)
    return network


def test_a_row_of_weight_three_counts_three_times_in_the_loss_and_once_in_the_score():
    rng = np.random.default_rng(0)
    X, Y = with_ones(rng.normal(size=(1500, 4)), float), np.eye(3)[rng.integers(0, 3, 1500)]
    times = rng.integers(0, 4, 1500)
    network = a_network(rng)
    loss, score = Evaluation(network, X, Y, None, times).run()
    assert loss == pytest.approx(Evaluation(network, np.repeat(X, times, 0), np.repeat(Y, times, 0)).run()[0])
    assert score == Evaluation(network, X, Y).run()[1]


def test_weights_of_rows_whose_class_was_never_trained_on_are_left_out():
    rng = np.random.default_rng(1)
    X, Y = with_ones(rng.normal(size=(40, 4)), float), np.eye(3)[rng.integers(0, 3, 40)]
    known, weights = np.arange(40) % 4 > 0, rng.uniform(0.5, 2.0, 40)
    network = a_network(rng)
    loss, score = Evaluation(network, X, Y, known, weights).run()
    alone = Evaluation(network, X[known], Y[known], None, weights[known]).run()
    assert (loss, score) == (alone[0], alone[1] * 0.75)


def test_rows_without_any_weight_have_no_loss():
    rng = np.random.default_rng(2)
    X, Y = with_ones(rng.normal(size=(6, 4)), float), np.eye(3)[rng.integers(0, 3, 6)]
    assert np.isnan(Evaluation(a_network(rng), X, Y, None, np.zeros(6)).run()[0])


@pytest.mark.parametrize("outputs", [2, 3, 5, 8, 10])
def test_quantiles_of_a_layer_are_taken_from_all_of_its_units(outputs):
    network = a_network(np.random.default_rng(3), (4, 200, outputs))
    network.W[1][:] = np.arange(outputs)  # each unit's weights are its own number
    told = Layers(network, with_ones(np.zeros((2, 4)), float)).records()
    found = [told[f"weights/layer2/{quantile}"] for quantile in ("q05", "q50", "q95")]
    assert np.allclose(found, np.quantile(network.W[1], [0.05, 0.5, 0.95]), atol=0.5)
