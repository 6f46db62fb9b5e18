"""Driving a Runner from a test: what it said, and waiting until it says something."""

import queue
import time

from engine.events import RunStateChanged, TrialEnded
from engine.objectives.description import FunctionObjective
from engine.runner import Closed, Refused, Runner, StudyOpened
from engine.setup import Budget, Strategy, StudySetup


class Listened:
    """A runner and everything it said, in order."""

    def __init__(self):
        self.heard = []
        self._queue = queue.SimpleQueue()
        self.runner = Runner(lambda batch: [self._queue.put(one) for one in batch])

    def until(self, wanted, seconds=30.0):
        """The first thing said from now on for which ``wanted`` is true."""
        end = time.monotonic() + seconds
        while True:
            one = self._queue.get(timeout=max(0.01, end - time.monotonic()))
            self.heard.append(one)
            assert not (isinstance(one, Refused) and "made a mistake" in one.what), one
            if wanted(one):
                return one

    def until_state(self, state, seconds=30.0):
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
