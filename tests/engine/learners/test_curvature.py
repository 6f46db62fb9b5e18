"""The largest eigenvalue of a network's Hessian is that of the matrix itself."""

import numpy as np
import pytest

from engine.learners import MLP, LinearRegression
from engine.learners.curvature import hessian_product, leading_eigenvalue, over_some_rows
from engine.optimizers import SGD


def prepared(model, count=60, columns=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((count, columns))
    y = X @ rng.standard_normal(columns) + 0.1 * rng.standard_normal(count)
    data = model.encode(X, y if isinstance(model, LinearRegression) else (y > 0).astype(int))
    return X, model.prepare(data)


def whole_matrix(network, batch, weights, l2=0.0):
    network.weights[:] = weights
    product = hessian_product(network, batch)
    mask = np.zeros(len(weights))
    mask[network.layout.penalised] = l2
    return np.column_stack([product(column) + mask * column for column in np.eye(len(weights))])


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_it_is_that_of_the_whole_matrix(l2):
    model = MLP(hidden=(8,), optimizer=SGD(lr=0.1), epochs=1, random_state=0, activation="tanh", dtype="float64")
    _, training = prepared(model)
    network, batch = over_some_rows(training)
    weights = training.network.weights.copy()
    matrix = whole_matrix(network, batch, weights, l2)
    expected = float(np.linalg.eigvalsh((matrix + matrix.T) / 2)[-1])
    assert leading_eigenvalue(network, batch, weights, l2) == pytest.approx(expected, rel=0.02)


def test_a_squared_loss_bends_as_its_columns_do():
    model = LinearRegression(optimizer=SGD(lr=0.1), epochs=1, dtype="float64")
    X, training = prepared(model)
    network, batch = over_some_rows(training, 1000)
    value = leading_eigenvalue(network, batch, training.network.weights.copy())
    ones = np.column_stack([np.ones(len(X)), X])
    widest = float(np.linalg.eigvalsh(ones.T @ ones / len(X))[-1])
    assert value / widest == pytest.approx(round(value / widest), rel=1e-4)  # by how losses are counted: 1 or 2
    assert round(value / widest) in (1, 2)


def test_at_most_so_many_rows_are_taken():
    model = MLP(hidden=(4,), optimizer=SGD(lr=0.1), epochs=1, random_state=0, dtype="float64")
    _, training = prepared(model, count=700)
    _, batch = over_some_rows(training, 100)
    assert batch.x.shape[0] == 100
