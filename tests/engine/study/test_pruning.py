"""What pruners see of a trial, and what a pruned trial leaves behind for the search."""

import numpy as np
import pytest

from engine import Float, Study, TrialPruned
from engine.errors import UserFault
from engine.trials import State

SPACE = {"x": Float(0, 1)}


def learning(name, every=1, turn=1.0):
    """Trials whose curve falls to their level: from the eighth on hopeless ones."""

    def objective(trial):
        level = 1.0 if trial.number < 8 else 50.0
        for step in range(1, 11):
            if name is None:
                trial.report(turn * level / step, step * every)
            else:
                trial.report(step * every, {name: turn * level / step})
            if trial.should_prune():
                raise TrialPruned
        return turn * level / 10

    return objective


@pytest.mark.parametrize(
    ("name", "direction", "turn"),
    [
        ("val_loss", "minimize", 1.0),
        ("val_loss", "maximize", 1.0),
        ("loss", "maximize", 1.0),
        ("test_error", "minimize", 1.0),
        ("accuracy", "minimize", -1.0),
        ("val_f1", "maximize", -1.0),
        ("score", "minimize", 1.0),
        ("score", "maximize", -1.0),
        (None, "minimize", 1.0),
        (None, "maximize", -1.0),
        ("train_loss", "minimize", 1.0),
    ],
)
@pytest.mark.parametrize("every", [1, 100])
def test_pruners_see_what_is_reported_under_any_name(name, direction, turn, every):
    study = Study(SPACE, sampler="random", pruner="median", direction=direction)
    study.optimize(learning(name, every, turn), 10)
    assert [one.state for one in study.trials] == [State.COMPLETE] * 8 + [State.PRUNED] * 2
    assert len(study.curves.get(9)) == 4


def test_a_record_of_which_nothing_says_what_is_better_is_told():
    study = Study(SPACE, sampler="random", pruner="median")
    with pytest.raises(UserFault, match="Nothing says whether more of fluff is better"):
        study.optimize(learning("fluff"), 12)


def test_training_counts_only_where_nothing_else_is_reported():
    def objective(trial):
        bad = trial.number >= 8
        for step in range(1, 11):
            trial.report(step, {"train_loss": 0.0 if bad else 1.0, "val_acc": 0.1 if bad else 0.9})
            if trial.should_prune():
                raise TrialPruned
        return 1.0

    study = Study(SPACE, sampler="random", pruner="median").optimize(objective, 9)
    assert study.trials[8].state is State.PRUNED


def test_trials_are_compared_by_step_and_not_by_how_often_they_report():
    def objective(trial):
        is_last = trial.number == 8
        for step in range(1 if is_last else 10, 101, 1 if is_last else 10):  # the last one tells ten times as often
            trial.report(100.0 / step, step)
            if trial.should_prune():
                raise TrialPruned
        return 1.0

    study = Study(SPACE, sampler="random", pruner="median").optimize(objective, 9)
    assert study.trials[8].state is State.COMPLETE


def test_what_was_reported_of_the_score_is_the_score_of_a_pruned_trial(tmp_path):
    study = Study(SPACE, sampler="random", pruner="median")
    study.save(tmp_path / "a.study")
    study.optimize(learning(None), 10)
    assert study.trials[9].score == 50 / 4
    assert study.best.number < 8
    study.close()
    assert Study.open(tmp_path / "a.study").trials[9] == study.trials[9]


def test_what_was_reported_of_a_loss_is_no_score_but_an_estimate_of_one(tmp_path):
    study = Study(SPACE, sampler="random", pruner="median", direction="maximize")
    study.save(tmp_path / "a.study")
    study.optimize(lambda trial: learning("val_loss")(trial) * -1, 10)
    trial = study.trials[9]
    assert trial.score is None
    assert trial.details["estimated_score"] == min(one.score for one in study.trials[:8])
    assert np.isnan(study.history.scores[9, 0])
    assert study.history.reached[9, 0] == trial.details["estimated_score"]
    study.close()
    assert Study.open(tmp_path / "a.study").history.reached[9, 0] == study.history.reached[9, 0]


def test_the_estimate_is_that_of_trials_as_good_at_the_step_reached():
    study = Study(SPACE, sampler="random")
    for level in range(10):
        trial = study.ask()
        for step in (1, 2, 3):
            trial.report(step, {"val_loss": level / step})
        study.tell(trial, 100.0 + level)
    trial = study.ask()
    trial.report(1, {"val_loss": 4.5})
    trial.report(2, {"val_loss": 4.5 / 2})
    assert study.tell(trial, state="pruned").details["estimated_score"] == pytest.approx(104.5, abs=0.5)


@pytest.mark.parametrize("sampler", ["bayesian", "cmaes", "tpe"])
def test_a_search_does_not_go_where_trials_were_pruned(sampler):
    """Everything above 0.4 is hopeless early, and says so by its loss alone."""

    def objective(trial):
        x, y, z = trial.params.values()
        loss = (x - 0.2) ** 2 + (y - 0.5) ** 2 + (z - 0.7) ** 2 + (0.0 if x < 0.4 else 5.0 + x)
        for step in range(1, 9):
            trial.report(step, {"val_loss": loss + 1.0 / step})
            if trial.should_prune():
                raise TrialPruned
        return -loss

    study = Study(dict.fromkeys("xyz", Float(0, 1)), sampler=sampler, pruner="median", direction="maximize", seed=1)
    study.optimize(objective, 50)
    assert np.count_nonzero(study.history.unit[20:, 0] > 0.4) <= 9  # of 30; by chance 18


def test_the_model_has_every_pruned_trial():
    study = Study(SPACE, sampler="bayesian", pruner="median")
    study.optimize(learning("val_loss"), 14)
    view = study.surrogate()
    assert sorted(view.observations.numbers.tolist()) == list(range(14))


@pytest.mark.parametrize("name", ["val_loss", "value", "score"])
def test_the_loss_of_validation_and_the_score_itself_count_before_other_records(name):
    def objective(trial):
        is_last = trial.number == 8
        for step in range(1, 11):
            trial.report(step, {"other_error": 9.0 if is_last else 1.0, name: 1.0})
            if trial.should_prune():
                raise TrialPruned
        return 1.0

    study = Study(SPACE, sampler="random", pruner="median").optimize(objective, 9)
    assert study.trials[8].state is State.COMPLETE
