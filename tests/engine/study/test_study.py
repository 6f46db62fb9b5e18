"""A study from Python: the contract's calls, an objective of Optuna's kind, files, threads and bad input."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Categorical, Float, Int, SearchSpace, Study, TrialPruned
from engine.errors import UserFault
from engine.trials import State

SPACE = SearchSpace(
    {
        "lr": Float(1e-4, 1e-1, log=True),
        "depth": Int(1, 8),
        "kernel": Categorical(["rbf", "poly"]),
        "degree": Int(2, 5, when={"kernel": ["poly"]}),
    }
)


def objective(trial):
    for step in range(3):
        trial.report(step + 1, {"train_loss": 1 / (step + 1), "val_loss": 2 / (step + 1)})
    return abs(math.log10(trial.params["lr"]) + 2) + abs(trial.params["depth"] - 3)


def told(study):
    return [(one.params, one.scores, one.state) for one in study.trials]


def test_ask_and_tell_find_the_best():
    study = Study(SPACE, sampler="random", seed=1)
    for score in (3.0, 1.0, 2.0):
        study.tell(study.ask(), score)
    assert (study.best.number, study.best.score) == (1, 1.0)


def test_ask_may_be_called_again_before_tell():
    study = Study(SPACE, sampler="random")
    first, second = study.ask(), study.ask()
    assert (first.number, second.number) == (0, 1)
    study.tell(second, 1.0)
    study.tell(first, 2.0)
    assert study.best.number == 1


def test_maximize_turns_the_best_around():
    study = Study(SPACE, sampler="random", direction="maximize")
    for score in (3.0, 1.0):
        study.tell(study.ask(), score)
    assert study.best.score == 3.0


@pytest.mark.parametrize(
    ("score", "direction"),
    [(float("nan"), "minimize"), (-float("inf"), "minimize"), (float("inf"), "maximize")],
)
def test_a_score_that_is_no_number_or_endlessly_good_makes_a_failed_trial(score, direction):
    study = Study(SPACE, sampler="random", direction=direction)
    trial = study.tell(study.ask(), score)
    assert trial.state is State.FAILED
    assert "not a finite number" in trial.reason


def test_a_failed_trial_keeps_its_reason():
    study = Study(SPACE, sampler="random")
    assert study.tell(study.ask(), state="failed", reason="diverged").reason == "diverged"
    with pytest.raises(UserFault, match="No trial of this study is complete"):
        _ = study.best


@pytest.mark.parametrize(
    "arguments",
    [
        {"trial": 99, "score": 1.0},
        {"trial": 0},
        {"trial": 0, "score": (1.0, 2.0)},
        {"trial": 0, "score": 1.0, "state": "running"},
        {"trial": 1, "score": 1.0},
    ],
    ids=["unknown", "no score", "two scores", "no end", "finished"],
)
def test_a_wrong_tell_is_refused_in_a_sentence(arguments):
    study = Study(SPACE, sampler="random")
    study.ask()
    study.tell(study.ask(), 1.0)
    with pytest.raises(UserFault):
        study.tell(**arguments)
    assert study.history.counts()["running"] == 1


def test_enqueued_configurations_come_first_and_must_fit():
    study = Study(SPACE, sampler="random")
    study.enqueue({"lr": 0.01, "depth": 3, "kernel": "rbf", "degree": 4})
    assert study.ask().params == {"lr": 0.01, "depth": 3, "kernel": "rbf"}
    with pytest.raises(UserFault, match="degree has no value"):
        study.enqueue({"lr": 0.01, "depth": 3, "kernel": "poly"})


@pytest.mark.parametrize("sampler", ["random", "quasirandom", "grid"])
def test_a_saved_and_opened_study_goes_on_as_if_never_stopped(tmp_path, sampler):
    whole = Study(SPACE, sampler=sampler, seed=4).optimize(objective, 12)
    first = Study(SPACE, sampler=sampler, seed=4).optimize(objective, 5)
    first.save(tmp_path / "a.study")
    first.optimize(objective, 2)
    first.close()
    with Study.open(tmp_path / "a.study") as second:
        second.optimize(objective, 5)
        assert told(second) == told(whole)
        assert second.curves.get(3).values("val_loss") == pytest.approx([2, 1, 2 / 3], rel=1e-7)


def test_a_killed_study_goes_on_as_if_never_stopped(tmp_path):
    code = (
        "import os, sys\n"
        "from engine import Study\n"
        "from tests.engine.study.test_study import SPACE, objective\n"
        "def dying(trial):\n"
        "    if trial.number == 6: os._exit(9)\n"
        "    return objective(trial)\n"
        "study = Study(SPACE, sampler='quasirandom', seed=4)\n"
        "study.save(sys.argv[1])\n"
        "study.optimize(dying, 12)\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.study")], cwd=root, check=False)
    assert done.returncode == 9
    with Study.open(tmp_path / "a.study") as study:
        assert study.trials[6].state is State.WAITING
        study.optimize(objective, 6)
        assert told(study) == told(Study(SPACE, sampler="quasirandom", seed=4).optimize(objective, 12))


def test_an_objective_that_names_its_hyperparameters_as_it_goes_runs_unchanged(tmp_path):
    def define_by_run(trial):
        kernel = trial.suggest_categorical("kernel", ["linear", "rbf"])
        c = trial.suggest_float("c", 1e-3, 1e3, log=True)
        gamma = trial.suggest_float("gamma", 1e-4, 1.0, log=True) if kernel == "rbf" else 1.0
        for step in range(3):
            trial.report(c / (step + 1), step)
            if trial.should_prune():
                raise TrialPruned
        return c * gamma + trial.suggest_int("depth", 1, 4)

    study = Study(sampler="random", seed=0)
    study.save(tmp_path / "a.study")
    study.optimize(define_by_run, 15)
    assert study.history.counts()["complete"] == 15
    assert set(study.space) == {"kernel", "c", "gamma", "depth"}
    study.close()
    assert told(Study.open(tmp_path / "a.study")) == told(study)


def test_what_an_objective_raises_fails_its_trial_and_the_study_goes_on():
    def fragile(trial):
        if trial.number % 2:
            raise ValueError("odd")
        return "seven" if trial.number == 2 else 1.0

    study = Study(SPACE, sampler="random").optimize(fragile, 6)
    assert [one.state.label for one in study.trials] == ["complete", "failed", "failed", "failed", "complete", "failed"]
    assert study.trials[1].reason == "ValueError: odd"
    assert "seven" in study.trials[2].reason


def test_two_workers_run_every_trial_once():
    study = Study(SPACE, sampler="random", seed=2).optimize(objective, 40, workers=2)
    assert study.history.counts()["complete"] == 40
    alone = Study(SPACE, sampler="random", seed=2).optimize(objective, 40)
    assert [one.params for one in study.trials] == [one.params for one in alone.trials]


def test_a_grid_ends_an_optimization_early():
    study = Study(SearchSpace({"n": Int(1, 3)}), sampler="grid").optimize(lambda trial: trial.params["n"], 100)
    assert sorted(one.params["n"] for one in study.trials) == [1, 2, 3]


def test_the_median_pruner_ends_a_hopeless_trial():
    def learning(trial):
        level = 1.0 if trial.number < 8 else 50.0
        for step in range(1, 11):
            trial.report(step, {"val_loss": level / step})
            if trial.should_prune():
                raise TrialPruned("hopeless")
        return level

    study = Study(SPACE, sampler="random", pruner="median").optimize(learning, 10)
    assert [one.state.label for one in study.trials] == ["complete"] * 8 + ["pruned"] * 2
    assert len(study.curves.get(9)) == 4


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"sampler": "magic"}, "no sampler called 'magic'"),
        ({"direction": "up"}, "not a direction"),
        ({"pruner": "magic"}, "no pruner"),
        ({"sampler": "grid", "sampler_options": {"levels": 0}}, "from 1 to 1000"),
    ],
)
def test_a_wrong_choice_is_refused_in_a_sentence(keywords, words):
    with pytest.raises(UserFault, match=words):
        Study(SPACE, **keywords)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["ask", "tell", "fail", "prune", "queue"]), max_size=30), st.integers(0, 99))
def test_any_order_of_calls_is_kept_in_a_file(tmp_path_factory, calls, seed):
    path = tmp_path_factory.mktemp("study") / "a.study"
    study = Study(SPACE, sampler="random", seed=seed)
    study.save(path)
    running = []
    for call in calls:
        if call == "ask":
            running.append(study.ask())
        elif call == "queue":
            study.enqueue({"lr": 0.01, "depth": 1 + len(study.trials) % 8, "kernel": "rbf"})
        elif running:
            trial = running.pop(0)
            if call == "tell":
                study.tell(trial, float(trial.number))
            else:
                study.tell(trial, state="failed" if call == "fail" else "pruned", reason="so it goes")
    study.close()
    again = Study.open(path)
    settled = [one for one in study.trials if one.state is not State.RUNNING]
    assert [again.trials[one.number] for one in settled] == settled
    assert all(again.trials[one.number].state is State.WAITING for one in running)


def test_importing_the_public_names_loads_no_models():
    code = "import sys; from engine import Study; print('sklearn' in sys.modules, 'PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.split() == ["False", "False"]


@given(st.floats())
def test_records_of_steps_keep_24_bits_and_what_is_not_finite(value):
    study = Study(SPACE, sampler="random")
    trial = study.ask()
    trial.report(1, {"loss": value})
    kept = study.curves.get(0).values("loss")[0]
    if abs(value) < 1e308:
        assert kept == pytest.approx(value, rel=2**-23, abs=5e-324)
        assert math.frexp(kept)[0] * 2**24 == round(math.frexp(kept)[0] * 2**24)
    else:
        assert repr(float(kept)) == repr(value)


@pytest.mark.parametrize("sampler", ["random", "quasirandom", "grid", "bayesian", "auto"])
def test_a_space_of_one_point_stops_with_a_sentence(sampler):
    study = Study(SearchSpace({"x": Int(3, 3)}), sampler=sampler)
    study.tell(study.ask(), 1.0)
    with pytest.raises(UserFault, match="tried"):
        study.ask()
