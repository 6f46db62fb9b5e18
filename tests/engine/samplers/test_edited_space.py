"""After the space was edited, trials of the older space still teach, and no more than they know."""

import contextlib
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import samplers
from engine.events import TrialEnded, TrialStarted
from engine.maths.gaussian_process import Posterior
from engine.samplers import SpaceExhausted, SuggestRequest
from engine.samplers.bayesian.removed_dimensions import RemovedDimensions
from engine.samplers.encoding import Encoding
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import History
from tests.contracts.sampler_contract import Walk, spaces

PLANE = {"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)}
OLD = SearchSpace({**PLANE, "z": Float(0.0, 1.0)})
NEW = SearchSpace(PLANE)
DEFAULT = 0.5  # what the removed hyperparameter is from then on; nobody tells the sampler


def decisive(x, y, z):
    """Where the best x and y lie depends on z; 0.25 is the least where z is the default."""
    return 4.0 * (x - 0.2 - 0.6 * z) ** 2 + (y - 0.9 + 0.5 * z) ** 2 + 0.5 * z


def indifferent(x, y, z):
    return 4.0 * (x - 0.5) ** 2 + (y - 0.65) ** 2


def regrets(function, seed, remember, trials=10):
    """How far the best of ``trials`` new trials is from the optimum after 30 scattered old ones, trial by trial.

    Without ``remember`` the old trials are given as if they had never had the removed hyperparameter.
    """
    rng = np.random.default_rng(seed)
    walk = Walk(samplers.make("bayesian"), OLD if remember else NEW, seed)
    for _ in range(30):
        params = OLD.sample(rng)
        score = function(**params)
        walk.record(params if remember else {name: params[name] for name in NEW}, score)
    walk.history.change_space(NEW)
    scores = np.array(walk.run(lambda p: function(**p, z=DEFAULT), trials))
    return np.minimum.accumulate(scores) - function(0.5, 0.65, DEFAULT)


def gains(function):
    """By seed, the logarithm of how much nearer the search comes to the optimum where it remembers."""
    kept, dropped = (
        np.array([regrets(function, seed, remember)[-1] for seed in range(10)]) for remember in (True, False)
    )
    return np.log(np.maximum(dropped, 1e-6) / np.maximum(kept, 1e-6))


def test_a_removed_hyperparameter_that_mattered_is_remembered_to_good_effect():
    gain = gains(decisive)
    assert gain.mean() > 3.0 * gain.std(ddof=1) / math.sqrt(len(gain))


def test_a_removed_hyperparameter_that_did_not_matter_costs_nothing():
    gain = gains(indifferent)
    assert gain.mean() > -1.0 * gain.std(ddof=1) / math.sqrt(len(gain))


def edited(old, new, function, trials=25):
    """What a new sampler believes after ``trials`` random trials of an old space, now that there is another."""
    history, rng = History(old), np.random.default_rng(0)
    for number in range(trials):
        params = old.sample(rng)
        history.apply(TrialStarted(number, params, 0.0))
        history.apply(TrialEnded(number, "complete", 0.0, 0.0, (function(params),)))
    history.change_space(new)
    sampler = samplers.make("bayesian")
    return sampler.surrogate(history, SuggestRequest(trials, trials, 0)), history


def test_where_the_removed_hyperparameter_mattered_the_model_is_unsure():
    std = {}
    for weight in (0.0, 3.0):
        view, _ = edited(OLD, NEW, lambda p, w=weight: (p["x"] - 0.4) ** 2 + w * math.sin(9.0 * p["z"]), trials=40)
        std[weight] = view.at([{"x": 0.4, "y": 0.5}])[1][0] / np.ptp(view.score_warp.values)
    assert std[3.0] > 5.0 * std[0.0]


def test_a_choice_that_was_removed_is_not_taken_for_another():
    kinds = {"a": 1.0, "b": 0.5, "c": 0.0}
    view, _ = edited(
        SearchSpace({"x": Float(0.0, 1.0), "kind": Categorical(["a", "b", "c"])}),
        SearchSpace({"x": Float(0.0, 1.0), "kind": Categorical(["a", "b"])}),
        lambda p: kinds[p["kind"]] + 0.1 * p["x"],
    )
    mean = view.at([{"x": 0.5, "kind": "a"}, {"x": 0.5, "kind": "b"}])[0]
    assert mean == pytest.approx([1.05, 0.55], abs=0.1)


def test_a_hyperparameter_that_is_held_is_judged_by_the_trials_near_its_value():
    held = SearchSpace({"x": Float(0.0, 1.0), "z": Float(0.9, 0.9)})
    old = SearchSpace({"x": Float(0.0, 1.0), "z": Float(0.0, 1.0)})
    view, _ = edited(old, held, lambda p: (p["x"] - p["z"]) ** 2, trials=40)
    mean = view.at([{"x": 0.1, "z": 0.9}, {"x": 0.9, "z": 0.9}])[0]
    assert mean == pytest.approx([0.64, 0.0], abs=0.1)


def test_trials_outside_a_narrowed_range_still_inform_and_are_not_to_be_beaten():
    old, new = SearchSpace({"x": Float(0.0, 1.0)}), SearchSpace({"x": Float(0.5, 0.7)})
    view, history = edited(old, new, lambda p: (p["x"] - 0.1) ** 2, trials=12)
    inside = history.score[~history.outside]
    assert 0 < len(inside) < 12
    assert view.score_warp.inverse(view.acquisition.best)[0] == pytest.approx(-inside.min(), abs=0.02)
    assert view.at([{"x": 0.5}])[0][0] == pytest.approx(0.16, abs=0.03)


def test_old_trials_take_the_middle_or_the_first_choice_of_an_added_hyperparameter():
    history = History(NEW)
    history.apply(TrialStarted(0, {"x": 0.1, "y": 0.2}, 0.0))
    grown = {**PLANE, "rate": Float(1e-4, 1.0, log=True), "kind": Categorical(["a", "b"])}
    history.change_space(SearchSpace(grown))
    assert Encoding(history.space).points_of(history, np.array([0]))[0] == pytest.approx([0.1, 0.2, 0.5, 0.25])


@pytest.mark.parametrize("name", ["bayesian", "tpe", "evolution", "cmaes", "annealing"])
def test_what_was_tried_with_a_removed_hyperparameter_may_be_tried_again(name):
    kinds = Categorical(["a", "b", "c"])
    walk = Walk(samplers.make(name), SearchSpace({"kind": kinds, "z": Categorical([1, 2])}))
    walk.run(lambda p: float(p["z"]), 6)
    walk.history.change_space(SearchSpace({"kind": kinds}))
    walk.run(lambda p: 0.0, 3)
    assert {walk.history.params(number)["kind"] for number in (6, 7, 8)} == {"a", "b", "c"}
    with pytest.raises(SpaceExhausted):
        walk.ask()


def test_the_present_place_is_as_far_from_old_values_as_they_are_from_each_other():
    space = SearchSpace({"x": Float(0.0, 1.0), "z": Float(0.0, 1.0), "k": Categorical(["a", "b", "c"])})
    history, rng = History(space), np.random.default_rng(0)
    for number in range(300):
        history.apply(TrialStarted(number, space.sample(rng), 0.0))
    history.change_space(SearchSpace({"x": Float(0.0, 1.0)}))
    removed = RemovedDimensions.of(history, Encoding(history.space))
    for thing, expected in ((0, 2.0 / 3.0), (1, 1.0 / 6.0)):  # of two draws: different letters, squared difference
        columns = removed.owner == thing
        apart = ((removed.features[:, columns] - removed.present[columns]) ** 2).sum(axis=1)
        assert apart.mean() == pytest.approx(expected, rel=0.1)


def test_a_posterior_with_a_present_place_is_the_one_with_that_place_in_every_query():
    rng = np.random.default_rng(0)
    features, y, fixed = rng.random((20, 5)), rng.standard_normal(20), np.array([0.3, 0.6])
    owner, theta = np.array([0, 1, 2, 3, 3]), np.array([-0.5, 0.1, 0.3, -0.2, -4.0, 0.1])
    queries, later = rng.random((7, 3)), rng.random((2, 3))
    whole, ours = Posterior(features, owner, y, theta), Posterior(features, owner, y, theta, fixed_features=fixed)

    def placed(rows):
        return np.hstack([rows, np.tile(fixed, (len(rows), 1))])

    pairs = [(whole, ours), (whole.with_scaled_lengthscales(0.5), ours.with_scaled_lengthscales(0.5))]
    labels = np.array([[0.2], [1.0]])
    pairs.append((whole.condition_on(placed(later), labels), ours.condition_on(later, labels)))
    pairs.append((pairs[-1][0].with_scaled_lengthscales(0.5), pairs[-1][1].with_scaled_lengthscales(0.5)))
    for one, other in pairs:
        assert np.allclose(one.predict(placed(queries))[0], other.predict(queries)[0])
        assert np.allclose(one.predict(placed(queries))[1], other.predict(queries)[1])
        assert np.allclose(one.predict_joint(placed(queries))[1], other.predict_joint(queries)[1])
        pulled = one.predict_with_pullback(placed(queries))[2](np.ones((7, 1)), np.ones(7))[:, :3]
        assert np.allclose(pulled, other.predict_with_pullback(queries)[2](np.ones((7, 1)), np.ones(7)))
    assert ours.lengthscales.tolist() == whole.lengthscales[:3].tolist()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(first=spaces(), second=spaces(), third=spaces(), seed=st.integers(0, 99))
def test_any_edit_leaves_a_space_that_can_be_searched(first, second, third, seed):
    walk = Walk(samplers.make("bayesian"), first, seed)
    turn = iter(range(100))
    for space, trials in ((first, 8), (second, 3), (third, 3)):
        walk.history.change_space(space)
        with contextlib.suppress(SpaceExhausted):
            walk.run(lambda p: None if (number := next(turn)) % 5 == 4 else math.sin(7.0 * number), trials)


def test_mixed_and_many_removed_values_are_taken():
    space = SearchSpace({"x": Float(0.0, 1.0)})
    history = History(space)
    strange = [1, "a", None, True, math.inf, -math.inf, math.nan, 1e308, *(f"text {i}" for i in range(60)), *range(20)]
    for number, value in enumerate(strange):
        history.apply(TrialStarted(number, {"x": number / 100, "gone": value, "n": number, "one": 1}, 0.0))
        history.apply(TrialEnded(number, "complete", 0.0, 0.0, (float(number % 7),)))
    sampler = samplers.make("bayesian")
    params = sampler.suggest(history, SuggestRequest(len(history), len(history), 0)).params
    assert space.validate(params) == params


def test_an_integer_that_became_a_choice_or_a_choice_that_became_a_number_is_taken():
    walk = Walk(samplers.make("bayesian"), SearchSpace({"n": Int(1, 3), "k": Categorical(["a", 4])}))
    walk.run(lambda p: float(p["n"]), 6)
    walk.history.change_space(SearchSpace({"n": Categorical(["one", 2]), "k": Int(1, 9)}))
    walk.run(lambda p: float(p["k"]), 6)
    assert len(walk.history) == 12
