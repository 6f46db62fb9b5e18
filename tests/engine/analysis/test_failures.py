"""Failures: a planted rule is found through noise and none is invented, and what a remedy costs is told before."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.failure_rule import Condition, FailureRule, meets_conditions
from engine.analysis.failure_words import condition_words, cost_words, failures_title, left_over_words, useless_words
from engine.analysis.failures import failures_of, limited_bound, limiting_condition
from engine.errors import UserFault
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.space import Categorical, Float, Int, SearchSpace
from engine.space.limiting import leave_out, limit_range
from engine.trials import Curves, History
from tests.campaigns.false_rules import rules_in_noise

SPACE = SearchSpace(
    {
        "rate": Float(1e-4, 10.0, log=True),
        "units": Int(8, 256, log=True),
        "rule": Categorical(["sgd", "adam", "nesterov"]),
        "momentum": Float(0.5, 0.99, when={"rule": ["sgd", "nesterov"]}),
    }
)
DIVERGED = "Training diverged at update 1,442 (epoch 21) with learning rate 0.5: the loss grew beyond all bounds."


def planted(fails, count=80, noise=0.05, seed=0, reason=DIVERGED, score=None):
    """Trials spread at random; where ``fails`` says so they fail, but for ``noise`` of both kinds."""
    rng, history = np.random.default_rng(seed), History(SPACE, ("maximize",))
    for number in range(count):
        params = SPACE.sample(rng)
        history.apply(TrialStarted(number, params, float(number)))
        if fails(params) != (rng.random() < noise):
            history.apply(TrialEnded(number, "failed", number + 0.5, 0.5, (), reason))
        else:
            value = rng.standard_normal() if score is None else score(params)
            history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (float(value),)))
    return history


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_rule_is_found_through_noise(seed):
    found = failures_of(planted(lambda p: p["rate"] > 0.3 and p["rule"] != "nesterov", seed=seed, noise=0.04), Curves())
    by_name = {one.name: one for one in found.rule.conditions}
    assert 0.05 < by_name["rate"].low < 0.8
    assert by_name["rate"].high is None
    assert set(by_name.get("rule", Condition("rule", choices=("sgd", "adam"))).choices) == {"sgd", "adam"}
    assert found.rule.failed / found.rule.inside > 0.6
    assert len(found.left_over) == found.rule.left_over


def test_no_rule_is_invented_in_pure_noise():
    assert rules_in_noise(range(40)) <= 0.05 * 40


@pytest.mark.parametrize(
    ("reason", "kind", "epoch", "update"),
    [
        (DIVERGED, "diverged", 21, 1442),
        ("The loss is no longer finite.", "diverged", 4, None),
        ("It took longer than 30 s.", "too slow", 4, None),
        ("It held more than 500 MB of memory.", "out of memory", 4, None),
        ("ValueError: no such column", "error", 4, None),
    ],
)
def test_how_a_trial_failed_and_at_which_epoch(reason, kind, epoch, update):
    history, curves = planted(lambda p: True, count=1, noise=0.0, reason=reason), Curves()
    for step in (1, 2, 3):
        curves.apply(StepReported(0, step, {"train_loss": 1.0}))
    (one,) = failures_of(history, curves).trials
    assert (one.kind, one.epoch, one.update) == (kind, epoch, update)


def test_timed_out_trials_have_a_rule_of_their_own():
    reason = "It took longer than 3 s."
    found = failures_of(planted(lambda p: p["units"] > 120, noise=0.0, reason=reason), Curves())
    assert [one.name for one in found.rule.conditions] == ["units"]
    title = failures_title(found, SPACE)
    assert title.subject.startswith("Units above ")
    assert "took too long; elsewhere " in title.rest


def test_the_commonest_kind_has_a_rule_where_all_failures_together_have_none():
    rng = np.random.default_rng(3)
    history = History(SPACE, ("maximize",))
    for number in range(100):
        params = SPACE.sample(rng)
        history.apply(TrialStarted(number, params, float(number)))
        if params["rate"] > 1.0:
            history.apply(TrialEnded(number, "failed", number + 0.5, 0.5, (), DIVERGED))
        else:
            history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (0.5,)))
    found = failures_of(history, Curves())
    assert found.kind == "diverged"
    assert found.rule.conditions[0].name == "rate"


def test_what_a_limit_costs_is_told():
    history = planted(lambda p: p["rate"] > 0.3, noise=0.1, seed=2, score=lambda p: -abs(np.log10(p["rate"]) + 2))
    found = failures_of(history, Curves())
    cost, condition = found.cost, limiting_condition(found.rule)
    inside = meets_conditions(history, (condition,))
    scored = [n for n in range(len(history)) if inside[n] and np.isfinite(history.score[n])]
    assert cost.ended == len(scored)
    assert cost.best == max(scored, key=lambda n: history.score[n])
    assert cost.rank == 1 + int((history.score > history.score[cost.best]).sum())
    assert str(cost.best) in cost_words(cost)
    assert "trials lie elsewhere" in cost_words(cost)
    bound = limited_bound(history, condition)
    assert bound == float(f"{condition.low:.2g}")


def test_useless_trials_are_those_no_better_than_guessing():
    history = planted(lambda p: False, noise=0.0, score=lambda p: 0.1 if p["rate"] > 1.0 else 0.9)
    found = failures_of(history, Curves(), floor=0.1)
    assert len(found.useless) == int((history.score == 0.1).sum()) > 0
    assert found.useless_rule.conditions[0].name == "rate"
    assert "useless: accuracy no better than 0.1. Rate above" in useless_words(found, SPACE, "accuracy")
    assert failures_title(found, SPACE).sentence == "No trial failed"


def test_without_a_floor_only_the_few_that_lie_far_below_are_useless():
    history = planted(lambda p: False, noise=0.0, count=60, score=lambda p: 0.9 + 0.001 * p["units"] / 256)
    assert not len(failures_of(history, Curves()).useless)


def test_two_failures_are_too_few_for_a_rule_and_one_is_no_plural():
    for count, word in ((1, "One trial diverged: too few for a rule"), (2, "Two trials diverged: too few for a rule")):
        history = planted(lambda p: True, count=count, noise=0.0)
        assert failures_title(failures_of(history, Curves()), SPACE).sentence == word


def test_a_trial_outside_of_the_rule_is_named():
    found = failures_of(planted(lambda p: p["rate"] > 0.3, noise=0.06, seed=1), Curves())
    numbers = [one.number for one in found.left_over]
    assert numbers
    assert all(str(number) in left_over_words(found) for number in numbers[:2])


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("rate", low=0.30412), "rate above 0.3"),
        (Condition("rate", high=0.30412), "rate below 0.3"),
        (Condition("units", low=20, high=100), "units 20 to 100"),
        (Condition("rule", choices=("sgd", "adam")), "rule not nesterov"),
        (Condition("rule", choices=("sgd",)), "rule sgd"),
    ],
)
def test_a_condition_in_words(condition, words):
    assert condition_words(condition, SPACE) == words


def test_a_hyperparameter_that_is_not_set_meets_no_condition_about_it():
    history = planted(lambda p: False, noise=0.0, count=30)
    met = meets_conditions(history, (Condition("momentum", low=0.5),))
    assert met.tolist() == ["momentum" in history.params(number) for number in range(30)]


def test_a_limit_keeps_to_the_range_and_to_its_steps():
    rows = {"a": Float(0.0, 1.0), "n": Int(1, 9), "s": Float(0.0, 1.0, step=0.25), "k": Categorical(["x", "y"])}
    assert limit_range(rows, "a", high=0.3)["a"].high == 0.3
    assert limit_range(rows, "n", high=4.7)["n"].high == 4
    assert limit_range(rows, "n", low=4.7)["n"].low == 5
    assert limit_range(rows, "s", low=0.3)["s"].low == 0.5
    assert leave_out(rows, "k", ["x"])["k"].choices == ("y",)
    for wrong in (
        lambda: limit_range(rows, "a", low=2.0),
        lambda: limit_range(rows, "k", low=1),
        lambda: leave_out(rows, "k", ["x", "y"]),
    ):
        with pytest.raises(UserFault):
            wrong()


def test_what_depends_on_a_choice_that_is_left_out_goes_with_it():
    assert "momentum" not in leave_out(dict(SPACE), "rule", ["sgd", "nesterov"])


def test_a_rule_that_only_names_choices_is_limited_by_leaving_them_out():
    rule = FailureRule((Condition("rule", choices=("sgd",)),), 5, 5, 0, 0.0)
    assert limiting_condition(rule) == rule.conditions[0]
    both = FailureRule((Condition("rule", choices=("sgd",)), Condition("rate", low=1.0)), 5, 5, 0, 0.0)
    assert limiting_condition(both).name == "rate"
    assert limiting_condition(None) is None
