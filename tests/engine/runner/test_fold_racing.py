"""Folds that race: what a run leaves out, notes, counts, and does again after it was killed."""

import json

import numpy as np
import pytest

from engine import store
from engine.cli import main
from engine.events import StepReported
from engine.objectives.description import TableObjective, Validation
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Categorical, Float
from engine.store import open_writer
from engine.trials import State
from engine.tuning.fold_racing import plan_race, race_of
from tests.engine.runner.test_together import begin, network_setup
from tests.helpers.runs import Listened

FOLDS = 5
PATIENCE = 600  # seconds: a machine that does other things at the same time


def whole_run(path, setup):
    with Listened() as run:
        begin(run, setup, path)
        run.until_state("ended", PATIENCE)
        run.close()


def results(path):
    """Everything that a study found, but for times."""
    with store.Reader(path) as reader:
        history = reader.history()
    trials = map(history.trial, range(len(history)))
    return [(one.params, one.state, one.scores, one.reason, one.why, one.details["fold_scores"]) for one in trials]


def racing_setup(trials=16, *, sampler="random", racing="on", folds=FOLDS):
    objective = TableObjective(
        "sample:wine", "target", "classification", "svm", "accuracy", validation=Validation(folds=folds)
    )
    space = {"C": Float(1e-3, 1e3, log=True), "kernel": Categorical(["rbf"]), "gamma": Float(1e-4, 1e1, log=True)}
    strategy = Strategy(sampler, seed=1, racing=racing)
    return StudySetup("wine", objective, space, "maximize", strategy, Budget(trials, workers=1))


@pytest.fixture(scope="module")
def raced(tmp_path_factory):
    path = tmp_path_factory.mktemp("raced") / "a.study"
    whole_run(path, racing_setup())
    return path


@pytest.fixture
def history(raced):
    with store.Reader(raced) as reader:
        return reader.history()


def given_up(history):
    return [history.trial(number) for number in history.where(State.PRUNED).tolist()]


def test_a_trial_that_cannot_catch_up_does_not_run_its_other_folds(history):
    stopped = given_up(history)
    assert len(stopped) >= 4
    for trial in stopped:
        done = len(trial.details["folds"])
        assert done == len(trial.details["fold_scores"]) < FOLDS
        assert trial.reason.startswith(f"After {done} of {FOLDS} folds its score was behind that of trial ")
        assert trial.score == pytest.approx(np.mean(trial.details["fold_scores"]))
        assert trial.details["estimated_score"] < history.score[history.best_number()]


def test_the_first_trial_runs_all_folds_and_complete_ones_did(history):
    assert history.state[0] == State.COMPLETE
    for number in history.where(State.COMPLETE).tolist():
        assert len(history.trial(number).details["fold_scores"]) == FOLDS
        assert "folds" not in history.trial(number).details


def test_fits_are_counted(raced, history, capsys):
    assert main(["show", str(raced), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["fits"]
    assert told == sum(len(history.trial(number).details["fold_scores"]) for number in range(len(history)))
    assert told < 0.8 * FOLDS * len(history)


def test_the_best_is_the_one_that_a_study_without_racing_finds(raced, history, tmp_path):
    whole_run(tmp_path / "b.study", racing_setup(racing="off"))
    with store.Reader(tmp_path / "b.study") as reader:
        whole = reader.history()
    assert set(whole.state.tolist()) == {State.COMPLETE}
    assert history.score[history.best_number()] == whole.score[whole.best_number()]
    for number in history.where(State.COMPLETE).tolist():
        assert history.score[number] == whole.score[number]  # the same folds, whatever their order


def test_a_study_that_is_cut_off_and_resumed_races_as_if_it_never_was(tmp_path):
    setup = racing_setup(10, sampler="bayesian")
    whole_run(tmp_path / "whole.study", setup)
    with Listened() as cut:
        begin(cut, setup, tmp_path / "cut.study")
        cut.until(lambda one: isinstance(one, StepReported) and one.number == 7, PATIENCE)
        cut.close()
    with Listened() as again:
        again.runner.open(tmp_path / "cut.study")
        again.opened()
        again.runner.start()
        again.until_state("ended", PATIENCE)
        again.close()
    assert results(tmp_path / "cut.study") == results(tmp_path / "whole.study")


def test_trials_that_train_together_are_ended_fold_by_fold(tmp_path):
    setup = network_setup(strategy=Strategy("random", seed=3, racing="on"), folds=4, epochs=3, trials=12)
    begun = replace(setup, budget=replace(setup.budget, trials=2))
    path = tmp_path / "a.study"
    whole_run(path, begun)
    with Listened() as run:
        run.runner.open(path)
        run.opened()
        run.runner.start(setup.budget)
        run.until_state("ended", PATIENCE)
        run.close()
    with store.Reader(path) as reader:
        history = reader.history()
        for trial in given_up(history):
            curve = reader.curve(trial.number)
            assert set(curve.folds.tolist()) == set(trial.details["folds"])
        assert len(history) == 12
        assert given_up(history)


def test_an_old_file_says_nothing_of_racing_and_goes_on_without(tmp_path):
    path = tmp_path / "old.study"
    whole_run(path, racing_setup(4, racing="off"))
    with open_writer(path) as writer:
        setup = json.loads(racing_setup(8, racing="off").to_json())
        del setup["strategy"]["racing"]
        writer.set_setup(json.dumps(setup))
    with Listened() as run:
        run.runner.open(path)
        run.opened()
        run.runner.start()
        run.until_state("ended", PATIENCE)
        run.close()
    with store.Reader(path) as reader:
        assert set(reader.history().state.tolist()) == {State.COMPLETE}


def test_what_a_race_was_planned_with_is_kept_and_a_strangers_is_not_believed(history):
    planned = [history.notes(number)["why"]["race"] for number in range(len(history))]
    assert planned[0] == {}
    last = len(history) - 1
    assert race_of(history, last).order == tuple(planned[last]["order"])
    for strange in ({"against": 99}, {"against": "x"}, {**planned[last], "order": [0, 0, 1, 2, 3]}, {"order": 3}):
        copy = history.copy()
        copy._notes.put(last, why={"race": strange})
        assert race_of(copy, last) is None


def test_the_fold_comes_first_that_tells_trials_apart(history):
    copy = history.copy()
    complete = copy.where(State.COMPLETE).tolist()
    rng = np.random.default_rng(0)
    for place, number in enumerate(complete):
        noise = rng.normal(size=FOLDS) * 0.1
        noise[3] = 0.0
        scores = 0.5 - 0.02 * place + noise
        copy._notes.put(number, details={"fold_scores": scores.tolist()})
    assert plan_race(copy, FOLDS, "paired")["order"][0] == 3


@pytest.mark.parametrize(("given", "racing"), [((), "off"), (("--racing", "off"), "off"), (("--racing", "on"), "on")])
def test_a_new_study_races_where_it_is_told_to(tmp_path, capsys, given, racing):
    path = str(tmp_path / "a.study")
    assert main(["new", "--sample", "wine", *given, path]) == 0
    capsys.readouterr()
    assert main(["show", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["strategy"]["racing"] == racing


def test_the_list_of_pruners_names_it_and_says_how_it_is_chosen(tmp_path, capsys):
    assert main(["pruners", "--json"]) == 0
    assert {"none", "median", "fold_racing"} <= {one["name"] for one in json.loads(capsys.readouterr().out)}
    assert main(["new", "--sample", "wine", "--pruner", "fold_racing", str(tmp_path / "a.study")]) == 2
    assert "--racing on" in capsys.readouterr().err
