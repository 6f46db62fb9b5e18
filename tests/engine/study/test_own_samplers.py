"""Samplers that people wrote for Optuna choose the trials of a study of ours."""

import copy

import pytest
import twinloop as optuna

from engine import Categorical, Float, Int, SearchSpace, Study, TrialState, create_study
from engine.errors import UserFault


class Stepping(optuna.samplers.BaseSampler):
    """Chooses x together with nothing, more by its number than the first, and all else as its range begins."""

    def __init__(self):
        self.calls = []

    def infer_relative_search_space(self, study, trial):
        return optuna.search_space.intersection_search_space(study.trials)

    def sample_relative(self, study, trial, search_space):
        self.calls.append(("relative", trial.number, sorted(search_space)))
        assert study.trials[-1].number == trial.number == len(study.get_trials()) - 1  # as Optuna has it
        return {"x": study.trials[0].params["x"] + trial.number} if "x" in search_space else {}

    def sample_independent(self, study, trial, param_name, param_distribution):
        self.calls.append(("independent", trial.number, param_name))
        if isinstance(param_distribution, optuna.distributions.CategoricalDistribution):
            return param_distribution.choices[0]
        return param_distribution.low

    def before_trial(self, study, trial):
        self.calls.append(("before", trial.number))

    def after_trial(self, study, trial, state, values):
        self.calls.append(("after", trial.number, state, values))


def objective(trial):
    return trial.suggest_int("x", 0, 10) + len(trial.suggest_categorical("kind", ["a", "bb"]))


def test_it_chooses_together_and_by_name():
    sampler = Stepping()
    study = create_study(sampler=sampler).optimize(objective, n_trials=3)
    assert [one.params for one in study.trials] == [{"x": x, "kind": "a"} for x in (0, 1, 2)]
    assert sampler.calls[:5] == [
        ("before", 0),
        ("relative", 0, []),
        ("independent", 0, "x"),
        ("independent", 0, "kind"),
        ("after", 0, TrialState.COMPLETE, [1.0]),
    ]
    assert sampler.calls[5:8] == [("before", 1), ("relative", 1, ["kind", "x"]), ("independent", 1, "kind")]


def test_a_declared_space_with_conditions_is_chosen_whole():
    space = SearchSpace(
        {
            "kind": Categorical(["a", "b"]),
            "n": Int(3, 5, when={"kind": ["b"]}),
            "x": Float(0.5, 1.0, when={"kind": ["a"]}),
        }
    )
    study = Study(space, sampler=Stepping())
    assert study.ask().params == {"kind": "a", "x": 0.5}


def test_trials_side_by_side_have_what_was_chosen_for_each():
    study = create_study(sampler=Stepping()).optimize(objective, n_trials=1)
    first, second = study.ask(), study.ask()
    assert (second.suggest_int("x", 0, 10), first.suggest_int("x", 0, 10)) == (2, 1)


def test_a_value_outside_of_what_is_asked_fails_the_trial():
    class Outside(Stepping):
        def sample_independent(self, study, trial, param_name, param_distribution):
            return 99

    with pytest.raises(ValueError, match="The sampler chose 99 for x"):
        create_study(sampler=Outside()).optimize(objective, n_trials=2)


def test_it_may_fall_back_on_one_of_ours():
    class Falling(Stepping):
        def __init__(self):
            super().__init__()
            self.other = optuna.samplers.RandomSampler(seed=3)

        def sample_independent(self, study, trial, param_name, param_distribution):
            return self.other.sample_independent(study, trial, param_name, param_distribution)

    first = create_study(sampler=Falling()).optimize(objective, n_trials=3)
    second = create_study(sampler=Falling()).optimize(objective, n_trials=3)
    assert [one.params for one in first.trials] == [one.params for one in second.trials]


def test_a_study_with_one_is_copied_and_opened_again(tmp_path):
    study = create_study(sampler=Stepping()).optimize(objective, n_trials=2)
    assert copy.deepcopy(study).optimize(objective, n_trials=1).trials[2].params["x"] == 2
    study.save(tmp_path / "a.study")
    study.close()
    again = Study.open(tmp_path / "a.study", sampler=Stepping())
    assert again.optimize(objective, n_trials=1).trials[2].params["x"] == 2
    again.sampler = Stepping()
    assert again.optimize(objective, n_trials=1).trials[3].params["x"] == 3


def test_a_queued_trial_is_left_alone():
    sampler = Stepping()
    study = create_study(sampler=sampler)
    study.enqueue_trial({"x": 7})
    study.optimize(objective, n_trials=1)
    assert study.trials[0].params["x"] == 7


# -- a grid of one's own ----------------------------------------------------------------------------------------------


def test_a_grid_tries_each_combination_once_and_ends():
    grid = optuna.samplers.GridSampler({"x": [1, 4, 9], "kind": ["a", "bb"]}, seed=1)
    study = create_study(sampler=grid).optimize(objective, n_trials=20)
    cells = [(one.params["x"], one.params["kind"]) for one in study.trials]
    assert sorted(cells) == [(x, kind) for x in (1, 4, 9) for kind in ("a", "bb")]
    assert cells != sorted(cells)


def test_a_grid_does_not_try_again_what_failed_or_runs():
    def failing(trial):
        if trial.suggest_int("x", 0, 10) == 4:
            raise RuntimeError("four")
        return 1.0

    grid = optuna.samplers.GridSampler({"x": [1, 4, 9]})
    study = create_study(sampler=grid)
    running = study.ask()
    study.optimize(failing, n_trials=20)
    assert len(study.trials) == 3
    assert running.suggest_int("x", 0, 10) not in [one.params["x"] for one in study.trials[1:]]


def test_a_name_that_a_grid_has_not_is_told():
    with pytest.raises(UserFault, match="kind is not in the grid"):
        create_study(sampler=optuna.samplers.GridSampler({"x": [1]})).optimize(objective, n_trials=1)


def test_constraints_are_where_optuna_keeps_them():
    trial = optuna.create_trial(value=1.0, constraints={"a": 1, "b": -1})
    assert trial.system_attrs == {"constraints": [1.0, -1.0]}
    assert optuna.create_trial(value=1.0).system_attrs == {}
