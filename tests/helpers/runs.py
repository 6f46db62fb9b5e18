"""Driving a Runner from a test: what it said, and waiting until it says something."""

import queue
import time

import psutil

from engine.events import Event, RunStateChanged, TrialEnded
from engine.objectives.description import FunctionObjective
from engine.runner import Closed, Rejected, Runner, StudyOpened
from engine.runner.local_backend import LocalBackend
from engine.setup import Budget, Strategy, StudySetup


def worker_processes():
    """The workers of this process's studies; other children may be those of another library."""
    return [one for one in psutil.Process().children(recursive=True) if _is_worker(one)]


def _is_worker(process):
    try:
        return "engine.execution.worker" in process.cmdline()
    except psutil.Error:
        return False


class Listened:
    """A runner and everything it said, in order; ``known`` is the study as whoever listens knows it.

    ``backend`` makes what its workers are started by. With ``mistakes`` those of our own are expected. The next
    ``fails`` batches are not taken.
    """

    def __init__(self, *, mistakes=False, backend=LocalBackend):
        self.heard = []
        self.known = None
        self.fails = 0
        self._mistakes = mistakes
        self._queue = queue.SimpleQueue()
        self.runner = Runner(self._listen, backend=backend)

    def _listen(self, batch):
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a listener that fails")
        for one in batch:
            self._queue.put(one)

    def until(self, wanted, seconds=120.0):
        """The first thing said from now on for which ``wanted`` is true."""
        end = time.monotonic() + seconds
        while True:
            one = self._queue.get(timeout=max(0.01, end - time.monotonic()))
            self.heard.append(one)
            assert self._mistakes or not (isinstance(one, Rejected) and one.is_mistake), one
            if isinstance(one, StudyOpened):
                self.known = one.history.copy()
            elif isinstance(one, Event) and self.known is not None:
                self.known.apply(one)
            if wanted(one):
                return one

    def until_state(self, state, seconds=120.0):
        return self.until(lambda one: isinstance(one, RunStateChanged) and one.state == state, seconds)

    def opened(self):
        return self.until(lambda one: isinstance(one, StudyOpened))

    def ended_trials(self):
        return [one for one in self.heard if isinstance(one, TrialEnded)]

    def close(self):
        self.runner.close()
        self.until(lambda one: isinstance(one, Closed))
        assert self.runner.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.runner.join(0):
            return
        self.runner.close()
        assert self.runner.join(20)


def function_setup(name="branin", space=None, *, sampler="random", seed=0, **budget):
    """A setup around a test function."""
    from engine.objectives import functions

    rows = dict(space or functions.get(name).space())
    strategy = Strategy(sampler=sampler, seed=seed)
    return StudySetup(name, FunctionObjective(name), rows, "minimize", strategy, Budget(**budget))
