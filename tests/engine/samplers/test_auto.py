"""The automatic sampler says what it chose and why, and switches."""

import numpy as np

from engine import samplers
from engine.space import Categorical, Float, SearchSpace
from tests.contracts.sampler_contract import Walk

NUMBERS = SearchSpace({f"x{i}": Float(0.0, 1.0) for i in range(4)})
CHOICES = SearchSpace({"x": Float(0.0, 1.0), "c": Categorical(["a", "b"]), "d": Categorical(["a", "b"])})


def after(trials, space, directions=("minimize",)):
    walk = Walk(samplers.make("auto"), space, directions=directions)
    rng = np.random.default_rng(0)
    for _ in range(trials):
        number = len(walk.history)
        walk.queue(space.sample(rng))
        walk.tell(number, *rng.random(len(directions)).tolist())
    return walk.ask()[1].why


def test_it_begins_with_the_model_and_says_so():
    why = after(0, NUMBERS)
    assert why["sampler"] == "bayesian"
    assert why["because"] == "a model of the score makes the most of every trial"


def test_after_a_thousand_trials_numbers_go_to_cmaes_and_choices_to_tpe():
    assert after(1000, NUMBERS)["sampler"] == "cmaes"
    assert after(1000, CHOICES)["sampler"] == "tpe"


def test_several_objectives_end_with_evolution():
    assert after(250, NUMBERS, ("minimize", "maximize"))["sampler"] == "evolution"
