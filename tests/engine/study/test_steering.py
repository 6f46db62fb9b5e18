"""Steering from Python, in any order: nothing is lost, the file says the same, undoing returns."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Categorical, Float, Int, Study, store
from engine.changing import definition_at
from engine.errors import UserFault
from engine.replaying import StudyReplay

SPACE = {"lr": Float(1e-4, 1.0, log=True), "act": Categorical(["tanh", "relu"])}
OTHER = {"lr": Float(1e-4, 0.1, log=True), "act": Categorical(["relu", "relu6"]), "n": Int(1, 3)}


def change_space(study, number):
    study.change_space(OTHER if number % 2 else SPACE)


def change_strategy(study, number):
    study.sampler = ["random", "tpe", "quasirandom"][number % 3]


def exclude_trial(study, number):
    study.exclude(number % len(study.history))


def include_trial(study, number):
    study.include(list(study.setup.excluded)[:1])


def add_wish(study, number):
    region = {"lr": (1e-3, 1e-2)} if number % 2 else {"act": ["relu"]}
    (study.focus if number % 3 else study.avoid)(region)


def remove_wish(study, number):
    if study.wishes:
        study.remove_wish(list(study.wishes)[number % len(study.wishes)])


def undo_change(study, number):
    if study.changes:
        try:
            study.undo(number % len(study.changes))
        except UserFault as fault:
            assert "changed again" in fault.what  # noqa: PT017 - the only refusal there is


def run_trials(study, number):
    for _ in range(1 + number % 2):
        trial = study.ask()
        study.tell(trial, float(trial.number % 5))


def queue_trial(study, number):
    study.enqueue({"lr": 0.01, "act": "relu", **({"n": 2} if "n" in study.space else {})})


STEPS = [
    change_space,
    change_strategy,
    exclude_trial,
    include_trial,
    add_wish,
    remove_wish,
    undo_change,
    run_trials,
    queue_trial,
]


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 11)), max_size=14))
def test_whatever_the_order_nothing_is_lost_and_undoing_returns(steps):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.study"
        study = Study(SPACE, sampler="random", seed=1)
        study.save(path)
        run_trials(study, 0)
        first = study.setup
        for step, number in steps:
            step(study, number)
        with store.Reader(path) as reader:
            on_file = reader.study()
        assert on_file.history.changes == study.changes
        assert on_file.setup == study.setup
        numbers = range(len(study.history))
        assert [on_file.history.params(n) for n in numbers] == [study.history.params(n) for n in numbers]
        assert definition_at(study.setup, study.changes, 0) == first
        for change in reversed(range(len(study.changes))):
            study.undo(change)
        assert study.setup == first
        assert dict(study.space) == SPACE
        study.close()
        with Study.open(path) as again:
            assert again.setup == first
            assert again.changes == study.changes
            assert len(again.trials) == len(study.trials)


def test_a_wish_is_kept_shown_obeyed_and_replayed(tmp_path):
    study = Study(SPACE, sampler="random", seed=0)
    study.save(tmp_path / "a.study")
    study.optimize(lambda trial: trial.params["lr"], trials=3)
    name = study.avoid({"lr": (1e-3, 1.0)})
    study.close()
    with Study.open(tmp_path / "a.study") as again:
        assert again.wishes[name].since == 3
        again.optimize(lambda trial: trial.params["lr"], trials=6)
        assert all(trial.params["lr"] < 1e-3 for trial in again.trials[3:])
        again.remove_wish(name)
        again.optimize(lambda trial: trial.params["lr"], trials=6)
        assert any(trial.params["lr"] > 1e-3 for trial in again.trials[9:])
        replay = StudyReplay(again.setup, again.history)
        assert all(replay.at(number).is_same for number in range(15))


def test_a_wish_that_is_none_and_a_change_that_is_none_are_refused():
    study = Study(SPACE, sampler="random")
    with pytest.raises(UserFault, match="not a hyperparameter"):
        study.avoid({"units": (1, 2)})
    with pytest.raises(UserFault, match="no wish"):
        study.remove_wish("7")
    with pytest.raises(UserFault, match="no change"):
        study.undo()
    with pytest.raises(UserFault, match="no trial"):
        study.exclude(3)
