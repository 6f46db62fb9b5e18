"""CMA-ES on functions with known behaviour."""

import numpy as np

from engine.maths.cma import CmaEs, RestartingCmaEs


def run(function, d, evaluations, seed=0):
    rng = np.random.default_rng(seed)
    search = RestartingCmaEs(d, np.full(d, 0.5))
    best, spent = np.inf, 0
    while spent < evaluations:
        points = np.array([search.ask(rng) for _ in range(search.size)])
        losses = np.array([function(point) for point in points])
        spent += search.size
        best = min(best, losses.min())
        search.tell(points, losses)
    return best, search


def test_a_sphere_in_ten_dimensions_is_solved_within_2000_evaluations():
    assert run(lambda x: ((x - 0.3) ** 2).sum(), 10, 2000)[0] < 1e-8


def test_a_turned_ellipsoid_is_learned():
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((5, 5)))[0]
    scales = 10.0 ** np.linspace(0, 4, 5)
    assert run(lambda x: (scales * (turn @ (x - 0.4)) ** 2).sum(), 5, 3000)[0] < 1e-6


def test_a_flat_function_leads_to_a_restart_with_more_points():
    search = run(lambda x: 1.0, 3, 2000)[1]
    assert search.restarts >= 1
    assert search.size > search.first_size


def test_a_copy_learns_on_its_own():
    search = run(lambda x: (x**2).sum(), 3, 100)[1]
    before = search.mean.copy()
    twin = search.copy()
    twin.tell(np.random.default_rng(2).random((twin.size, 3)), np.arange(twin.size, dtype=float))
    assert (search.mean == before).all()
    assert (twin.mean != before).any()


def test_a_cloud_without_bounds_goes_as_far_as_the_minimum_is():
    rng, distribution = np.random.default_rng(0), CmaEs(np.zeros(8), 0.3)
    goal = np.linspace(-20.0, 30.0, 8)
    for _ in range(300):
        steps = distribution.sample(rng)
        losses = ((distribution.mean + distribution.step * steps - goal) ** 2).sum(1)
        distribution.update(steps[np.argsort(losses)])
    assert np.allclose(distribution.mean, goal, atol=1e-6)
