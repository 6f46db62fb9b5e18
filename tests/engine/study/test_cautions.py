"""What can be run and yet does not do what one expects of it is told, before the run and beside its result."""

import pytest

from engine.events import TrialEnded, TrialStarted
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Float
from engine.study import result_remarks, setup_problems, strategy_caution, suggest_setup, workers_caution
from engine.trials import History

SPACE = {name: Float(0.0, 1.0) for name in "abcd"}


def setup(sampler, budget=None, **options):
    return StudySetup("s", None, SPACE, strategy=Strategy(sampler, options), budget=budget or Budget())


def run(setup, details=()):
    history = History(setup.search_space())
    for number, known in enumerate(details):
        history.apply(TrialStarted(number, dict.fromkeys(SPACE, 0.5), 1.0))
        history.apply(TrialEnded(number, "complete", 2.0, 1.0, (0.1,), details=known))
    return result_remarks(setup, history)


def test_a_grid_that_the_budget_does_not_finish_is_told():
    assert strategy_caution(setup("grid")).startswith(
        "The grid has 625 points, and the budget tries 100 of them (16 %)."
    )
    assert "(0.01 %)" in strategy_caution(setup("grid", levels=30))
    assert strategy_caution(setup("grid", levels=3)) == ""
    assert strategy_caution(setup("grid", Budget(trials=625))) == ""
    assert strategy_caution(setup("grid", Budget(trials=None))) == ""
    assert strategy_caution(setup("random")) == ""


def test_more_workers_than_cores_are_told(monkeypatch):
    monkeypatch.setattr("engine.cautions.cores", lambda: 4)
    assert workers_caution(setup("random", Budget(workers=4))) == ""
    said = workers_caution(setup("random", Budget(workers=99)))
    assert said == "This computer has 4 cores: no more than 4 trials run at a time."


@pytest.mark.parametrize("sampler", ["tpe", "bayesian", "cmaes"])
def test_two_workers_may_find_another_best_with_the_same_seed(sampler):
    (said,) = run(setup(sampler, Budget(workers=2)), [{}, {}])
    assert said.startswith("Found with 2 workers: ")
    assert run(setup(sampler, Budget(workers=1)), [{}, {}]) == ()
    assert run(setup(sampler, Budget(workers=2)), [{}]) == ()


@pytest.mark.parametrize("sampler", ["grid", "random", "quasirandom"])
def test_what_learns_nothing_finds_the_same_with_any_workers(sampler):
    assert run(setup(sampler, Budget(workers=2)), [{}, {}]) == ()


def test_hypergradient_descent_that_only_spread_is_told():
    one = Budget(workers=1)
    assert "only spread its trials evenly" in run(setup("hypergradient", one), [{}, {}])[0]
    assert run(setup("hypergradient", one), [{}, {"hypergradient": {"a": 0.1}}]) == ()
    assert strategy_caution(setup("hypergradient")).startswith("This objective has no derivatives to follow")
    wine = suggest_setup("sample:wine")
    wine = replace(wine, strategy=Strategy("hypergradient"))
    assert strategy_caution(wine).startswith("There are no derivatives to follow yet: ")


def test_many_folds_are_told_and_run_all_the_same():
    wine = suggest_setup("sample:wine")
    validation = replace(wine.objective.validation, folds=21)
    wine = replace(wine, objective=replace(wine.objective, validation=validation))
    (said,) = [one for one in setup_problems(wine) if one.place == "folds"]
    assert not said.forbids
    assert said.what.startswith("A trial trains 21 models, 4 times as many as with 5 folds, and each is judged by ")
    assert not [one for one in setup_problems(suggest_setup("sample:wine")) if one.place == "folds"]
