"""What sets the Bayesian sampler apart: failures, tails, batches, invariances, reasons."""

import math

import numpy as np
import pytest

from engine import samplers
from engine.errors import UserFault
from engine.maths.gaussian_process import Posterior
from engine.samplers.bayesian.acquisition import SingleObjectiveAcquisition, with_fantasies
from engine.samplers.bayesian.warping import warp
from engine.samplers.encoding import Encoding
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import State
from tests.contracts.sampler_contract import Walk

SQUARE = SearchSpace({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
MIXED = SearchSpace({"x": Float(0.0, 1.0), "k": Int(1, 6), "c": Categorical(["a", "b", "c"])})


def walk(space=SQUARE, seed=0, **settings):
    return Walk(samplers.make("bayesian", settings.pop("options", None)), space, seed, **settings)


def bowl(p):
    return (p["x"] - 0.7) ** 2 + (p["y"] - 0.2) ** 2


def params_of(run):
    return [run.history.params(number) for number in range(len(run.history))]


def test_the_first_trial_is_the_middle_of_the_space():
    assert walk(MIXED).ask()[1].params == {"x": 0.5, "k": 4, "c": "a"}


def test_every_branch_of_the_conditions_is_started_once():
    space = SearchSpace(
        {"model": Categorical(list("abcde")), "x": Float(0.0, 1.0, when={"model": ["a"]}), "y": Float(0.0, 1.0)}
    )
    run = walk(space)
    run.run(lambda p: p["y"], 5)
    assert {params["model"] for params in params_of(run)} == set("abcde")


def test_every_branch_has_a_second_look_before_the_search_settles():
    space = SearchSpace(
        {
            "model": Categorical(list("abcd")),
            "x": Float(0.0, 1.0, when={"model": ["a", "b"]}),
            "k": Int(1, 9, when={"model": ["c"]}),
        }
    )
    run = walk(space)
    run.run(lambda p: {"a": 0.0, "b": 5.0, "c": 6.0, "d": 7.0}[p["model"]] + p.get("x", 0.0), 9)
    tried = [params["model"] for params in params_of(run)]
    assert tried.count("b") >= 2
    assert tried.count("c") >= 2
    assert tried.count("d") >= 1


def test_an_optimum_at_the_edge_of_failure_costs_less_than_half_of_the_trials():
    space = SearchSpace(
        {"lr": Float(1e-4, 1.0, log=True), "steps": Int(5, 100, log=True), "width": Float(0.0, 1.0)},
    )

    def diverges(p):
        push = p["lr"] * p["steps"]
        return None if push > 1.0 else -math.log10(push) + (p["width"] - 0.3) ** 2

    failed = 0
    for seed in range(3):
        run = walk(space, seed=seed)
        scores = run.run(diverges, 40)
        failed += scores.count(None)
        assert min(score for score in scores if score is not None) < 0.06
    assert failed < 60


def test_failing_regions_are_left_alone():
    def fails_on_the_right(p):
        return None if p["x"] > 0.5 else bowl(p)

    run = walk()
    run.run(fails_on_the_right, 40)
    failed = run.history.where(State.FAILED)
    assert (run.history.numbers[failed, 0] > 0.56).sum() <= 8


def test_losses_over_many_decades_do_not_hide_the_optimum():
    run = walk()
    found = min(run.run(lambda p: 10.0 ** (60 * bowl(p) - 3), 40))
    assert found < 0.002


def test_pending_trials_spread_over_both_basins():
    def two_basins(p):
        return -math.exp(-30 * bowl(p)) - math.exp(-30 * ((p["x"] - 0.2) ** 2 + (p["y"] - 0.8) ** 2))

    run = walk()
    for x in (0.1, 0.3, 0.5, 0.7, 0.9):
        for y in (0.1, 0.3, 0.5, 0.7, 0.9):
            run.record({"x": x, "y": y}, two_basins({"x": x, "y": y}))
    asked = [run.ask()[1].params for _ in range(8)]
    near = {bowl(p) < 0.25 for p in asked}
    assert near == {True, False}


def test_scaling_the_score_changes_nothing():
    one, other = walk(), walk()
    one.run(bowl, 15)
    other.run(lambda p: 4.0 * bowl(p), 15)
    assert params_of(one) == params_of(other)


def test_maximising_is_minimising_the_negative():
    one, other = walk(), walk(directions=("maximize",))
    one.run(bowl, 15)
    other.run(lambda p: -bowl(p), 15)
    assert params_of(one) == params_of(other)


def test_the_reason_gives_a_prediction_in_the_units_of_the_score():
    run = walk()
    run.run(lambda p: 100 + bowl(p), 20)
    why = run.ask()[1].why
    assert why["phase"] in {"explore", "exploit", "escape"}
    assert 99.5 < why["predicted"] < 101.5
    assert why["spread"] >= 0
    assert why["expected_improvement"] >= 0


@pytest.mark.parametrize("acquisition", ["pi", "ucb", "thompson"])
def test_every_way_to_choose_finds_the_bowl(acquisition):
    run = walk(options={"acquisition": acquisition})
    assert min(run.run(bowl, 30)) < 0.01


def test_an_unknown_way_to_choose_is_refused_in_a_sentence():
    with pytest.raises(UserFault, match="ei, pi, ucb, thompson"):
        samplers.make("bayesian", {"acquisition": "luck"})


def test_finished_trials_outside_an_edited_range_still_inform():
    run = walk(SearchSpace({"x": Float(0.0, 1.0)}))
    run.run(lambda p: (p["x"] - 0.31) ** 2, 15)
    run.history.change_space(SearchSpace({"x": Float(0.25, 0.4)}))
    assert min(run.run(lambda p: abs(p["x"] - 0.31), 3)) < 0.03


def test_hundreds_of_trials_are_served():
    run = walk()
    rng = np.random.default_rng(0)
    for _ in range(420):
        params = {"x": float(rng.random()), "y": float(rng.random())}
        run.record(params, bowl(params))
    assert min(run.run(bowl, 3)) < 0.005


def test_without_pending_trials_fantasies_change_nothing():
    encoding = Encoding(SQUARE)
    rng = np.random.default_rng(0)
    points, values = rng.random((12, 2)), rng.standard_normal(12)
    posterior = Posterior(encoding.to_features(points), encoding.owner, values, np.array([-0.5, -0.5, -4.0, 0.0]))
    asked = rng.random((5, 2))
    plain = SingleObjectiveAcquisition(encoding=encoding, posterior=posterior, best=np.array([1.0])).value(asked)
    versions = posterior.condition_on(np.full((1, 2), 50.0), np.zeros((1, 16)))  # far away: it tells nothing
    assert SingleObjectiveAcquisition(encoding=encoding, posterior=versions, best=np.full(16, 1.0)).value(
        asked
    ) == pytest.approx(plain)


def test_the_slope_of_the_acquisition_with_fantasies_is_its_derivative():
    encoding = Encoding(SQUARE)
    rng = np.random.default_rng(1)
    points, values = rng.random((12, 2)), rng.standard_normal(12)
    posterior = Posterior(encoding.to_features(points), encoding.owner, values, np.array([-0.5, -0.5, -4.0, 0.0]))
    extended, best = with_fantasies(posterior, rng.random((3, 2)), 1.0, rng)
    acquisition = SingleObjectiveAcquisition(encoding=encoding, posterior=extended, best=best)
    at = rng.random((4, 2))
    gradient = acquisition.value_and_gradient(at)[1]
    step = 1e-6
    for column in range(2):
        move = step * np.eye(2)[column]
        slope = (acquisition.value(at + move) - acquisition.value(at - move)) / (2 * step)
        assert gradient[:, column] == pytest.approx(slope, rel=1e-4, abs=1e-6)


def test_the_warp_keeps_the_order_and_comes_back():
    values = np.concatenate([np.random.default_rng(0).normal(size=30), [-1e12, -1e3]])
    warped = warp(values)
    order = np.argsort(values)
    assert (np.diff(warped.warped[order]) >= 0).all()
    assert warped.inverse(warped.warped) == pytest.approx(values)


def test_the_surrogate_can_be_looked_at_on_any_slice():
    run = walk(directions=("maximize",))
    run.run(lambda p: 5.0 - bowl(p), 25)
    view = run.sampler.surrogate(run.history, samplers.SuggestRequest(25, 25, 0))
    mean, std, value = view.at([{"x": x, "y": 0.2} for x in (0.1, 0.4, 0.7)])
    assert mean == pytest.approx([4.64, 4.91, 5.0], abs=0.1)
    assert (std >= 0).all()
    assert np.isfinite(value).all()
    assert view.quality > 0.8


def test_the_best_trial_under_noise_is_the_best_prediction():
    rng = np.random.default_rng(0)
    run = walk()
    points = [{"x": float(x), "y": float(y)} for x, y in rng.random((60, 2))]
    for params in points:
        run.record(params, bowl(params) + 0.1 * rng.standard_normal())
    view = run.sampler.surrogate(run.history, samplers.SuggestRequest(60, 60, 0))
    assert bowl(points[view.best_number]) <= bowl(points[run.history.best_number()])


def test_there_is_nothing_to_look_at_before_two_scores():
    run = walk()
    run.run(lambda p: None, 3)
    assert run.sampler.surrogate(run.history, samplers.SuggestRequest(3, 3, 0)) is None


def test_a_pruned_trial_is_evidence_of_badness_only():
    run = walk()
    run.run(bowl, 11)
    number, _ = run.ask()
    run.tell(number, -5.0, state="pruned")  # its last value, long before the end
    view = run.sampler.surrogate(run.history, samplers.SuggestRequest(12, 12, 0))
    assert view.best_number != number
    assert view.score_warp.values.max() == -min(run.history.score[:11])


def test_pending_trials_are_not_suggested_again_and_do_not_block():
    run = walk(SearchSpace({"k": Int(1, 12)}))
    asked = [run.ask()[1].params["k"] for _ in range(12)]
    assert sorted(asked) == list(range(1, 13))


def test_the_expected_improvement_of_the_greatest_scores_there_are_is_told_without_overflow():
    space = SearchSpace({"p0": Float(0.0, 0.0), "p1": Float(0.0, 1.0)})
    walk, nan = Walk(samplers.make("bayesian"), space, seed=8), math.nan
    answers = iter([0.0, -2.5, -2.5, nan, nan, -2.5, 0.0, nan, 0.0, nan, 0.0, 1.7e308, 0.0])
    walk.run(lambda params: next(answers), 13)
    assert math.isfinite(walk.history.notes(12)["why"]["expected_improvement"])
