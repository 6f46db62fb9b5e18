"""Paths over a surface are what the optimizers themselves would do there, and are compared fairly."""

from __future__ import annotations

import numpy as np
import pytest

from engine import optimizers, seeds, surfaces
from engine.optimizers import LBFGS, Adam, GradientDescent, Minimizer
from engine.trajectories import arrivals, paths
from engine.trajectories.entrants import RATES, USUAL

STEPPING = [name for name in optimizers.names() if not issubclass(optimizers.get(name), Minimizer)]


@pytest.mark.parametrize("name", STEPPING)
def test_a_path_equals_the_optimizers_own_steps_to_the_last_bit(name: str) -> None:
    surface = surfaces.get("himmelblau")
    (path,) = paths.race(surface, [name], {name: 0.001}, steps=25, noise=0.0)
    kind = optimizers.get(name)
    decays = "weight_decay" in kind().settings()
    optimizer = kind(lr=0.001, **({"weight_decay": 0.0} if decays else {}))
    weights = np.array(surface.start)
    for step in range(1, 26):
        optimizer.step(weights, surface.gradients(weights))
        assert np.array_equal(path.points[step], weights)
        assert path.losses[step] == surface.losses(weights)
    assert path.gradients[-1] == 25
    assert path.values[-1] == 0


def test_a_search_is_the_minimizers_own_and_pays_for_each_look() -> None:
    surface = surfaces.get("rosenbrock")
    (path,) = paths.race(surface, ["lbfgs"], {"lbfgs": None})
    looks = 0

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal looks
        looks += 1
        return float(surface.losses(weights)), surface.gradients(weights)

    weights, seen = np.array(surface.start), []
    LBFGS().minimize(loss, weights, paths.STEPS, lambda _, now: seen.append(now.copy()))
    assert np.array_equal(path.points[1:], seen)
    assert path.values[-1] == path.gradients[-1] == looks
    assert path.ended.startswith("converged")


def test_methods_without_gradients_pay_in_values() -> None:
    found = paths.race(surfaces.get("beale"), ["cmaes", "random_search"], {}, steps=10)
    for path in found:
        assert path.gradients[-1] == 0
        assert path.values[-1] >= 10 * 6


def test_batches_blur_the_gradients_of_those_meant_for_them_alone() -> None:
    surface = surfaces.get("himmelblau")
    rates = dict.fromkeys(("sgd", "gradient_descent"), 0.005)
    sgd, descent = paths.race(surface, tuple(rates), rates, noise=0.5)
    calm_sgd, calm_descent = paths.race(surface, tuple(rates), rates, noise=0.0)
    assert np.array_equal(descent.points, calm_descent.points)
    assert not np.array_equal(sgd.points, calm_sgd.points)
    assert np.array_equal(calm_sgd.points, calm_descent.points)  # the same rule on the same gradients


def test_two_races_are_identical_and_another_seed_draws_other_batches() -> None:
    surface, names = surfaces.get("four_valleys"), ("sgd", "cmaes", "random_search")
    first, second = (paths.race(surface, names, {"sgd": 0.1}, seed=3) for _ in range(2))
    other = paths.race(surface, names, {"sgd": 0.1}, seed=4)
    for a, b, c in zip(first, second, other, strict=True):
        assert np.array_equal(a.points, b.points)
        assert not np.array_equal(a.points, c.points)


def test_a_rate_that_is_too_large_ends_the_path_where_it_was_last_somewhere() -> None:
    (path,) = paths.race(surfaces.get("rosenbrock"), ["gradient_descent"], {"gradient_descent": 1.0})
    assert path.ended == "diverged"
    assert path.steps < paths.STEPS
    assert np.all(np.isfinite(path.losses))


def test_the_start_may_be_anywhere() -> None:
    (path,) = paths.race(surfaces.get("saddle"), ["adam"], {"adam": 0.1}, start=(1.0, -1.5))
    assert path.points[0].tolist() == [1.0, -1.5]


@pytest.mark.parametrize("name", ["gradient_descent", "adam", "momentum"])
def test_the_best_rate_is_the_one_that_ends_lowest_over_its_starts(name: str) -> None:
    surface = surfaces.get("ravine")
    best = paths.best_rates(surface, [name])[name]
    starts = surface.points(paths.TUNING_STARTS, 5)
    ends = {}
    for rate in RATES:
        one_by_one = [
            paths.race(surface, [name], {name: float(rate)}, start=tuple(start), noise=0.0)[0] for start in starts
        ]
        ends[float(rate)] = float(np.median([p.losses[-1] if not p.ended else np.inf for p in one_by_one]))
    assert best is not None
    assert ends[best] <= 10 * min(ends.values())  # over other starts the neighbour may win, none far away


def test_best_rates_are_none_for_methods_that_have_none() -> None:
    assert paths.best_rates(surfaces.get("saddle"), ["lbfgs", "cmaes"]) == {"lbfgs": None, "cmaes": None}


def test_a_bowl_is_won_by_everybody_and_the_cost_counts_to_the_arrival() -> None:
    surface = surfaces.get("saddle")
    found = arrivals.arrivals(surface, paths.race(surface, USUAL, paths.best_rates(surface, USUAL)))
    assert all(one.is_lowest for one in found)
    assert all(0 < one.evaluations < 1000 for one in found)
    by_name = {one.name: one.evaluations for one in found}
    assert by_name["lbfgs"] < by_name["cmaes"]


def test_counts_of_arrivals_agree_with_paths_from_those_starts() -> None:
    surface = surfaces.get("four_valleys")
    rates = {"adam": 0.1, "lbfgs": None}
    counts = arrivals.count_arrivals(surface, rates, noise=0.0)
    starts = surface.points(arrivals.RESTARTS, seeds.integer(0, "restarts"))
    for name, rate in rates.items():
        ends = [paths.race(surface, [name], {name: rate}, start=tuple(one), noise=0.0)[0] for one in starts]
        lowest = sum(arrivals.arrivals(surface, [path])[0].is_lowest for path in ends)
        assert counts[name] == lowest
        assert 0 < counts[name] < arrivals.RESTARTS


def test_following_the_slope_ends_in_the_nearest_valley_and_looking_around_does_not() -> None:
    surface = surfaces.get("four_valleys")
    by_name = {
        one.name: one
        for one in arrivals.arrivals(surface, paths.race(surface, USUAL, paths.best_rates(surface, USUAL)))
    }
    assert by_name["cmaes"].is_lowest
    assert not by_name["gradient_descent"].is_lowest
    assert by_name["gradient_descent"].minimum is not None


def test_the_rules_are_those_of_the_optimizers_room() -> None:
    assert set(USUAL) <= set(optimizers.names())
    assert Adam.uses_gradients
    assert GradientDescent.full_batch
