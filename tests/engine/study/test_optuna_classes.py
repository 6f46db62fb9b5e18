"""Distributions and trials made as Optuna's people make them; a finished trial in the hands of an objective."""

import importlib
from datetime import datetime, timedelta

import pytest
import twinloop as optuna

from engine import Categorical, Float, Int, create_study
from engine.errors import UserFault

KINDS = optuna.distributions


def test_distributions_are_made_checked_and_asked():
    lr, depth, kernel = (
        KINDS.FloatDistribution(1e-3, 1.0, log=True),
        KINDS.IntDistribution(2, 8, step=2),
        KINDS.CategoricalDistribution(["rbf", (1, 2)]),
    )
    assert (lr, depth, kernel) == (Float(1e-3, 1.0, log=True), Int(2, 8, step=2), Categorical(["rbf", (1, 2)]))
    assert isinstance(lr, KINDS.FloatDistribution)
    assert isinstance(Int(0, 1), KINDS.IntDistribution)
    assert isinstance(lr, KINDS.FloatDistribution | KINDS.IntDistribution)
    assert not isinstance(lr, KINDS.IntDistribution)
    assert [one.single() for one in (lr, depth, KINDS.IntDistribution(3, 3))] == [False, False, True]
    assert (depth.to_internal_repr(9), depth.to_external_repr(4.0)) == (9.0, 4)
    assert (kernel.to_internal_repr((1, 2)), kernel.to_external_repr(1.0)) == (1.0, (1, 2))
    for value in ("text", float("nan"), -1.0):
        with pytest.raises(ValueError, match=r"text|nan|-1\.0"):
            lr.to_internal_repr(value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: KINDS.FloatDistribution(2.0, 1.0),
        lambda: KINDS.FloatDistribution(0.0, 1.0, log=True),
        lambda: KINDS.FloatDistribution(1.0, 2.0, log=True, step=0.1),
        lambda: KINDS.IntDistribution(0, 5, step=0),
        lambda: KINDS.CategoricalDistribution([]),
    ],
)
def test_a_distribution_that_makes_no_sense_is_refused_where_it_is_made(make):
    with pytest.raises(ValueError, match="It"):
        make()


def test_a_trial_is_made_by_optunas_constructor():
    begun = datetime(2024, 5, 6, 7, 8)
    trial = optuna.trial.FrozenTrial(
        number=4,
        state=optuna.trial.TrialState.COMPLETE,
        value=0.5,
        datetime_start=begun,
        datetime_complete=begun + timedelta(seconds=3),
        params={"x": 1.0},
        distributions={"x": KINDS.FloatDistribution(0.0, 2.0)},
        user_attrs={"by": "hand"},
        system_attrs={"mark": 1},
        intermediate_values={1: 0.7},
        trial_id=4,
    )
    assert isinstance(trial, optuna.trial.FrozenTrial)
    assert (trial.number, trial.value, trial.duration, trial.last_step) == (4, 0.5, timedelta(seconds=3), 1)
    assert (trial.user_attrs, trial.system_attrs, trial.datetime_start) == ({"by": "hand"}, {"mark": 1}, begun)
    study = create_study()
    study.add_trial(trial)
    assert study.best_params == {"x": 1.0}


def test_the_best_trial_runs_an_objective_again_that_notes_and_asks_for_more():
    study = create_study(sampler="random").optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0), n_trials=2)
    best = study.best_trial
    best.set_user_attr("accuracy", 0.9)
    best.set_constraint("size", -1.0)
    assert (best.user_attrs, best.constraints) == ({"accuracy": 0.9}, {"size": -1.0})
    assert study.best_trial.user_attrs == {}
    with pytest.warns(UserWarning, match="x is .* outside of what is asked for"):
        assert best.suggest_float("x", 5.0, 6.0) == best.params["x"]
    with pytest.raises(UserFault, match="size is not a number"):
        best.set_constraint("size", float("nan"))


def test_the_table_has_what_is_asked_for_and_the_space_that_trials_share():
    study = create_study(sampler="random")

    def objective(trial):
        trial.report(2.0, 3)
        return trial.suggest_float("x", 0.0, 1.0) + (trial.suggest_int("n", 0, 3) if trial.number else 0)

    study.optimize(objective, n_trials=2)
    table = study.trials_dataframe(attrs=("number", "intermediate_values", "distributions"))
    assert list(table) == ["number", "intermediate_values_3", "distributions_n", "distributions_x"]
    assert table["intermediate_values_3"].tolist() == [2.0, 2.0]
    pairs = study.trials_dataframe(attrs=("intermediate_values",), multi_index=True)
    assert pairs["intermediate_values"][3].tolist() == [2.0, 2.0]
    assert optuna.search_space.IntersectionSearchSpace().calculate(study) == {"x": Float(0.0, 1.0)}


def test_a_state_prints_its_name():
    assert importlib.import_module("twinloop.trial._state").TrialState is optuna.trial.TrialState
    assert f"{optuna.trial.TrialState.COMPLETE}" == str(optuna.trial.TrialState.COMPLETE) == "TrialState.COMPLETE"


def test_a_sampler_of_ones_own_derives_from_the_random_one():
    class Half(optuna.samplers.RandomSampler):
        def sample_independent(self, study, trial, param_name, param_distribution):
            drawn = super().sample_independent(study, trial, param_name, param_distribution)
            return 0.5 if param_name == "x" else drawn

    def objective(trial):
        return trial.suggest_float("x", 0.0, 1.0) + trial.suggest_int("n", 0, 99)

    found = [create_study(sampler=Half(seed=seed)).optimize(objective, n_trials=3) for seed in (1, 1, 2)]
    assert isinstance(found[0].sampler, optuna.samplers.RandomSampler)
    numbers = [[trial.params["n"] for trial in study.trials] for study in found]
    assert {trial.params["x"] for trial in found[0].trials} == {0.5}
    assert numbers[0] == numbers[1] != numbers[2]
