"""Sentences about a race say what its numbers say, at every end of their conditions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine import surfaces
from engine.trajectories import words
from engine.trajectories.arrivals import Arrival
from engine.trajectories.paths import Path
from engine.trajectories.records import Sweep, Training


def finding(surface: str, lowest: dict[str, int], others: Sequence[str]) -> str:
    names = [*lowest, *others]
    losses = {name: np.array([9.0, 1.0 + place]) for place, name in enumerate(names)}
    paths = [Path(n, 0.1, np.zeros((2, 2)), losses[n], np.arange(2), np.arange(2), "") for n in names]
    found = [Arrival(name, None, name in lowest, lowest.get(name, 9)) for name in names]
    return str(words.surface_finding(surfaces.get(surface), paths, found))


def test_the_surface_s_title_names_who_found_its_minimum() -> None:
    four = ("adam", "sgd", "momentum")
    assert finding("four_valleys", {"cmaes": 40}, four) == (
        "Only CMA-ES found the deepest of four valleys, from this one start"
    )
    assert finding("rosenbrock", {"lbfgs": 46, "cmaes": 300}, four) == (
        "L-BFGS and CMA-ES found the minimum, from this one start"
    )
    assert finding("himmelblau", {"adam": 9, "sgd": 8, "momentum": 7}, ["rmsprop"]) == (
        "All but RMSProp found a minimum, from this one start"
    )
    assert finding("rastrigin", {}, four) == (
        "No optimizer found the deepest of 25 valleys in 1 steps; Adam came closest"
    )
    assert finding("ravine", {"adam": 30, "lbfgs": 9}, []) == (
        "L-BFGS found the minimum with the fewest evaluations, 9; all others found it too"
    )
    assert finding("ravine", {"adam": 30}, []) == "Adam found the minimum, from this one start"


def test_many_names_become_two_and_a_count() -> None:
    assert words.named(["adam"]) == "Adam"
    assert words.named(["adam", "sgd", "momentum"]) == "Adam, SGD and Momentum"
    assert words.named(["adam", "sgd", "momentum", "lbfgs"]) == "Adam, SGD and 2 others"


def training(name: str, losses: list[float], ended: str = "") -> Training:
    return Training(name, 0.1, losses, losses, [1], [0.1], 5, ended, b"")


def test_the_network_s_title_names_those_that_end_lowest() -> None:
    adam, sgd, worse = training("adam", [1.0, 0.1]), training("sgd", [1.0, 0.104]), training("momentum", [1.0, 0.11])
    broken = Sweep("rmsprop", [1.0], [float("inf")], None)

    def say(found, epochs, *, is_own):
        sweeps = [one if isinstance(one, Sweep) else Sweep(one.optimizer, [], [], one) for one in found]
        return words.network_finding(sweeps, epochs, is_own=is_own)

    assert str(say([adam, worse, broken], 40, is_own=True)) == (
        "On this study's network Adam ends lowest, at 0.1 after 40 epochs"
    )
    assert str(say([adam, sgd], 40, is_own=False)).startswith(
        "On a small network for this table Adam and SGD end lowest"
    )
    assert str(say([broken], 40, is_own=True)) == "On this study's network every training diverged"


def test_a_curve_that_rose_from_its_minimum_is_said_to_overfit() -> None:
    assert words.curve_label(training("lbfgs", [1.0, 0.2, 0.7])) == "L-BFGS 0.7, overfits"
    assert words.curve_label(training("adam", [1.0, 0.2, 0.21])) == "Adam 0.21"


@pytest.mark.parametrize(
    ("losses", "factor"),
    [
        ([3.0, 1.0, 0.5, 1.0, 3.0], 100.0),
        ([3.0, 0.5, 0.5, 0.5, 3.0], 10_000.0),
        ([0.5, 1.0, 2.0], 100.0),
        ([3.0, 0.54, 0.5, 0.6], 1000.0),
    ],
)
def test_a_learning_rate_s_tolerance_reaches_to_the_first_bad_rates(losses: list[float], factor: float) -> None:
    rates = [10.0**place for place in range(len(losses))]
    assert Sweep("adam", rates, losses, None).tolerance == pytest.approx(factor)


def test_the_sweep_s_title_tells_whether_optimizers_differ() -> None:
    rates = [0.01, 0.1, 1.0, 10.0, 100.0]
    sharp = Sweep("sgd", rates, [3.0, 3.0, 0.5, 3.0, 3.0], training("sgd", [0.5]))
    flat = Sweep("adam", rates, [3.0, 0.5, 0.5, 0.5, 3.0], training("adam", [0.5]))
    broken = Sweep("momentum", rates[:1], [float("inf")], None)
    assert str(words.sweep_finding([sharp, sharp])) == ("Learning rates must be right within 100× for each")
    assert str(words.sweep_finding([sharp, flat, broken])) == (
        "Learning rates are good within 10,000× for Adam, 100× for SGD"
    )
    assert "every training diverged" in str(words.sweep_finding([broken]))
