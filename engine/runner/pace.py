"""Keeps a strategy's model from being what hundreds of workers wait for: where it cannot keep up, others are drawn.

Suggestions are made one after another, each with regard to all trials that run. A worker whose trial takes t seconds
wants the next one after t; w workers ask w / t times a second, which a model that takes s seconds answers while
s w / t stays below 1.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from engine import seeds
from engine.samplers import SpaceExhausted, Suggestion
from engine.trials import State
from engine.tuning import Tuner

MOST_LOAD = 0.2  # of the time may go into the model: a thousand workers need most of the rest (many_workers)
MANY = 16  # workers from which it is looked at: fewer never outrun a model that takes 30 ms, with trials of a second
RECENT = 64  # trials by whose durations the next ones are judged
WEIGHT = 0.2  # of the last suggestion in what one is expected to take


class Pace:
    """Used by the runner's thread alone."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._seconds = 0.0  # that a suggestion of the model takes

    def suggest(self, tuner: Tuner, workers: int) -> Suggestion:
        """The next configuration for one of so many workers; raises as :meth:`engine.tuning.Tuner.suggest` does."""
        if tuner.sampler.takes_portfolio and self._must_hurry(tuner, workers):
            try:
                return tuner.suggest_quickly()
            except SpaceExhausted:  # as far as a quick draw finds
                return tuner.suggest()
        begun = self._clock()
        suggestion = tuner.suggest()
        took = self._clock() - begun
        self._seconds += WEIGHT * (took - self._seconds) if self._seconds else took
        return suggestion

    def _must_hurry(self, tuner: Tuner, workers: int) -> bool:
        """Whether this one is drawn otherwise, so that the model is left as many as it can make."""
        if workers < MANY:
            return False
        history = tuner.history
        known = history.seconds[history.where(State.COMPLETE, State.PRUNED)[-RECENT:]]
        known = known[np.isfinite(known) & (known > 0)]
        if not len(known):
            return False
        load = self._seconds * workers / float(np.mean(known))
        if load <= MOST_LOAD:
            return False
        return bool(seeds.generator(tuner.seed, "pace", len(history)).random() > MOST_LOAD / load)
