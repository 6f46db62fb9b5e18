"""Computers that join a run are used; a trial whose computer is lost twice fails, whichever runs it was lost in."""

import pytest

from engine.events import TrialEnded, TrialInterrupted, TrialStarted
from tests.helpers.runs import Listened, function_setup
from tests.helpers.scripted import ScriptedBackend


@pytest.fixture
def backend():
    return ScriptedBackend()


def running(backend, path, **budget):
    """A study that runs there, made where there is none yet."""
    run = Listened(backend=lambda: backend)
    if path.exists():
        run.runner.open(path)
    else:
        run.runner.create(path, function_setup(**budget))
    run.opened()
    run.runner.start()
    return run


def next_started(run):
    return run.until(lambda one: isinstance(one, TrialStarted)).number


def test_places_that_come_while_it_runs_are_used(backend, tmp_path):
    with running(backend, tmp_path / "a.study", trials=4, workers=3) as run:
        assert next_started(run) == 0
        assert len(backend.workers) == 1
        backend.room = 99
        assert [next_started(run), next_started(run)] == [1, 2]
        assert len(backend.workers) == 3


def test_a_trial_that_lost_its_computer_in_an_earlier_run_fails_with_the_next_loss(backend, tmp_path):
    with running(backend, tmp_path / "a.study", trials=1, workers=1) as run:
        next_started(run)
        backend.workers[-1].lose()
        lost = run.until(lambda one: isinstance(one, TrialInterrupted))
        assert lost.reason == "The computer lab was lost. It is tried once more."
        next_started(run)
        run.close()
    with running(backend, tmp_path / "a.study") as run:
        next_started(run)
        backend.workers[-1].lose()
        ended = run.until(lambda one: isinstance(one, TrialEnded))
    assert (ended.state, ended.reason) == (
        "failed",
        "The computer lab was lost. It was the second time for this trial.",
    )
