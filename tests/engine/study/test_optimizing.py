"""How a search by an objective ends: its number, its time, its failures, its interrupts, its wrong arguments."""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from engine import Float, Int, Study
from engine.errors import UserFault
from engine.runner.optimize_options import check_options
from engine.runner.optimizing import Optimization
from engine.trials import State

SPACE = {"x": Float(0, 1)}


def failing_everywhere(trial):
    raise KeyError("column")


def failing_in_a_package(trial):
    return trial.suggest_float("x", 0, 1) + trial.suggest_float("x", 5, 6)


def failing_in_the_standard_library(trial):
    return json.loads("no number")


@pytest.mark.parametrize(
    ("objective", "told"), [(failing_in_a_package, "asks for it again"), (failing_in_the_standard_library, "Expecting")]
)
def test_a_failure_names_the_line_of_the_person(objective, told, caplog):
    with pytest.raises(ValueError, match=told):
        Study().optimize(objective, 1)
    code = objective.__code__
    assert f"({code.co_filename}, line {code.co_firstlineno + 1})" in caplog.records[0].getMessage()


@pytest.mark.parametrize("workers", [1, 3])
def test_ten_first_trials_that_fail_alike_raise_their_error(workers, caplog):
    study = Study(SPACE, sampler="random")
    with pytest.raises(KeyError, match="column"):
        study.optimize(failing_everywhere, 100, workers=workers)
    assert 10 <= study.history.counts()["failed"] <= 10 + workers
    assert study.history.counts()["running"] == 0
    line = failing_everywhere.__code__.co_firstlineno + 1
    assert f"line {line}" in caplog.records[0].getMessage()
    assert "KeyError: 'column'" in caplog.records[0].getMessage()
    with pytest.raises(UserFault, match="of them so: KeyError: 'column'"):
        _ = study.best


def test_all_where_fewer_were_asked_for_raise_it_too():
    study = Study(SPACE, sampler="random")
    with pytest.raises(KeyError):
        study.optimize(failing_everywhere, 2)
    assert len(study.trials) == 2


def test_a_kind_that_is_caught_never_raises():
    study = Study(SPACE, sampler="random").optimize(failing_everywhere, 15, catch=LookupError)
    assert study.history.counts()["failed"] == 15
    with pytest.raises(KeyError):
        study.optimize(failing_everywhere, 15, catch=(ValueError, OSError))


@pytest.mark.parametrize(
    "odd_one",
    [
        lambda trial: 1.0,
        lambda trial: int("three"),
        lambda trial: float("nan"),
    ],
)
def test_a_single_trial_that_ends_otherwise_keeps_the_search_going(odd_one):
    def objective(trial):
        return odd_one(trial) if trial.number == 4 else failing_everywhere(trial)

    study = Study(SPACE, sampler="random").optimize(objective, 25)
    assert len(study.trials) == 25


def test_what_cannot_be_a_score_is_told_as_an_error_of_the_objective():
    with pytest.raises(UserFault, match="The objective returned None"):
        Study(SPACE, sampler="random").optimize(lambda trial: None, 12)


def test_trials_end_with_the_time():
    study = Study(SPACE, sampler="random")
    study.optimize(lambda trial: time.sleep(0.05) or 1.0, timeout=0.3)
    assert 1 <= len(study.trials) < 100
    assert study.history.counts()["running"] == 0
    assert len(Study(SPACE, sampler="random").optimize(lambda trial: 1.0, timeout=0).trials) == 0


def test_an_error_of_a_callback_ends_the_search_and_is_raised():
    def callback(study, trial):
        raise ArithmeticError("callback")

    study = Study(SPACE, sampler="random")
    with pytest.raises(ArithmeticError):
        study.optimize(lambda trial: 1.0, 5, callbacks=[callback])
    assert len(study.trials) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"trials": "10"}, "number of trials is '10'"),
        ({"trials": -1}, "number of trials is -1"),
        ({"trials": 2.5}, "number of trials is 2.5"),
        ({"trials": 5, "n_trials": 5}, "Both n_trials and trials"),
        ({"trials": 5, "workers": 0}, "number of workers is 0"),
        ({"trials": 5, "n_jobs": -2}, "number of workers is -2"),
        ({"trials": 5, "workers": "2"}, "number of workers is '2'"),
        ({"trials": 5, "workers": 1, "n_jobs": 1}, "Both n_jobs and workers"),
        ({"timeout": "1 h"}, "time limit is '1 h'"),
        ({"timeout": float("nan")}, "time limit is nan"),
        ({"trials": 5, "catch": "ValueError"}, "catch is 'ValueError'"),
        ({"trials": 5, "catch": (ValueError, 3)}, "catch is"),
        ({"trials": 5, "callbacks": 3}, "callbacks is 3"),
        ({"trials": 5, "callbacks": [3]}, "callbacks is"),
    ],
)
def test_a_wrong_argument_of_optimize_is_answered_in_a_sentence(arguments, words):
    study = Study(SPACE, sampler="random")
    with pytest.raises(UserFault, match=words):
        study.optimize(lambda trial: 1.0, **arguments)
    with pytest.raises(UserFault, match="The objective is 3"):
        study.optimize(3, 1)
    assert len(study.trials) == 0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Float("0", 1), "low is '0'"),
        (lambda: Float(0, None), "high is None"),
        (lambda: Float(True, 2), "low is True"),
        (lambda: Int(0.5, 2), "low is 0.5"),
        (lambda: Int(0, 2, step="a"), "step is 'a'"),
        (lambda: Float(0, 1, log="yes"), "log is 'yes'"),
        (lambda: Int(1, 2, when={"k": 2}), "when gives k as 2"),
        (lambda: Int(1, 2, when={"k": "ab"}), "when gives k as 'ab'"),
        (lambda: Int(1, 2, when=["k"]), "when is"),
        (lambda: Int(1, 2, when={3: [1]}), "when names 3"),
        (lambda: Study({1: Float(0, 1)}), "1 is not the name"),
        (lambda: Study({"x": Float}), "which is not a hyperparameter"),
        (lambda: Study({"x": [1, 2]}), "which is not a hyperparameter"),
        (lambda: Study("x"), "is not a search space"),
        (lambda: Study(SPACE, seed="a"), "seed is 'a'"),
        (lambda: Study(SPACE, seed=-1), "seed is -1"),
        (lambda: Study(SPACE, seed=1.5), "seed is 1.5"),
        (lambda: Study(SPACE, direction="minimize", directions=["minimize"]), "Both direction and directions"),
        (lambda: Study(SPACE, directions=[]), "directions is empty"),
        (lambda: Study(SPACE, directions="minimize"), "directions is 'minimize'"),
        (lambda: Study(SPACE, directions=["minimize", 3]), "3 is not a direction"),
        (lambda: Study(SPACE, constraints=(3,)), "constraints"),
        (lambda: Study(SPACE).ask().report("a", 1), "'a', which is not a number"),
        (lambda: Study(SPACE).ask().report(1.0, -1), "step is -1"),
        (lambda: Study(SPACE).ask().report(1.0, "a"), "'a' is not a step"),
        (lambda: Study(SPACE).ask().report(1.0), "a value and a step"),
        (lambda: Study(SPACE).ask().report(1, {"loss": "low"}), "loss is 'low'"),
        (lambda: Study(SPACE).ask().set_user_attr(3, 1), "name of an attribute"),
        (lambda: Study(SPACE).tell("a", 1.0), "'a' is not a trial"),
        (lambda: Study(SPACE).tell(0, 1.0), "There is no trial 0"),
    ],
)
def test_a_wrong_argument_is_answered_in_a_sentence(make, words):
    with pytest.raises(UserFault, match=words):
        make()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"score": 10**400}, "larger than any"),
        ({"score": "high"}, "'high' is not a score"),
        ({"score": {"loss": 1}}, "is not a score"),
        ({"score": [None]}, "is not a score"),
        ({"score": 1.0, "state": "failed"}, "to have failed, and a score"),
        ({"score": 1.0, "state": "running"}, "cannot end as 'running'"),
        ({"score": 1.0, "state": 7}, "cannot end as 7"),
    ],
)
def test_a_wrong_score_is_refused_and_the_trial_goes_on(told, words):
    study = Study(SPACE, sampler="random")
    trial = study.ask()
    with pytest.raises(UserFault, match=words):
        study.tell(trial, **told)
    assert study.tell(trial, 1.0).state is State.COMPLETE


def test_any_seed_is_drawn_for_none():
    one, other = Study(SPACE, sampler="random", seed=None), Study(SPACE, sampler="random", seed=None)
    assert one.ask().params != other.ask().params


def test_a_trial_that_was_taken_away_tells_nothing():
    study = Study(SPACE, sampler="random")
    first = study.ask()
    study.put_back(0)
    for call in (lambda: first.report(1.0, 1), first.should_prune, lambda: first.suggest_float("x", 0, 1)):
        with pytest.raises(UserFault, match="Trial 0 is waiting"):
            call()
    second = study.ask()
    assert second.number == 0
    with pytest.raises(UserFault, match="Trial 0 is begun anew"):
        study.tell(first, 1.0)
    assert study.tell(second, 2.0).score == 2.0


def interrupted(code, after, number=signal.SIGINT):
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    time.sleep(after)
    begun = time.monotonic()
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    return out.split(), time.monotonic() - begun


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_ends_several_workers_at_once_and_their_trials_wait():
    out, seconds = interrupted(
        """
        import threading, time
        from engine import Study, Float
        study = Study({"x": Float(0, 1)}, sampler="random")
        meeting = threading.Barrier(3)
        def objective(trial):
            if trial.number < 2:
                return 1.0
            if meeting.wait() == 0:
                print("ready", flush=True)
            time.sleep(45)
        try:
            study.optimize(objective, 100, workers=3)
        except KeyboardInterrupt:
            counts = study.history.counts()
            print("interrupted", counts["waiting"], counts["running"], counts["complete"], flush=True)
        """,
        0.3,
    )
    assert out == ["interrupted", "3", "0", "2"]
    assert seconds < 20  # of the 45 that the objectives go on for


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_an_exit_in_an_objective_leaves_no_running_trial(workers, kind):
    away = threading.Event()

    def objective(trial):
        if trial.number == 4:
            raise kind
        if trial.number > 4:
            away.wait(20)
        return 1.0

    study = Study(SPACE, sampler="random")
    with pytest.raises(kind):
        study.optimize(objective, 30, workers=workers)
    assert study.history.counts()["running"] == 0
    assert study.trials[4].state is State.WAITING
    away.set()
    study.optimize(lambda trial: 1.0, 1)
    assert study.trials[4].state is State.COMPLETE


def test_what_a_trial_says_after_an_interrupt_is_not_heard():
    """A thread that goes on after its trial was taken away must not end the one that began anew."""
    inside, away = threading.Event(), threading.Event()
    threads = []

    def objective(trial):
        threads.append(threading.current_thread())
        if trial.number == 0:
            inside.set()
            away.wait(20)
            return 111.0
        inside.wait(20)
        raise KeyboardInterrupt

    study = Study(SPACE, sampler="random")
    with pytest.raises(KeyboardInterrupt):
        study.optimize(objective, 2, workers=2)
    trial = study.ask()
    away.set()
    for thread in threads:
        thread.join(20)
    assert trial.number == 0
    assert study.history.counts()["running"] == 1
    assert study.tell(trial, 1.0).score == 1.0


def test_the_log_tells_every_trial_and_a_bar_is_drawn_on_request(caplog, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with caplog.at_level(logging.INFO, logger="twinloop"):
        Study(SPACE, sampler="random").optimize(lambda trial: 0.5, 4, show_progress_bar=True)
    assert sum("is complete" in record.getMessage() for record in caplog.records) == 4
    shown = capsys.readouterr()
    assert shown.err.endswith("4 of 4 trials · best 0.5 (trial 0)\n")
    assert shown.out == ""
    Study(SPACE, sampler="random").optimize(lambda trial: 0.5, 4)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("has_tqdm", [False, True])
def test_a_time_limit_alone_fills_the_bar(capsys, monkeypatch, has_tqdm):
    if has_tqdm:
        pytest.importorskip("tqdm")
    else:
        monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    study = Study(SPACE, sampler="random")
    study.optimize(lambda trial: time.sleep(0.02) or 0.5, timeout=0.3, n_jobs=1, show_progress_bar=True)
    shown = capsys.readouterr().err
    assert f"{len(study.history)} trials, best 0.5 (trial 0)" in shown
    assert "00:00" in shown if has_tqdm else "0 of 0 s" in shown


def test_a_worker_that_was_about_to_ask_when_all_was_interrupted_leaves_the_file_alone(tmp_path):
    """It had seen that more trials are wanted; the study may be closed, and open elsewhere, before its turn comes."""
    study = Study(SPACE, sampler="random")
    study.save(tmp_path / "a.study")
    optimization = Optimization(study, lambda trial: 1.0, check_options(3, None, 1, (), None))

    class Turn:
        """A turn that comes after an interrupt took everything away."""

        def __enter__(self):
            optimization._asking = contextlib.nullcontext()
            optimization._abandon()
            study.close()

        def __exit__(self, *_):
            pass

    optimization._asking = Turn()
    optimization.run()
    with Study.open(tmp_path / "a.study") as again:
        assert again.ask().number == 0
