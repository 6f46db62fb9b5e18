"""Optuna's samplers as strategies: with Optuna where it is installed, and a sentence where it is not."""

import importlib.util

import pytest

from engine import samplers
from engine.errors import UserFault
from engine.space import Categorical, Float, Int, SearchSpace
from tests.contracts.sampler_contract import Walk

IS_INSTALLED = importlib.util.find_spec("optuna") is not None
SPACE = SearchSpace(
    {
        "x": Float(0.0, 1.0),
        "kind": Categorical(["a", "b"]),
        "depth": Int(1, 9, when={"kind": ["b"]}),
        "step": Float(0.0, 1.0, step=0.25),
    }
)


@pytest.mark.skipif(IS_INSTALLED, reason="Optuna is installed")
def test_without_optuna_a_sentence_says_so():
    with pytest.raises(UserFault, match="could not be loaded: No module named 'optuna'"):
        samplers.make("optuna")


@pytest.mark.skipif(not IS_INSTALLED, reason="Optuna is not installed")
def test_with_optuna_configurations_are_legal_and_repeatable():
    walks = [Walk(samplers.make("optuna"), SPACE, 3) for _ in range(2)]
    for walk in walks:
        walk.run(lambda p: None if p["x"] > 0.9 else (p["x"] - 0.2) ** 2 + p.get("depth", 5) / 10, 20)
    first, second = ([walk.history.params(number) for number in range(20)] for walk in walks)
    assert first == second


@pytest.mark.skipif(not IS_INSTALLED, reason="Optuna is not installed")
def test_a_sampler_of_optuna_is_told_the_constraints():
    walk = Walk(samplers.make("optuna"), SPACE, 1, constraints=("small",))
    walk.run_within(lambda p: -p["x"], lambda p: (p["x"] - 0.3,), 100)
    assert walk.history.feasible[60:].mean() > 0.6


@pytest.mark.skipif(not IS_INSTALLED, reason="Optuna is not installed")
def test_a_sampler_of_optuna_that_knows_no_constraints_works_without():
    walk = Walk(samplers.make("optuna", {"sampler": "QMCSampler"}), SPACE, 1, constraints=("small",))
    assert len(walk.run_within(lambda p: -p["x"], lambda p: (p["x"] - 0.3,), 6)) == 6
