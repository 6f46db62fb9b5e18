"""Parzen mixtures are densities."""

import numpy as np
import pytest

from engine.maths.parzen import ParzenMixture


def test_a_mixture_of_numbers_and_choices_has_mass_one():
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.random(6), (rng.integers(3, size=6) + 0.5) / 3])
    mixture = ParzenMixture(points, rng.random(6), [0, 3], np.zeros(2), flat=0.5)
    grid = (np.arange(4000) + 0.5) / 4000
    total = 0.0
    for choice in range(3):
        asked = np.column_stack([grid, np.full(4000, (choice + 0.5) / 3)])
        total += np.exp(mixture.log_density(asked, np.ones((4000, 2), dtype=bool))).mean()
    assert total == pytest.approx(1.0, rel=1e-4)


def test_unknown_coordinates_are_marginalised():
    rng = np.random.default_rng(1)
    points = rng.random((5, 2))
    half_known = points.copy()
    half_known[:, 1] = np.nan
    weights = np.ones(5)
    both = ParzenMixture(half_known, weights, [0, 0], np.zeros(2), flat=1.0)
    one = ParzenMixture(points[:, :1], weights, [0], np.zeros(1), flat=1.0)
    asked = rng.random((9, 2))
    assert both.log_density(asked, np.ones((9, 2), dtype=bool)) == pytest.approx(
        one.log_density(asked[:, :1], np.ones((9, 1), dtype=bool))
    )


def test_inactive_coordinates_are_left_out():
    rng = np.random.default_rng(2)
    points = rng.random((5, 2))
    mixture = ParzenMixture(points, np.ones(5), [0, 0], np.zeros(2), flat=1.0)
    alone = ParzenMixture(points[:, :1], np.ones(5), [0], np.zeros(1), flat=1.0)
    active = np.tile([True, False], (9, 1))
    asked = rng.random((9, 2))
    assert mixture.log_density(asked, active) == pytest.approx(alone.log_density(asked[:, :1], active[:, :1]))


def test_draws_follow_the_density():
    mixture = ParzenMixture(np.array([[0.2], [0.25], [0.22]]), np.ones(3), [0], np.zeros(1), flat=0.3)
    drawn = mixture.sample(20_000, np.random.default_rng(3))[:, 0]
    grid = (np.arange(2000) + 0.5)[:, None] / 2000
    density = np.exp(mixture.log_density(grid, np.ones_like(grid, dtype=bool)))
    share = density[grid[:, 0] < 0.3].sum() / density.sum()
    assert (drawn < 0.3).mean() == pytest.approx(share, abs=0.02)
