"""Whoever looks on is told what the workers do, on which computer, and which were lost."""

from engine.analysis.workers import WorkersSeen
from engine.events import TrialStarted
from engine.execution.messages import WorkerLost
from engine.runner import worker_watch
from engine.runner.worker_watch import WorkerWatch
from tests.helpers.runs import Listened, function_setup
from tests.helpers.scripted import ScriptedBackend


def test_what_workers_do_and_which_are_lost_is_told(tmp_path):
    backend = ScriptedBackend(room=2)
    with Listened(backend=lambda: backend) as run:
        run.runner.create(tmp_path / "a.study", function_setup(trials=5, workers=2))
        run.opened()
        run.runner.start()
        seen = run.until(lambda one: isinstance(one, WorkersSeen) and len(one.workers) == 2)
        assert [(one.computer, one.state, one.trials) for one in seen.workers] == [
            ("lab1", "training", (0,)),
            ("lab2", "training", (1,)),
        ]
        backend.workers[1].lose()
        seen = run.until(lambda one: isinstance(one, WorkersSeen))
        assert [(one.number, one.computer, one.why) for one in seen.gone] == [(2, "lab2", "The computer lab was lost.")]
        backend.workers[0].score()
        run.until(lambda one: isinstance(one, TrialStarted) and one.worker == 1)
        later = run.until(lambda one: isinstance(one, WorkersSeen))
        assert later.workers[0].trials != seen.workers[0].trials
        assert later.workers[0].since >= seen.workers[0].since


class OneWorker(dict):
    """A pool whose only worker trains nothing."""

    def __init__(self):
        super().__init__({1: None})
        self.batches = {}

    def computer_of(self, worker):
        return "lab"


def test_what_was_told_is_not_told_again_and_since_when_stays(monkeypatch):
    monkeypatch.setattr(worker_watch, "TELL_SECONDS", 0.0)
    watch = WorkerWatch(OneWorker())
    ((first,),) = (seen.workers for seen in watch.look({1}, 5.0))
    assert (first.state, first.since) == ("free", 5.0)
    assert watch.look({1}, 6.0) == ()
    watch.note_loss(1, WorkerLost(9), 7.0)
    (seen,) = watch.look({1}, 7.0)
    assert (len(seen.gone), seen.workers[0].since) == (1, 5.0)
