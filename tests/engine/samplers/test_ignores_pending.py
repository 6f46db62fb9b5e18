"""Strategies that say that scores to come do not matter for the next configuration keep their word."""

import numpy as np
import pytest

from engine import samplers
from engine.events import TrialEnded, TrialQueued, TrialStarted
from engine.samplers import SuggestRequest
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History

SPACE = SearchSpace({"x": Float(0, 1), "rate": Float(1e-4, 1, log=True), "n": Int(1, 9), "k": Categorical(("a", "b"))})
NAMES = ("random", "quasirandom", "grid", "bayesian", "tpe", "cmaes", "evolution", "annealing", "auto", "hypergradient",
         "policy_gradient")  # fmt: skip
BUDGET = 60


def request(history):
    return SuggestRequest(len(history), history.drawn, 11, BUDGET)


def begun(finished, pending, name, scores):
    """A history of so many finished trials with the same scores, and pending ones that ended with others."""
    history, rng = History(SPACE), np.random.default_rng(5)
    sampler = samplers.make(name)
    for number in range(finished + pending):
        params = sampler.suggest(history, request(history)).params if number < finished else SPACE.sample(rng)
        history.apply(TrialStarted(number, params, 0.0))
        if number < finished:
            history.apply(TrialEnded(number, "complete", 1.0, 1.0, (float(np.cos(7.0 * number)),)))
    for number in range(finished, finished + pending):
        if scores is not None:
            history.apply(TrialEnded(number, "complete", 1.0, 1.0, (scores[number - finished],)))
    return history


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("finished", "pending"), [(0, 0), (0, 3), (2, 1), (4, 3), (8, 2), (11, 3), (20, 5)])
def test_the_next_configuration_is_the_same_whatever_the_pending_trials_score(name, finished, pending):
    waiting = begun(finished, pending, name, None)
    if not samplers.make(name).ignores_pending(waiting, request(waiting)):
        return
    wanted = samplers.make(name).suggest(waiting, request(waiting)).params
    for scores in (np.linspace(-3.0, 3.0, max(pending, 1)), np.full(max(pending, 1), -50.0)):
        ended = begun(finished, pending, name, scores.tolist())
        assert samplers.make(name).suggest(ended, request(ended)).params == wanted


@pytest.mark.parametrize(
    ("name", "ahead"),
    [("random", 50), ("quasirandom", 50), ("grid", 50), ("bayesian", 4), ("tpe", 10), ("cmaes", 7), ("annealing", 5),
     ("evolution", 12), ("auto", 4), ("hypergradient", 0), ("policy_gradient", 8)],
)  # fmt: skip
def test_so_many_trials_may_be_asked_for_at_the_start(name, ahead):
    sampler, history = samplers.make(name), History(SPACE)
    while len(history) < 50 and sampler.ignores_pending(history, request(history)):
        suggestion = sampler.suggest(history, request(history))
        history.apply(TrialQueued(len(history), suggestion.params, 0.0, "sampler"))
    assert len(history) == ahead
