"""Opening and running a study costs what the computer has, whatever its file says."""

import os
import queue
import sys

import psutil
import pytest

from engine import store
from engine.events import StepReported, TrialStarted
from engine.execution.backend import close_together
from engine.execution.local import LocalWorker
from engine.execution.messages import Ready
from engine.runner import local_backend
from engine.space import Float
from tests.helpers.runs import Listened, function_setup, worker_processes

LONG = {"x": Float(0, 1), "milliseconds": Float(700, 700)}


def workers():
    return len(worker_processes())


@pytest.fixture
def opened(tmp_path):
    """Opens a study whose file says so much, as a window does."""
    runs = []

    def open_study(space=None, **budget):
        path = tmp_path / "a.study"
        setup = function_setup("busy", space or LONG, **budget)
        store.create(path, setup.to_json(), setup.search_space()).close()
        run = Listened()
        runs.append(run)
        run.runner.open(path)
        run.opened()
        return run

    yield open_study
    for run in runs:
        run.__exit__()


def test_opening_a_study_that_asks_for_many_workers_starts_one(opened):
    run = opened(workers=300, trials=1000)
    run.runner.warm()
    run.runner.enqueue(dict.fromkeys(LONG, 0.5) | {"milliseconds": 700.0})
    run.until(lambda one: hasattr(one, "number"))
    assert workers() == 1


def test_a_run_has_no_more_workers_than_cores(opened):
    run = opened(workers=300, trials=1000)
    run.runner.start()
    run.until(lambda one: isinstance(one, StepReported))
    assert 1 <= workers() <= local_backend.cores() < 300


def test_a_run_has_no_more_workers_than_trials_left(opened, monkeypatch):
    monkeypatch.setattr(local_backend, "cores", lambda: 8)
    run = opened(workers=8, trials=1)
    run.runner.start()
    run.until(lambda one: isinstance(one, TrialStarted))
    assert workers() == 1
    run.until_state("ended")
    run.runner.warm()
    run.runner.start()
    run.until_state("ended")
    assert workers() <= 1


def test_a_finished_study_is_opened_without_any_worker(opened):
    run = opened({"x": Float(0, 1), "milliseconds": Float(1, 1)}, workers=2, trials=2)
    run.runner.start()
    run.until_state("ended")
    path = run.heard[0].path
    run.close()
    with Listened() as again:
        again.runner.open(path)
        again.opened()
        again.runner.warm()
        again.runner.start()
        again.until_state("ended")
        assert workers() == 0
        again.close()


@pytest.mark.parametrize(
    ("wanted", "needed", "present", "free", "count"),
    [
        (8, None, 0, 1e12, 4),
        (3, None, 0, 1e12, 3),
        (8, 2, 0, 1e12, 2),
        (8, 0, 0, 1e12, 0),
        (8, None, 0, 600e6, 2),
        (8, None, 2, 300e6, 3),
        (8, None, 0, 1e6, 1),
        (-5, None, 0, 1e12, 1),
        (10**9, 10**9, 0, 1e12, 4),
    ],
)
def test_cores_trials_and_memory_bound_the_workers(monkeypatch, wanted, needed, present, free, count):
    memory = psutil.virtual_memory()._replace(available=free)
    monkeypatch.setattr(local_backend, "cores", lambda: 4)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert local_backend.LocalBackend().most_workers(wanted, needed, present) == count


def test_workers_are_all_asked_to_end_before_any_is_waited_for(monkeypatch):
    """Each had its second to itself once, one after another."""
    made = [LocalWorker(number, lambda *_: None) for number in range(3)]
    calls = []
    for name in ("ask_to_end", "end"):
        real = getattr(LocalWorker, name)
        monkeypatch.setattr(
            LocalWorker, name, lambda worker, *rest, name=name, real=real: calls.append(name) or real(worker, *rest)
        )
    for worker in made:
        psutil.Process(worker.pid).suspend()
    close_together(made, grace=0.2)
    assert calls == ["ask_to_end"] * 3 + ["end"] * 3
    assert not any(psutil.pid_exists(worker.pid) for worker in made)


def test_a_worker_that_cannot_be_ended_well_does_not_keep_the_others(monkeypatch):
    made = [LocalWorker(number, lambda *_: None) for number in range(3)]
    real = LocalWorker.end

    def end(worker, grace):
        if worker.number == 0:
            raise RuntimeError("anything")
        real(worker, grace)

    monkeypatch.setattr(LocalWorker, "end", end)
    with pytest.raises(RuntimeError):
        close_together(made)
    monkeypatch.undo()
    made[0].end(1.0)
    assert not any(psutil.pid_exists(worker.pid) for worker in made)


def test_workers_give_way_to_the_window_and_keep_its_session():
    """Linux weighs sessions before processes: a worker in one of its own has as much as the window, however low."""
    heard = queue.SimpleQueue()
    worker = LocalWorker(0, lambda _, message: heard.put(message))
    try:
        assert isinstance(heard.get(timeout=60), Ready)
        process = psutil.Process(worker.pid)
        if sys.platform == "win32":
            assert process.nice() == psutil.BELOW_NORMAL_PRIORITY_CLASS
        else:
            assert process.nice() == min(psutil.Process().nice() + 10, 19)
            assert os.getsid(worker.pid) == os.getsid(0)
            assert os.getpgid(worker.pid) == worker.pid  # Ctrl+C in a terminal does not reach it
    finally:
        worker.close()
