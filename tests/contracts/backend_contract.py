"""What every backend must do, wherever its workers are. Subclass :class:`BackendContract` and say how one is made."""

from __future__ import annotations

import os
import queue
import signal
import time
from contextlib import contextmanager

import pytest

from engine import store
from engine.events import StepReported, TrialEnded, TrialInterrupted, TrialStarted
from engine.execution.backend import close_together
from engine.execution.channel import Unsendable
from engine.execution.messages import Prepare, Prepared, PrepareFailed, Ready, RunTrial, TrialScored, WorkerLost
from engine.objectives.description import FunctionObjective, TableObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Float, Int
from engine.study import Study
from tests.helpers.runs import Listened, function_setup

LONG = {"x": Float(0, 1), "milliseconds": Float(900_000, 900_000), "steps": Int(9000, 9000), "waits": Int(1, 1)}
BUSY = FunctionObjective("busy")
SOON = 60.0  # seconds: a worker loads its libraries first, on a busy computer


@contextmanager
def started(backend):
    """A worker, what it says from now on, and the folder for arrays."""
    heard = queue.SimpleQueue()
    one = backend.start_worker(1, lambda number, message: heard.put(message))
    try:
        one.send(Prepare(BUSY, backend.cache_folder(BUSY)))
        assert isinstance(heard.get(timeout=SOON), Ready)
        assert isinstance(heard.get(timeout=SOON), Prepared)
        yield one, heard, backend.cache_folder(BUSY)
    finally:
        close_together([one], grace=2.0)
        backend.close()


class BackendContract:
    """Give ``make_backend`` in the subclass: a fixture whose value gives a backend with room for three workers."""

    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls):
        raise NotImplementedError

    @pytest.fixture
    def run(self, tmp_path, make_backend):
        with Listened(backend=make_backend) as listened:
            listened.path = tmp_path / "a.study"
            yield listened

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, make_backend):
        """One worker for tests that leave it as it was."""
        with started(make_backend()) as one:
            yield one

    @pytest.fixture
    def worker(self, shared):
        """It, prepared for a test function, and what it says after that."""
        one, heard, folder = shared
        one.send(Prepare(BUSY, folder))
        assert isinstance(heard.get(timeout=SOON), Prepared)
        return one, heard

    def begin(self, run, setup):
        run.runner.create(run.path, setup)
        run.opened()
        run.runner.start()

    def test_trials_are_those_of_the_python_study_and_each_is_in_the_file_before_it_is_heard(self, run):
        self.begin(run, function_setup(trials=6, workers=1, seed=5))
        for _ in range(6):
            ended = run.until(lambda one: isinstance(one, TrialEnded))
            with store.Reader(run.path) as reader:
                assert reader.history().trial(ended.number).scores == ended.scores
        assert run.until_state("ended").reason == "All 6 trials are done."
        study = Study(function_setup().search_space(), sampler="random", seed=5)
        for _ in range(6):
            study.tell(study.ask(), 0.0)
        assert [one.params for one in study.trials] == [run.known.params(number) for number in range(6)]

    def test_steps_come_in_order_and_before_the_score(self, worker):
        one, heard = worker
        one.send(RunTrial(7, {"x": 0.5, "milliseconds": 50.0}, 0))
        steps = []
        while not isinstance(message := heard.get(timeout=SOON), TrialScored):
            steps += [step.step for step in message.steps]
        assert steps == list(range(1, 11))
        assert message.number == 7
        assert message.score == pytest.approx(0.5 - 1 / 3)

    def test_what_no_process_can_be_given_is_refused_here(self, worker):
        one, _ = worker
        with pytest.raises(Unsendable):
            one.send(RunTrial(7, {"x": 10**40}, 0))

    def test_a_process_that_is_killed_is_told_of_and_so_is_its_memory(self, make_backend):
        with started(make_backend()) as (one, heard, _):
            deadline = time.monotonic() + SOON
            while not one.megabytes() > 1.0:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            one.kill()
            lost = heard.get(timeout=SOON)
            assert isinstance(lost, WorkerLost)
            assert lost.exit_code == -signal.SIGKILL or os.name == "nt"

    def test_trials_are_paused_taken_up_again_and_stopped(self, run):
        self.begin(run, function_setup("busy", LONG, trials=2, workers=2))
        numbers = set()
        while len(numbers) < 2:
            numbers.add(run.until(lambda one: isinstance(one, StepReported)).number)
        run.runner.pause()
        run.until_state("paused")
        run.runner.start()
        run.until_state("running")
        run.runner.stop_trial(0)
        assert run.until(lambda one: isinstance(one, TrialEnded)).number == 0
        run.runner.stop()
        run.until_state("ended")
        assert [run.known.trial(number).state.label for number in (0, 1)] == ["pruned", "pruned"]

    def test_a_trial_that_takes_too_long_fails_with_the_reason_and_the_next_one_runs(self, run):
        space = {"x": Float(0, 1), "milliseconds": Float(1, 60_000)}
        setup = function_setup("busy", space, trials=2, workers=1, trial_seconds=1.0)
        run.runner.create(run.path, setup)
        run.opened()
        run.runner.enqueue({"x": 0.5, "milliseconds": 60_000.0})
        run.runner.enqueue({"x": 0.5, "milliseconds": 1.0})
        run.runner.start()
        run.until_state("ended")
        first, second = (run.known.trial(number) for number in (0, 1))
        assert (first.state.label, first.reason) == ("failed", "It took longer than 1 s.")
        assert second.state.label == "complete"

    def test_a_table_is_read(self, run, tmp_path):
        table = tmp_path / "data" / "small.csv"
        table.parent.mkdir()
        table.write_text("a,b,y\n" + "".join(f"{i},{i % 7},{i % 2}\n" for i in range(60)))
        objective = TableObjective(str(table), "y", "classification", "neighbours", "accuracy")
        setup = StudySetup(
            "t", objective, {"n_neighbors": Int(1, 5)}, strategy=Strategy("random"), budget=Budget(2, workers=1)
        )
        self.begin(run, setup)
        assert run.until_state("ended").reason == "All 2 trials are done."
        assert run.known.counts()["complete"] == 2

    def test_a_table_that_is_gone_is_a_sentence(self, worker, tmp_path):
        one, heard = worker
        gone = TableObjective(str(tmp_path / "gone.csv"), "y", "classification", "neighbours", "accuracy")
        one.send(Prepare(gone, str(tmp_path)))
        message = heard.get(timeout=SOON)
        assert isinstance(message, PrepareFailed)
        assert "gone.csv" in message.what

    def test_a_study_that_is_closed_as_it_runs_keeps_its_trials_for_later(self, run):
        self.begin(run, function_setup("busy", LONG, trials=2, workers=1))
        run.until(lambda one: isinstance(one, TrialStarted))
        run.close()
        assert any(isinstance(one, TrialInterrupted) for one in run.heard)
        with store.Reader(run.path) as reader:
            assert reader.history().counts()["waiting"] == 1
