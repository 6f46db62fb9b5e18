"""The closed form of expected hypervolume improvement against simulation and finite differences."""

import numpy as np
import pytest

from engine.maths.hypervolume_improvement import BoxDecomposition, log_ehvi
from engine.maths.pareto import hypervolume

FRONT = np.array([[0.2, 1.0], [0.5, 0.7], [0.9, 0.1], [0.3, 0.3]])
REFERENCE = np.array([0.0, 0.0])


def test_the_gain_equals_a_simulation():
    mean, std = np.array([0.6, 0.6]), np.array([0.3, 0.2])
    drawn = mean + std * np.random.default_rng(0).standard_normal((4000, 2))
    before = hypervolume(-FRONT, -REFERENCE)
    gains = np.array([hypervolume(-np.vstack([FRONT, draw]), -REFERENCE) - before for draw in drawn])
    value = log_ehvi((mean[:1], mean[1:]), (std[:1], std[1:]), BoxDecomposition.of(FRONT, REFERENCE))[0]
    assert np.exp(value[0]) == pytest.approx(gains.mean(), abs=3 * gains.std() / np.sqrt(len(gains)))


def test_without_spread_the_gain_is_the_area_won():
    point = np.array([0.7, 0.8])
    won = hypervolume(-np.vstack([FRONT, point]), -REFERENCE) - hypervolume(-FRONT, -REFERENCE)
    tiny = np.full(1, 1e-9)
    value = log_ehvi((point[:1], point[1:]), (tiny, tiny), BoxDecomposition.of(FRONT, REFERENCE))[0]
    assert np.exp(value[0]) == pytest.approx(won, rel=1e-6)


def test_slopes_equal_finite_differences():
    rng = np.random.default_rng(1)
    means, stds = rng.normal(0.5, 0.5, (2, 6)), rng.uniform(0.1, 0.5, (2, 6))
    boxes = BoxDecomposition.of(FRONT, REFERENCE)
    _, by_means, by_stds = log_ehvi(tuple(means), tuple(stds), boxes)
    step = 1e-6
    for objective in range(2):
        move = np.zeros((2, 1))
        move[objective] = step
        ahead, behind = (log_ehvi(tuple(means + s * move), tuple(stds), boxes)[0] for s in (1, -1))
        assert by_means[objective] == pytest.approx((ahead - behind) / (2 * step), rel=1e-4, abs=1e-6)
        ahead, behind = (log_ehvi(tuple(means), tuple(stds + s * move), boxes)[0] for s in (1, -1))
        assert by_stds[objective] == pytest.approx((ahead - behind) / (2 * step), rel=1e-4, abs=1e-6)
