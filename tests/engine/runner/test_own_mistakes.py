"""A mistake of ours inside the runner: it is told, nothing is lost, the run can go on, and everything still closes."""

import os
import threading
import time

import psutil
import pytest

from engine import store
from engine.errors import Bug
from engine.events import RunStateChanged, TrialEnded, TrialStarted
from engine.runner import Closed, Rejected, StudyOpened
from engine.runner.outbox import Outbox
from engine.runner.run import Run
from engine.runner.session import StudySession
from engine.space import Float
from engine.trials import History
from tests.campaigns.mistakes import campaign
from tests.helpers.runs import Listened, function_setup, worker_processes

SHORT = {"x": Float(0, 1), "milliseconds": Float(20, 20)}


class Mistake:
    """Raises a bug of ours in a function, before or after its work, as often as it is told to."""

    def __init__(self, monkeypatch, where, name, *, after=False):
        self.left = 0
        real = getattr(where, name)

        def stand_in(*values, **more):
            done = real(*values, **more) if after else None
            if self.left > 0 and threading.current_thread() is not threading.main_thread():
                self.left -= 1
                raise Bug("anything")
            return done if after else real(*values, **more)

        monkeypatch.setattr(where, name, stand_in)


@pytest.fixture
def run(tmp_path):
    with Listened(mistakes=True) as listened:
        listened.path = tmp_path / "a.study"
        listened.runner.create(listened.path, function_setup("busy", SHORT, trials=12, workers=1, seed=3))
        listened.opened()
        yield listened


def is_mistake(one):
    return isinstance(one, Rejected) and one.is_mistake


def check_whole(run):
    """What a listener knows is what the file holds, and every trial that was said to end is there."""
    with store.Reader(run.path) as reader:
        history = reader.history()
    assert len(history) == len(run.known)
    assert all(history.params(number) == run.known.params(number) for number in range(len(history)))
    for one in run.ended_trials():
        assert history.trial(one.number).scores == one.scores
        assert run.known.trial(one.number).scores == one.scores


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("where", "name"),
    [
        (store.Writer, "record"),
        (store.Writer, "_run_transaction"),
        (Outbox, "add"),
        (Outbox, "write"),
        (Run, "receive"),
        (Run, "tick"),
        (History, "apply"),
    ],
)
def test_a_mistake_anywhere_pauses_and_the_run_goes_on_when_run_is_pressed(run, monkeypatch, where, name, after):
    mistake = Mistake(monkeypatch, where, name, after=after)
    run.runner.start()
    run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 2)
    mistake.left = 1
    told = run.until(is_mistake)
    assert "Bug: anything" in told.what
    run.until(lambda one: isinstance(one, StudyOpened))
    assert run.until(lambda one: isinstance(one, RunStateChanged)).state == "paused"
    assert run.known.counts()["running"] == 0
    run.runner.start()
    run.until_state("ended")
    run.close()
    assert run.known.counts()["complete"] == 12
    check_whole(run)


@pytest.mark.parametrize("name", ["record", "_run_transaction", "flush", "close"])
def test_a_writer_that_never_works_again_leaves_a_runner_that_closes_and_a_rescued_study(run, monkeypatch, name):
    run.runner.start()
    run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 2)
    workers = worker_processes()
    real = store.Writer.record

    def broken(writer, *values, **more):
        if writer.path == run.path:
            raise Bug("anything")
        return real(writer, *values, **more)

    monkeypatch.setattr(store.Writer, name, broken)
    time.sleep(0.5)
    begun = time.monotonic()
    run.runner.close()
    run.until(lambda one: isinstance(one, Closed))
    assert time.monotonic() - begun < 3
    assert run.runner.join(3)
    assert not psutil.wait_procs(workers, timeout=2)[1]
    monkeypatch.undo()
    rescued = [one.rescued for one in run.heard if isinstance(one, Rejected) and one.rescued]
    heard = run.ended_trials()
    for path in [run.path, *rescued]:
        with store.Reader(path) as reader:
            history = reader.history()
            assert [history.trial(one.number).scores for one in heard] == [one.scores for one in heard]
    store.open_writer(run.path).close()


def test_a_mistake_in_closing_still_says_closed(run, monkeypatch):
    run.runner.start()
    run.until(lambda one: isinstance(one, TrialStarted))
    for where, name in ((Run, "close"), (Outbox, "flush"), (Outbox, "close"), (Outbox, "copy_to")):
        Mistake(monkeypatch, where, name).left = 1 << 30
    workers = worker_processes()
    run.runner.close()
    run.until(lambda one: isinstance(one, Closed))
    assert run.runner.join(5)
    assert not psutil.wait_procs(workers, timeout=2)[1]
    monkeypatch.undo()
    store.open_writer(run.path).close()


def test_a_listener_that_fails_is_told_the_whole_study_next(tmp_path):
    with Listened(mistakes=True) as run:
        run.path = tmp_path / "a.study"
        run.runner.create(run.path, function_setup("busy", SHORT, trials=4, workers=1))
        run.opened()
        run.fails = 1
        run.runner.enqueue({"x": 0.25, "milliseconds": 20.0})
        run.until(is_mistake)
        again = run.opened()
        assert again.history.params(0) == {"x": 0.25, "milliseconds": 20.0}
        run.close()


@pytest.mark.skipif(os.name != "posix", reason="the other end of the pipe is told otherwise")
def test_a_message_of_a_worker_that_cannot_be_handled_costs_the_worker_and_no_trial(run, monkeypatch):
    from engine.execution.channel import Channel

    mistake = Mistake(monkeypatch, Channel, "receive", after=True)
    run.runner.start()
    run.until(lambda one: isinstance(one, TrialEnded) and one.number >= 2)
    mistake.left = 1
    run.until_state("ended")
    run.close()
    check_whole(run)
    assert len(run.ended_trials()) == 12


def test_a_slice_of_the_campaign_of_mistakes(tmp_path):
    """Lives with an exception at one call each; ``python -m tests.campaigns.mistakes`` goes through all of them."""
    wrong, hits = campaign(tmp_path, 5, 20261126)
    assert wrong == []
    assert hits >= 3


@pytest.mark.parametrize("name", ["_open_with", "_adopt_writer"])
def test_a_mistake_while_a_study_is_taken_up_leaves_it_to_the_next_opening(tmp_path, monkeypatch, name):
    path, mistake = tmp_path / "a.study", Mistake(monkeypatch, StudySession, name)
    with Listened(mistakes=True) as listened:
        mistake.left = 1
        listened.runner.create(path, function_setup("busy", SHORT, trials=2, workers=1, seed=3))
        listened.until(is_mistake)
        if path.exists():
            listened.runner.open(path)
        else:
            listened.runner.create(path, function_setup("busy", SHORT, trials=2, workers=1, seed=3))
        listened.opened()
        listened.runner.start()
        listened.until(lambda one: isinstance(one, RunStateChanged) and one.state == "ended")
        assert len(listened.ended_trials()) == 2
