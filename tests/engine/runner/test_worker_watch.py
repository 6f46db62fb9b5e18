"""Whoever looks on is told what the workers do, on which computer, and which were lost."""

from engine.analysis.workers import WorkersSeen
from engine.events import TrialStarted
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
