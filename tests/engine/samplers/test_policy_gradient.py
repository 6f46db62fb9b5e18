"""The policy's gradients are those of its densities; it learns what is rewarded, and what it learned is replayed."""

import numpy as np
import pytest
from scipy import integrate, stats

from engine import samplers
from engine.samplers import SuggestRequest
from engine.samplers.policy_gradient.learning import Learner, Lesson, ranked_rewards
from engine.samplers.policy_gradient.policy import Policy
from engine.space import Categorical, Float, SearchSpace
from tests.contracts.sampler_contract import Walk

STEP = 1e-6


def moved(policy, index, by):
    other = policy.copy()
    other.parameters[index] += by
    return other


def slope(policy, index, value_of):
    return (value_of(moved(policy, index, STEP)) - value_of(moved(policy, index, -STEP))) / (2 * STEP)


@pytest.mark.parametrize(("levels", "parameters"), [([3], [0.2, -0.4, 0.1]), ([0], [0.3, 1.1]), ([0], [0.0, 0.0])])
def test_its_gradient_is_that_of_the_log_density(levels, parameters):
    policy = Policy(levels)
    policy.parameters[:] = parameters
    point = np.array([[0.41]])
    gradient = policy.gradient(point, np.ones((1, 1), bool), np.ones(1))
    numeric = [
        slope(policy, index, lambda p: np.log(p.density(0, point[:, 0]))[0]) for index in range(len(policy.parameters))
    ]
    assert gradient == pytest.approx(numeric, rel=1e-5, abs=1e-8)


def test_of_two_arms_it_is_that_of_the_expected_reward():
    """The mean over draws of reward times the score is the derivative of what is expected (Williams 1992)."""
    policy, rewards = Policy([2]), np.array([1.0, 0.2])
    policy.parameters[:] = [0.3, -0.1]
    shares = policy.probabilities(0)
    points = np.array([[0.25], [0.75]])
    exact = 2.0 * policy.gradient(points, np.ones((2, 1), bool), shares * rewards)
    numeric = [slope(policy, index, lambda p: p.probabilities(0) @ rewards) for index in range(2)]
    assert exact == pytest.approx(numeric, rel=1e-6)


@pytest.mark.parametrize("shapes", [(0.0, 0.0), (0.5, 1.5)])
def test_a_number_has_the_beta_distribution_and_its_entropy(shapes):
    policy = Policy([0])
    policy.parameters[:] = shapes
    units = np.linspace(0.01, 0.99, 9)
    assert policy.density(0, units) == pytest.approx(stats.beta(*policy.shapes(0)).pdf(units))
    whole = integrate.quad(lambda u: policy.density(0, np.array([u]))[0], 1e-3, 1 - 1e-3)[0]
    assert whole == pytest.approx(1, abs=0.01)
    numeric = [slope(policy, index, lambda p: stats.beta(*p.shapes(0)).entropy()) for index in range(2)]
    assert policy.entropy_gradient() == pytest.approx(numeric, rel=1e-3, abs=1e-4)


def test_the_entropy_of_choices_rises_along_its_gradient():
    policy = Policy([4])
    policy.parameters[:] = [0.0, 1.0, -1.0, 0.5]

    def entropy(one):
        shares = one.probabilities(0)
        return -shares @ np.log(shares)

    assert policy.entropy_gradient() == pytest.approx([slope(policy, i, entropy) for i in range(4)], rel=1e-5)


def test_a_rewarded_arm_takes_over():
    """With one arm that always wins, its share reaches 70 % within a hundred pulls."""
    learner, rng = Learner([4], Lesson(learning_rate=0.3, batch=8, entropy=0.01)), np.random.default_rng(0)
    points, keys = [], []
    for pull in range(96):
        points.append(learner.policy.sample(rng))
        keys.append(bytes([pull]))
        taken = np.array(points)
        won = taken[:, 0] < 0.25

        def order_of(first, end, won=won):
            return np.argsort(~won[first:end], kind="stable")

        learner.learn(taken, np.ones(taken.shape, bool), order_of, keys)
    assert learner.policy.probabilities(0)[0] > 0.7


def test_the_best_is_rewarded_most():
    assert ranked_rewards(np.array([2, 0, 1])).tolist() == [0.0, -0.5, 0.5]


def test_the_policy_begins_uniform_and_can_be_watched():
    space = SearchSpace({"x": Float(0.0, 1.0), "kind": Categorical(["a", "b", "c"])})
    walk = Walk(samplers.make("policy_gradient"), space, 3)
    before = walk.sampler.policy(walk.history)
    assert before.density(0, np.array([0.1, 0.9])).tolist() == [1.0, 1.0]
    assert before.certainty() == pytest.approx(0.0, abs=1e-9)
    walk.run(lambda params: (params["x"] - 0.8) ** 2 + (params["kind"] != "b"), 240)
    after = walk.sampler.policy(walk.history)
    assert after.probabilities(1)[1] > 0.8
    low, high = after.density(0, np.array([0.2, 0.8]))
    assert high > 2 * low
    assert 0.2 < after.certainty() <= 1.0
    assert walk.history.trial(239).why["phase"] == "policy"


def test_an_older_trial_that_still_runs_matters():
    """When it ends, it goes into a batch that has been learned without it."""
    sampler = samplers.make("policy_gradient")
    walk = Walk(sampler, SearchSpace({"x": Float(0.0, 1.0)}), 1)
    numbers = [walk.ask()[0] for _ in range(10)]
    for number in numbers[1:]:
        walk.tell(number, float(number))
    assert not sampler.ignores_pending(walk.history, SuggestRequest(10, 10, 1))
    walk.tell(0, 0.0)
    assert sampler.ignores_pending(walk.history, SuggestRequest(10, 10, 1))


def test_an_outcome_that_changes_is_learned_anew():
    space = SearchSpace({"x": Float(0.0, 1.0)})
    walk = Walk(samplers.make("policy_gradient"), space, 1)
    numbers = [walk.ask()[0] for _ in range(16)]
    for number in numbers[1:]:
        walk.tell(number, float(number))
    kept = walk.sampler
    kept.policy(walk.history)
    walk.tell(numbers[0], -5.0)  # the oldest ends last: every batch is another one
    fresh = samplers.make("policy_gradient").policy(walk.history)
    assert kept.policy(walk.history).parameters.tolist() == fresh.parameters.tolist()
