"""Known answers: what is planted in a function is found, with its interval, and what is not there is not invented."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from engine.analysis.explanation import explain_history
from engine.analysis.explanation_words import sentences_of
from engine.analysis.failure_rule import failure_rule
from engine.analysis.good_region import good_region
from engine.analysis.importance import importance_of
from engine.analysis.score_model import fit_score_model
from engine.cli import main
from engine.errors import UserFault
from engine.maths.gaussian_process import Posterior
from engine.space import Categorical, Float, Int, SearchSpace
from engine.study import Study

PI = math.pi


def ran(space, function, trials, sampler="quasirandom", direction="minimize", seed=0):
    """The history of a study of a function that gives a score, or *None* where it fails."""
    study = Study(SearchSpace(space), sampler=sampler, direction=direction, seed=seed)
    for _ in range(trials):
        trial = study.ask()
        score = function(trial.params)
        study.tell(trial, score) if score is not None else study.tell(trial, state="failed", reason="no")
    return study._tuner.history


def found_in(history):
    return importance_of(fit_score_model(history))


def by_name(found, values):
    return dict(zip(found.names, values.tolist(), strict=True))


def ishigami(p):
    return math.sin(p["x1"]) + 7 * math.sin(p["x2"]) ** 2 + 0.1 * p["x3"] ** 4 * math.sin(p["x1"])


ISHIGAMI = {name: Float(-PI, PI) for name in ("x1", "x2", "x3")} | {"dummy": Float(0, 1)}


def test_ishigami_s_function_has_its_published_indices():
    found = found_in(ran(ISHIGAMI, ishigami, 400))
    first, total = by_name(found, found.first), by_name(found, found.total)
    assert [first[name] for name in ("x1", "x2", "x3")] == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert [total[name] for name in ("x1", "x2", "x3")] == pytest.approx([0.557, 0.442, 0.244], abs=0.03)
    assert found.pairs[0][0] == ("x1", "x3")
    assert found.pairs[0][1] == pytest.approx(0.244, abs=0.03)
    assert total["dummy"] < 0.01
    assert found.leads == 1.0
    assert found.quality > 0.9


def test_an_additive_function_has_no_interactions():
    found = found_in(ran({"a": Float(0, 1), "b": Float(0, 1)}, lambda p: 3 * p["a"] + (p["b"] - 0.4) ** 2, 60))
    assert found.pairs[0][1] < 0.02
    assert found.first == pytest.approx(found.total, abs=0.03)


def test_maximizing_is_minimizing_turned_round():
    down = found_in(ran(ISHIGAMI, ishigami, 80))
    up = found_in(ran(ISHIGAMI, lambda p: -ishigami(p), 80, direction="maximize"))
    assert down.names == up.names
    assert np.array_equal(down.total, up.total)


def test_a_choice_and_what_depends_on_it_count_where_they_play_a_part():
    space = {
        "kind": Categorical(["a", "b"]),
        "depth": Float(0, 1, when={"kind": ["b"]}),
        "idle": Int(1, 9),
    }
    found = found_in(ran(space, lambda p: 2.0 if p["kind"] == "a" else 4 * p["depth"], 80))
    total = by_name(found, found.total)
    assert total["depth"] > 0.8
    assert total["idle"] < 0.02
    assert found.pairs[0][0] in {("kind", "depth"), ("depth", "kind")}


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    covered = []
    for number in range(20):
        rng = np.random.default_rng(number)
        centre, weights = rng.uniform(0.2, 0.8, 3), np.array([3.0, 1.5, 0.7]) * rng.uniform(0.6, 1.4, 3)

        def function(p, centre=centre, weights=weights, rng=rng):
            x = np.array([p["a"], p["b"], p["c"]])
            return float((weights * np.abs(x - centre) ** 1.5).sum() + 0.05 * rng.standard_normal())

        true = weights**2 * [np.var(np.abs(np.linspace(0, 1, 4001) - one) ** 1.5) for one in centre]
        true /= true.sum()  # additive: each share is its own part of the variance
        found = found_in(ran({n: Float(0, 1) for n in "abc"}, function, 50, "random", seed=number))
        low, high = by_name(found, found.low), by_name(found, found.high)
        covered += [low[name] <= share <= high[name] for name, share in zip("abc", true, strict=True)]
    assert 0.75 <= np.mean(covered) <= 1.0


def test_the_good_region_is_where_the_valley_is():
    space = {"x": Float(0, 1), "rate": Float(1e-4, 1.0, log=True), "kind": Categorical(["a", "b", "c"])}

    def function(p):
        return abs(p["x"] - 0.3) + abs(math.log10(p["rate"]) + 3) / 3 + (0.0 if p["kind"] == "b" else 1.0)

    region = {one.name: one for one in good_region(fit_score_model(ran(space, function, 120)))}
    assert region["x"].low < 0.3 < region["x"].high
    assert region["rate"].low < 1e-3 < region["rate"].high < 0.1
    assert region["kind"].choices == ("b",)


# -- failures ---------------------------------------------------------------------------------------------------------

SPACE = {"rate": Float(1e-4, 1.0, log=True), "kind": Categorical(["a", "b", "c"]), "size": Int(1, 100)}


def test_a_planted_rule_is_found_with_both_its_conditions():
    history = ran(SPACE, lambda p: None if p["rate"] > 0.03 and p["kind"] == "b" else p["rate"], 150, "random")
    rule = failure_rule(history)
    assert rule is not None
    by = {one.name: one for one in rule.conditions}
    assert set(by) == {"rate", "kind"}
    assert by["kind"].choices == ("b",)
    assert 0.01 < by["rate"].low < 0.06
    assert rule.left_over <= 1
    assert rule.failed / rule.inside > 0.85


def test_a_rule_survives_a_few_failures_elsewhere_and_counts_them():
    rng = np.random.default_rng(0)
    history = ran(SPACE, lambda p: None if p["rate"] > 0.1 or rng.random() < 0.03 else 1.0, 150, "random")
    rule = failure_rule(history)
    assert rule is not None
    assert rule.conditions[0].name == "rate"
    assert rule.left_over > 0


def test_no_rule_is_invented_on_pure_noise():
    told = 0
    for number in range(40):
        rng = np.random.default_rng(number)
        told += (
            failure_rule(ran(SPACE, lambda p, r=rng: None if r.random() < 0.2 else 1.0, 40, "random", seed=number))
            is not None
        )
    assert told <= 5  # 5 % of 40 are 2; more than 5 come by chance once in a hundred


def test_few_failures_or_all_make_no_rule():
    assert failure_rule(ran(SPACE, lambda p: 1.0, 20)) is None
    assert failure_rule(ran(SPACE, lambda p: None, 20)) is None


# -- words and the command --------------------------------------------------------------------------------------------


def test_words_are_as_certain_as_the_trials():
    sure = explain_history(ran({"a": Float(0, 1), "b": Float(0, 1)}, lambda p: 3 * p["a"] + 0.3 * p["b"], 60))
    assert sentences_of(sure)[0].startswith("A decides: 99 % ±")
    rng = np.random.default_rng(3)
    noise = ran({"a": Float(0, 1), "b": Float(0, 1)}, lambda p: float(rng.standard_normal()), 60, "random")
    said = " ".join(sentences_of(explain_history(noise)))
    assert "decides" not in said
    assert "leads" not in said


def test_too_few_or_equal_scores_are_said_to_be_so():
    few = explain_history(ran(SPACE, lambda p: p["rate"], 5))
    assert few.importance is None
    assert "8 scored trials" in sentences_of(few)[0]
    assert "equal" in sentences_of(explain_history(ran(SPACE, lambda p: 1.0, 20)))[0]


def test_a_model_that_knows_only_the_trials_themselves_is_refused():
    model = fit_score_model(ran({f"x{n}": Float(0, 1) for n in range(6)}, lambda p: sum(p.values()), 30))
    model.require_reach()
    theta = model.posterior.theta.copy()
    theta[:-2] = math.log(0.01)  # waves too short to tell anything between trials
    points = model.encoding.to_features(model.points)
    blind = replace(model, posterior=Posterior(points, model.encoding.owner, model.targets, theta))
    with pytest.raises(UserFault, match="too few to say what matters among 6"):
        blind.require_reach()


def test_the_command_prints_the_contract_s_keys(tmp_path, capsys):
    study = Study(SearchSpace(SPACE), sampler="random", seed=1)
    for _ in range(60):
        trial = study.ask()
        bad = trial.params["rate"] > 0.1
        study.tell(trial, state="failed", reason="no") if bad else study.tell(trial, math.log(trial.params["rate"]))
    place = tmp_path / "a.study"
    study.save(place)
    assert main(["explain", str(place), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"importance", "interactions", "quality", "good_region", "failure_rules", "sentences"}
    assert found["importance"][0]["name"] == "rate"
    assert set(found["importance"][0]) == {"name", "first", "total", "low", "high"}
    rule = found["failure_rules"][0]
    assert rule["inside"][0] <= rule["inside"][1]
    assert "trials failed" in rule["sentence"]
    assert main(["explain", str(place)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == found["sentences"][0]
    assert str(study.explain().importance.names[0]) == "rate"


def test_of_many_trials_the_model_rests_on_three_hundred():
    history = ran({f"x{n}": Float(0, 1) for n in range(8)}, lambda p: p["x0"] + p["x1"] * p["x2"], 2000, "random")
    assert len(fit_score_model(history).targets) == 300


def test_what_falls_off_in_a_corner_is_told_with_its_uncertainty_and_no_pair_explains_more_than_its_members():
    space = {"c": Float(1e-4, 1e4, log=True), "kind": Categorical(["a", "b", "d"]), "gamma": Float(1e-4, 1.0, log=True)}

    def function(p):
        poor = math.log10(p["c"]) < -3.2 and p["kind"] == "b"
        return (0.37 if poor else 0.02) + 0.001 * abs(math.log10(p["gamma"]) + 2)

    found = found_in(ran(space, function, 60, "random", seed=2))
    total = by_name(found, found.total)
    for names, share in found.pairs:
        assert 0.0 <= share <= min(total[name] for name in names) + 1e-9
    assert ((found.low >= 0.0) & (found.low <= found.total) & (found.total <= found.high) & (found.high <= 1.0)).all()
    assert found.high[0] - found.low[0] > 0.02
