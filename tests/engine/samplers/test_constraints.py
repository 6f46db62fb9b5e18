"""Constraints: the feasible optimum is found, the acquisition's gradient is right, and nothing stops a suggestion."""

import math

import numpy as np
import pytest

from engine import samplers
from engine.analysis import pareto_front
from engine.maths.pareto import hypervolume, rank
from engine.samplers import SuggestRequest
from engine.samplers.bayesian.constraints import standardised
from engine.space import Float, SearchSpace
from tests.contracts.sampler_contract import Walk
from tests.engine.samplers.test_optima import MIXED, PLANE, SIX, branin, mixed, zdt1

SQUARE = SearchSpace({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})


def disk(p):
    """Inside a disk that holds one of Branin's three optima, 0.39789 (Gelbart, Snoek and Adams 2014)."""
    return ((p["x"] - 2.5) ** 2 + (p["y"] - 7.5) ** 2 - 50.0,)


def total(p):
    return p["x"] + p["y"]


def wave_and_ring(p):
    """The least sum is 0.5998, where both constraints bind or nearly do (Gramacy et al. 2016)."""
    x, y = p["x"], p["y"]
    return 1.5 - x - 2 * y - 0.5 * math.sin(2 * math.pi * (x * x - 2 * y)), x * x + y * y - 1.5


def memory_and_rate(p):
    """Cuts off the optimum of the mixed toy: the best that is left has another kind and scores 2.7112."""
    size = {"a": 1, "b": 2, "c": 3, "d": 4}[p["kind"]] * p["count"]
    return size - 24, -math.log10(p["rate"]) - 3.0 + 0.2 * p["x"]


TOYS = {
    "disk": (PLANE, branin, disk, 40, 0.48),
    "wave": (SQUARE, total, wave_and_ring, 30, 0.61),
    "mixed": (MIXED, mixed, memory_and_rate, 40, 2.8),
}


def found(name, toy, seed):
    space, function, constraints, trials, _ = TOYS[toy]
    names = [f"limit {i}" for i in range(len(constraints(space.decode([0.5] * len(space)))))]
    return Walk(samplers.make(name), space, seed, constraints=names).run_within(function, constraints, trials)[-1]


@pytest.mark.parametrize("toy", TOYS)
def test_bayesian_search_reaches_the_feasible_optimum_and_random_search_does_not(toy):
    bound = TOYS[toy][-1]
    assert all(found("bayesian", toy, seed) < bound for seed in range(4))
    assert all(found("random", toy, seed) > bound for seed in range(4))


@pytest.mark.parametrize("name", ["tpe", "evolution", "cmaes", "annealing"])
def test_other_samplers_learn_where_the_feasible_region_lies(name):
    """Random search is feasible in a tenth of the trials."""

    def corner(p):
        return p["x0"] + p["x1"] - 0.45, -1.0

    shares = []
    for seed in range(3):
        walk = Walk(samplers.make(name), SIX, seed, constraints=("sum", "never"))
        walk.run_within(lambda p: sum(p.values()), corner, 120)
        shares.append(walk.history.feasible[60:].mean())
    assert min(shares) > 0.25


def test_a_hidden_feasible_region_is_found_by_the_chance_alone():
    """One configuration in 57 is feasible (Gardner et al. 2014, their second simulation)."""
    space = SearchSpace({"x": Float(0.0, 6.0), "y": Float(0.0, 6.0)})

    def few(p):
        return (math.sin(p["x"]) * math.sin(p["y"]) + 0.95,)

    best = [
        Walk(samplers.make("bayesian"), space, seed, constraints=("few",)).run_within(
            lambda p: math.sin(p["x"]) + p["y"], few, 40
        )[-1]
        for seed in range(3)
    ]
    assert sorted(best)[1] < 0.3


def test_a_suggestion_says_how_likely_it_is_feasible():
    walk = Walk(samplers.make("bayesian"), PLANE, 0, constraints=("disk",))
    walk.run_within(branin, lambda p: (1.0 + disk(p)[0] ** 2,), 8)
    number, suggestion = walk.ask()
    assert suggestion.why["phase"] == "feasibility"
    walk.tell(number, 1.0, constraints=(-1.0,))
    assert 0.0 <= walk.ask()[1].why["chance_feasible"] <= 1.0


@pytest.mark.parametrize("pending", [0, 3])
@pytest.mark.parametrize("feasible", [True, False])
def test_the_gradient_of_the_constrained_acquisition_agrees_with_differences(pending, feasible):
    walk = Walk(samplers.make("bayesian"), MIXED, 1, constraints=("memory", "rate"))
    shift = 0.0 if feasible else 1e3
    walk.run_within(mixed, lambda p: tuple(value + shift for value in memory_and_rate(p)), 25)
    for _ in range(pending):
        walk.ask()
    view = walk.sampler.surrogate(walk.history, SuggestRequest(len(walk.history), len(walk.history), 1))
    assert view.acquisition.kind == ("ei" if feasible else "feasibility")
    points = np.random.default_rng(0).random((40, len(MIXED)))
    value, gradient = view.acquisition.value_and_gradient(points)
    assert np.allclose(value, view.acquisition.value(points))
    numeric = view.encoding.numeric
    for column in numeric:
        step = np.zeros(len(MIXED))
        step[column] = 1e-6
        slope = (view.acquisition.value(points + step) - view.acquisition.value(points - step)) / 2e-6
        assert np.allclose(slope, gradient[:, column], rtol=1e-4, atol=1e-4 * np.abs(gradient).max())


def test_with_two_objectives_the_feasible_front_grows():
    """The constraint forbids the half of ZDT1's front with the smaller first objective."""

    def volume(name, trials):
        walk = Walk(samplers.make(name), SIX, 0, directions=("minimize", "minimize"), constraints=("half",))
        for _ in range(trials):
            number, suggestion = walk.ask()
            walk.tell(number, *zdt1(suggestion.params), constraints=(0.5 - suggestion.params["x0"],))
        return hypervolume(pareto_front(walk.history).scores, np.array([1.1, 6.0]))

    whole = 0.6 * 6.0 - (0.5 - (1.0 - 0.5**1.5) * 2.0 / 3.0)
    assert volume("bayesian", 40) > 0.9 * whole
    assert volume("evolution", 150) > 0.7 * whole


@pytest.mark.parametrize("name", ["bayesian", "tpe", "evolution", "auto"])
def test_several_objectives_without_a_feasible_trial_do_not_stop_it(name):
    directions = ("minimize", "maximize", "minimize")
    walk = Walk(samplers.make(name), SQUARE, 0, directions=directions, constraints=("never",))
    for turn in range(16):
        number, suggestion = walk.ask()
        walk.tell(number, suggestion.params["x"], suggestion.params["y"], float(turn), constraints=(1.0 + turn,))
    assert len(walk.history) == 16


def test_trials_that_are_asked_for_at_once_differ_while_nothing_is_feasible():
    walk = Walk(samplers.make("bayesian"), SQUARE, 0, constraints=("far",))
    walk.run_within(total, lambda p: (2.0 + p["x"],), 10)
    places = np.array([list(walk.ask()[1].params.values()) for _ in range(6)])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(6, 1)]
    assert apart.min() > 0.02


def test_the_same_seed_gives_the_same_trials_to_a_new_sampler():
    def walked(fresh_at):
        walk = Walk(samplers.make("bayesian"), MIXED, 5, constraints=("memory", "rate"))
        walk.run_within(mixed, memory_and_rate, fresh_at)
        walk.sampler = samplers.make("bayesian")
        walk.run_within(mixed, memory_and_rate, 20 - fresh_at)
        return walk.history.numbers.tolist()

    assert walked(9) == walked(15)


def test_every_row_that_keeps_the_constraints_ranks_above_every_other():
    losses, violation = np.array([[0.0], [3.0], [1.0], [2.0]]), np.array([2.0, 0.0, 1.0, 0.0])
    assert rank(losses, violation).tolist() == [3, 1, 2, 0]
    assert rank(losses, np.zeros(4)).tolist() == rank(losses).tolist()


@pytest.mark.parametrize("values", [[0.0, 0.0], [5.0, 5.0], [-1e300, 1e300, 1e-300], [-1.7e308, 2.0, -3.0]])
def test_taming_keeps_the_order_of_the_values_and_the_side_of_the_bound(values):
    values = np.array(values)
    targets, threshold = standardised(values)
    assert np.isfinite(targets).all()
    assert np.array_equal(np.argsort(-values, kind="stable"), np.argsort(targets, kind="stable"))
    assert ((targets >= threshold) >= (values <= 0.0)).all()
    assert ((targets <= threshold) >= (values >= 0.0)).all()
