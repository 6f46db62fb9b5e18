"""Known optima are reached within stated trials, with fixed seeds."""

import math

import numpy as np
import pytest

from engine import samplers
from engine.maths.pareto import hypervolume
from engine.space import Categorical, Float, Int, SearchSpace
from tests.contracts.sampler_contract import Walk

PLANE = SearchSpace({"x": Float(-5.0, 10.0), "y": Float(0.0, 15.0)})
SIX = SearchSpace({f"x{i}": Float(0.0, 1.0) for i in range(6)})
FIVE = SearchSpace({f"x{i}": Float(-2.0, 2.0) for i in range(5)})


def branin(p):
    """Minimum 0.39789 at three places (Dixon and Szegö 1978)."""
    x, y = p["x"], p["y"]
    bowl = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
    return bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann(p):
    """Minimum -3.32237 (Dixon and Szegö 1978)."""
    a = np.array(
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    )
    c = 1e-4 * np.array(
        [
            [1312, 1696, 5569, 124, 8283, 5886],
            [2329, 4135, 8307, 3736, 1004, 9991],
            [2348, 1451, 3522, 2883, 3047, 6650],
            [4047, 8828, 8732, 5743, 1091, 381],
        ]
    )
    x = np.array(list(p.values()))
    return -float(np.array([1, 1.2, 3, 3.2]) @ np.exp(-(a * (x - c) ** 2).sum(axis=1)))


def rosenbrock(p):
    """Minimum 0 at ones (Rosenbrock 1960)."""
    x = np.array(list(p.values()))
    return float((100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum())


MIXED = SearchSpace(
    {
        "x": Float(-5.0, 5.0),
        "rate": Float(1e-5, 1.0, log=True),
        "count": Int(0, 15),
        "kind": Categorical(["a", "b", "c", "d"]),
        "flag": Categorical([False, True]),
    }
)


def mixed(p):
    """Minimum 0 at x = 0.37, rate = 0.01, count = 11, kind d, flag True."""
    z = [
        p["x"] - 0.37,
        math.log10(p["rate"]) + 2,
        (p["count"] - 11) / 2,
        float(p["kind"] != "d"),
        0.5 * (not p["flag"]),
    ]
    size = math.sqrt(sum(v * v for v in z) / 5)
    return 20 * (1 - math.exp(-0.2 * size)) + sum(v * v for v in z)


BRANCHES = SearchSpace(
    {
        "model": Categorical(["tree", "kernel", "line"]),
        "depth": Int(1, 12, when={"model": ["tree"]}),
        "c": Float(1e-3, 1e3, log=True, when={"model": ["kernel"]}),
        "gamma": Float(1e-5, 10.0, log=True, when={"model": ["kernel"]}),
        "alpha": Float(1e-5, 10.0, log=True, when={"model": ["line"]}),
    }
)


def branches(p):
    """Minimum 0.1 at kernel, c = 100, gamma = 1e-3; the other branches end at 0.3 and 0.25."""
    if p["model"] == "tree":
        return 0.3 + 0.01 * (p["depth"] - 5) ** 2
    if p["model"] == "line":
        return 0.25 + 0.02 * (math.log10(p["alpha"]) + 1) ** 2
    return 0.1 + 0.08 * (math.log10(p["c"]) - 2) ** 2 + 0.1 * (math.log10(p["gamma"]) + 3) ** 2


def best(name, space, function, trials, seed):
    return min(Walk(samplers.make(name), space, seed).run(function, trials))


@pytest.mark.parametrize(
    ("space", "function", "trials", "bound"),
    [
        (PLANE, branin, 30, 0.45),
        (SIX, hartmann, 60, -3.1),
        (FIVE, rosenbrock, 60, 5.0),
        (MIXED, mixed, 40, 0.3),
        (BRANCHES, branches, 40, 0.12),
    ],
)
def test_bayesian_search_reaches_the_optimum(space, function, trials, bound):
    found = sorted(best("bayesian", space, function, trials, seed) for seed in range(3))
    assert found[1] < bound


@pytest.mark.parametrize(
    ("name", "space", "function", "trials", "bound"),
    [
        ("tpe", MIXED, mixed, 120, 1.0),
        ("tpe", BRANCHES, branches, 80, 0.15),
        ("cmaes", FIVE, rosenbrock, 900, 0.5),
        ("evolution", MIXED, mixed, 250, 1.0),
        ("annealing", PLANE, branin, 200, 0.6),
        ("auto", PLANE, branin, 30, 0.45),
    ],
)
def test_other_samplers_come_near_it(name, space, function, trials, bound):
    found = sorted(best(name, space, function, trials, seed) for seed in range(3))
    assert found[1] < bound


def zdt1(p):
    """Two objectives whose front is 1 - sqrt(f1) (Zitzler, Deb and Thiele 2000)."""
    x = np.array(list(p.values()))
    g = 1 + 9 * x[1:].mean()
    return float(x[0]), float(g * (1 - math.sqrt(x[0] / g)))


@pytest.mark.parametrize(("name", "share"), [("bayesian", 0.95), ("evolution", 0.75)])
def test_two_objectives_fill_the_volume_under_their_front(name, share):
    reference = np.array([1.1, 6.0])
    whole = 1.1 * 6.0 - 1.0 / 3.0
    walk = Walk(samplers.make(name), SIX, 0, directions=("minimize", "minimize"))
    scores = np.array(walk.run(zdt1, 50 if name == "bayesian" else 200))
    assert hypervolume(scores, reference) > share * whole
