"""What a race would cost, told before it starts: choices are timed on this machine, trainings known from the study."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from engine import samplers, seeds
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.events import TrialEnded, TrialStarted
from engine.racing.entrants import Entrant, entrants_of
from engine.samplers import SuggestRequest
from engine.space import SearchSpace
from engine.trials import Direction, History, State

MOST_PAST = 150  # trials before a timed choice: a model of more takes long to be timed, and its cost grows slowly
LOOKS = 2  # timed choices, of which the quicker counts, after one that loads what is needed
MODEL_SECONDS = 0.001  # a trial on the model with its message; measured on one core, a fifteenth of a Bayesian choice
START_SECONDS = 2.0  # until processes are there; measured on two idle cores


def choosing_seconds(
    names: Sequence[str],
    space: str,
    direction: Direction,
    trials: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, float]:
    """By strategy, written as for a race: how long it takes to choose a trial half-way through a search of ``trials``.

    Timed on random scores in a search space of this JSON. Nothing is told of one that cannot run there. Raises
    ``Cancelled`` where that turns true.
    """
    past = _random_past(SearchSpace.from_json(space), direction, min(max(1, trials // 2), MOST_PAST))
    request = SuggestRequest(len(past), len(past), 0, trials)
    found: dict[str, float] = {}
    for one in entrants_of(names):
        sampler, looks = samplers.make(one.sampler, one.options), []
        for _ in range(LOOKS + 1):
            if cancelled():
                raise Cancelled
            begun = time.perf_counter()
            try:
                sampler.suggest(past, request)
            except UserFault:  # also where a grid has nothing left
                break
            looks.append(time.perf_counter() - begun)
        found[one.name] = min(looks[1:], default=0.0)
    return found


def _random_past(space: SearchSpace, direction: Direction, trials: int) -> History:
    past, rng = History(space, (direction,)), seeds.generator(0, "race", "price")
    for number in range(trials):
        past.apply(TrialStarted(number, space.sample(rng), float(number)))
        past.apply(TrialEnded(number, "complete", float(number), 1.0, (float(rng.random()),)))
    return past


def fast_seconds(
    entrants: Sequence[Entrant], choosing: Mapping[str, float], repeats: int, trials: int, workers: int = 2
) -> float | None:
    """About how long a race on the model takes; *None* where a strategy's choices have not been timed."""
    if any(one.name not in choosing for one in entrants):
        return None
    each = sum(choosing[one.name] + MODEL_SECONDS for one in entrants)
    return START_SECONDS + each * repeats * trials / workers


def real_seconds(
    history: History, entrants: Sequence[Entrant], repeats: int, trials: int, workers: int = 2
) -> float | None:
    """About how long a race on the objective takes, told by the trials of the study; *None* where none ended."""
    known = history.seconds[history.state == State.COMPLETE]
    known = known[np.isfinite(known)]
    return float(np.median(known)) * len(entrants) * repeats * trials / workers if len(known) else None
