"""Objectives that name their hyperparameters as they run: in parallel, with branches, with ranges that change."""

import logging
import threading

import pytest

from engine import Categorical, Float, Int, SearchSpace, Study
from engine.errors import UserFault
from engine.trials import State

LETTERS = "abcdef"
BEST = {letter: (0.1 + 0.13 * i, 0.9 - 0.11 * i) for i, letter in enumerate(LETTERS)}


def branches(trial):
    """Six branches of five numbers; in the branch d the minimum is lowest."""
    branch = trial.suggest_categorical("branch", list(LETTERS))
    values = [trial.suggest_float(f"{branch}{i}", 0, 1) for i in range(5)]
    low, high = BEST[branch]
    return sum((value - (low if i % 2 else high)) ** 2 for i, value in enumerate(values)) + abs(ord(branch) - 100) * 0.1


def declared():
    rows = {"branch": Categorical(list(LETTERS))}
    rows |= {f"{letter}{i}": Float(0, 1, when={"branch": [letter]}) for letter in LETTERS for i in range(5)}
    return SearchSpace(rows)


@pytest.mark.parametrize("sampler", ["bayesian", "tpe", "random", "quasirandom", "cmaes", "evolution", "auto"])
@pytest.mark.parametrize("workers", [1, 4])
def test_the_number_asked_for_is_the_number_run(sampler, workers):
    study = Study(sampler=sampler).optimize(lambda trial: trial.suggest_float("x", 0, 1), trials=20, workers=workers)
    assert study.history.counts()["complete"] == 20
    assert all(set(one.params) == {"x"} for one in study.trials)


def test_workers_run_together_while_no_name_is_known():
    meeting = threading.Barrier(4, timeout=20)

    def objective(trial):
        if trial.number < 4:
            meeting.wait()  # before the first name
        return trial.suggest_float("x", 0, 1)

    assert Study().optimize(objective, trials=8, workers=4).history.counts()["complete"] == 8


def test_all_cores_are_asked_for_by_minus_one(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    meeting = threading.Barrier(3, timeout=20)

    def objective(trial):
        meeting.wait()
        return trial.suggest_float("x", 0, 1)

    assert Study(sampler="random").optimize(objective, 3, n_jobs=-1).history.counts()["complete"] == 3


@pytest.mark.parametrize("workers", [1, 3])
def test_a_first_trial_that_fails_before_it_asks_ends_nothing(workers):
    def objective(trial):
        if trial.number == 0:
            raise OSError("no data yet")
        return trial.suggest_float("x", 0, 1)

    counts = Study().optimize(objective, trials=12, workers=workers).history.counts()
    assert (counts["failed"], counts["complete"]) == (1, 11)


def test_an_objective_that_asks_for_nothing_is_run_as_often_as_was_asked():
    assert len(Study().optimize(lambda trial: 1.0, trials=7).trials) == 7


def test_a_name_of_one_value_does_not_end_the_search_before_a_trial_is_complete():
    def objective(trial):
        trial.suggest_int("layers", 3, 3)
        if trial.number < 2:
            raise OSError("no data yet")
        return trial.suggest_float("x", 0, 1)

    assert Study().optimize(objective, trials=9).history.counts()["complete"] == 7


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("sampler", ["bayesian", "tpe", "grid"])
def test_a_finite_space_used_up_says_so_and_goes_on_where_repeats_are_wanted(sampler, workers, caplog):
    def objective(trial):
        return trial.params["n"]

    study = Study({"n": Int(1, 3)}, sampler=sampler).optimize(objective, trials=20, workers=workers)
    assert len(study.trials) == 3
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(said) == 1
    assert "The search ends after 3 of 20 trials" in said[0]
    assert "repeats=True" in said[0]
    study.optimize(objective, trials=20, workers=workers, repeats=True)
    assert len(study.trials) == 23
    tally = [sum(one.params["n"] == value for one in study.trials) for value in (1, 2, 3)]
    assert max(tally) - min(tally) <= workers  # all about equally often


def test_what_an_objective_did_not_ask_for_is_not_in_its_trial(tmp_path):
    study = Study(seed=3)
    study.save(tmp_path / "a.study")
    study.optimize(branches, trials=25)
    for trial in study.trials:
        assert set(trial.params) == {"branch"} | {f"{trial.params['branch']}{i}" for i in range(5)}
    study.close()
    again = Study.open(tmp_path / "a.study")
    assert [one.params for one in again.trials] == [one.params for one in study.trials]
    again.optimize(branches, trials=3)
    assert all(len(one.params) == 6 for one in again.trials)
    again.close()


@pytest.mark.parametrize("sampler", ["random", "tpe", "bayesian"])
def test_a_study_that_is_reopened_goes_on_as_if_never_stopped(tmp_path, sampler):
    whole = Study(seed=5, sampler=sampler).optimize(branches, 16)
    first = Study(seed=5, sampler=sampler)
    first.save(tmp_path / "a.study")
    first.optimize(branches, 9)

    def interrupted(trial):
        if trial.number == 9:
            trial.suggest_categorical("branch", list(LETTERS))
            raise KeyboardInterrupt
        return branches(trial)

    with pytest.raises(KeyboardInterrupt):
        first.optimize(interrupted, 3)
    first.close()
    with Study.open(tmp_path / "a.study") as second:
        assert second.trials[9].state is State.WAITING
        second.optimize(branches, 7)
        assert [(one.params, one.scores) for one in second.trials] == [(one.params, one.scores) for one in whole.trials]


def test_conditions_are_learned_from_what_was_asked_for():
    study = Study(sampler="random", seed=1).optimize(branches, 60)
    seen = study._tuner.seen.space
    assert seen["branch"].when is None
    for letter in LETTERS:
        assert seen[f"{letter}2"].when == {"branch": (letter,)}
    assert all(row.when is None for row in study.space.values())


def test_conditions_may_nest_and_count():
    def objective(trial):
        layers = trial.suggest_int("layers", 1, 3)
        units = [trial.suggest_int(f"units{i}", 4, 128, log=True) for i in range(layers)]
        if (
            trial.suggest_categorical("optimizer", ["sgd", "adam"]) == "sgd"
            and trial.suggest_categorical("schedule", ["none", "cosine"]) == "cosine"
        ):
            trial.suggest_float("period", 1, 10)
        return sum(units)

    study = Study(sampler="random", seed=1).optimize(objective, 60)
    seen = study._tuner.seen.space
    assert seen["units0"].when is None
    assert seen["units1"].when == {"layers": (2, 3)}
    assert seen["units2"].when == {"layers": (3,)}
    assert seen["schedule"].when == {"optimizer": ("sgd",)}
    assert seen["period"].when == {"schedule": ("cosine",)}


def test_a_trial_that_failed_early_shows_no_condition():
    def objective(trial):
        kind = trial.suggest_categorical("kind", ["a", "b"])
        if kind == "b":
            raise ValueError("no b")
        return trial.suggest_float("x", 0, 1)

    study = Study(sampler="random", seed=1).optimize(objective, 20)
    assert study._tuner.seen.space["x"].when is None


def test_searching_branches_by_questions_is_as_good_as_by_conditions():
    """The median of five seeds; the same space, once discovered and once declared with when=."""

    def reading(trial):
        values = [trial.params[f"{trial.params['branch']}{i}"] for i in range(5)]
        low, high = BEST[trial.params["branch"]]
        distance = sum((value - (low if i % 2 else high)) ** 2 for i, value in enumerate(values))
        return distance + abs(ord(trial.params["branch"]) - 100) * 0.1

    asked = sorted(Study(seed=seed).optimize(branches, 40).best.score for seed in range(5))[2]
    told = sorted(Study(declared(), seed=seed).optimize(reading, 40).best.score for seed in range(5))[2]
    assert asked <= 1.5 * told + 0.01


def test_ranges_are_obeyed_where_they_change():
    def objective(trial):
        high = 10.0 if trial.number % 2 else 0.5
        x = trial.suggest_float("x", high / 2, high)
        n = trial.suggest_int("n", 2 * trial.number, 2 * trial.number + 3)
        kind = trial.suggest_categorical("kind", ["a", "b"] if trial.number < 10 else ["b", "c"])
        assert high / 2 <= x <= high
        assert 2 * trial.number <= n <= 2 * trial.number + 3
        assert kind in (["a", "b"] if trial.number < 10 else ["b", "c"])
        return x + n

    study = Study(seed=2).optimize(objective, 24)
    assert study.history.counts()["complete"] == 24
    assert (study.space["x"].low, study.space["x"].high) == (0.25, 10.0)
    assert study.space["kind"].choices == ("a", "b", "c")


def test_a_script_that_was_edited_counts_from_its_first_trial():
    study = Study(seed=2).optimize(lambda trial: trial.suggest_float("x", 0, 100), 6)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 6)
    assert (study.space["x"].low, study.space["x"].high) == (0, 1)
    assert all(one.params["x"] <= 1 for one in study.trials[6:])
    assert len({one.params["x"] for one in study.trials}) == 12


def test_a_declared_range_is_left_where_the_objective_asks_for_another():
    study = Study({"x": Float(0, 1)}, sampler="random")
    trial = study.ask()
    assert 5 <= trial.suggest_float("x", 5, 6) <= 6
    study.tell(trial, 1.0)
    assert 5 <= study.trials[0].params["x"] <= 6
    assert study.space["x"] == Float(0, 1)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda trial: trial.suggest_int("x", 0, 1), "x is a real number in this study, and was asked for as a whole"),
        (lambda trial: trial.suggest_categorical("x", [1, 2]), "and was asked for as a choice"),
        (lambda trial: trial.suggest_float("x", 5, 6), "asks for it again as a number from 5 to 6"),
        (lambda trial: trial.suggest_float("y", 2, 1), "Low"),
        (lambda trial: trial.suggest_float("y", 0, 1, log=True), "log scale"),
        (lambda trial: trial.suggest_categorical("y", []), "no choices"),
        (lambda trial: trial.suggest_categorical("y", "abc"), "Give a list"),
        (lambda trial: trial.suggest_categorical("y", 3), "Give a list"),
        (lambda trial: trial.suggest_float("y", "0", 1), "low is '0', which is not a number"),
        (lambda trial: trial.suggest_float(3, 0, 1), "not the name"),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(ask, words):
    trial = Study(sampler="random").ask()
    trial.suggest_float("x", 0, 1)
    with pytest.raises(UserFault, match=words):
        ask(trial)
