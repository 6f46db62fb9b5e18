"""The batched search inside a box."""

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from engine.maths.box_search import maximise_in_box


def test_every_start_finds_the_top_of_a_quadratic_or_the_wall_before_it():
    top = np.array([0.3, 1.4, 0.5])

    def hill(x):
        return -((x - top) ** 2).sum(axis=1), -2 * (x - top)

    starts = np.random.default_rng(0).random((5, 3))
    found, _ = maximise_in_box(hill, starts, np.ones_like(starts, dtype=bool), np.ones(3))
    assert found == pytest.approx(np.tile([0.3, 1.0, 0.5], (5, 1)), abs=1e-4)


def test_pinned_coordinates_stay():
    def hill(x):
        return -((x - 0.2) ** 2).sum(axis=1), -2 * (x - 0.2)

    starts = np.full((2, 2), 0.9)
    free = np.array([[True, False], [False, True]])
    found, _ = maximise_in_box(hill, starts, free, np.ones(2))
    assert found == pytest.approx(np.array([[0.2, 0.9], [0.9, 0.2]]), abs=1e-4)


def test_it_comes_as_far_as_scipy_on_rosenbrock():
    def hill(u):
        x = 4 * u - 2
        return -np.array([rosen(row) for row in x]), -4 * np.array([rosen_der(row) for row in x])

    start = np.array([[0.1, 0.6], [0.9, 0.1]])
    _, values = maximise_in_box(hill, start, np.ones_like(start, dtype=bool), np.ones(2), iterations=100)
    peer = minimize(rosen, 4 * start[0] - 2, jac=rosen_der, bounds=[(-2, 2)] * 2, method="L-BFGS-B")
    assert values.max() >= -peer.fun - 1e-3


def test_it_never_ends_below_its_start():
    def rough(x):
        return np.sin(40 * x).sum(axis=1), 40 * np.cos(40 * x)

    starts = np.random.default_rng(1).random((20, 4))
    before = rough(starts)[0]
    assert (maximise_in_box(rough, starts, np.ones_like(starts, dtype=bool), np.ones(4))[1] >= before).all()
