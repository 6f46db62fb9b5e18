"""A study played back: before any of its trials, what the search knew, believed and chose, worked out anew.

A strategy is a function of history and seed, so the choice comes out as it was; where it does not (the strategy or the
seed was edited since, or a trial was excluded), that is said.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import pruners, samplers
from engine.analysis.belief import Belief, Neighbour, belief_of, nearest_trials
from engine.changing import definition_at
from engine.errors import UserFault
from engine.samplers import SpaceExhausted, SuggestRequest
from engine.setup import StudySetup
from engine.trials import Curves, History, State
from engine.trials.columns import SOURCES
from engine.tuning import Tuner

KEPT = 512  # moments that are kept: going back and forth over a study takes no work twice; a guess


@dataclass(frozen=True, eq=False)
class Moment:
    """A study before it chose trial ``number``, which is the next one where that is the number of all trials.

    ``history`` is what was known. ``params`` is what was chosen, ``suggested`` what the strategy chooses when asked
    again (*None* where it was not asked: somebody queued the trial, or nothing was left); ``why`` what it notes of
    that. ``is_same`` says whether the two agree. ``belief`` is the surrogate around the choice, *None* before two
    scores; ``is_own`` whether the strategy itself looked at it. ``nearest`` are the nearest scored trials.
    """

    number: int
    history: History
    params: Mapping[str, Any] | None
    suggested: Mapping[str, Any] | None
    why: Mapping[str, Any]
    is_same: bool
    belief: Belief | None
    is_own: bool
    nearest: tuple[Neighbour, ...]


class StudyReplay:
    """Moments of one study; whatever is kept between calls only makes the next one quicker. Threads may share it."""

    def __init__(self, setup: StudySetup, history: History) -> None:
        """``history`` is not changed, and may not change meanwhile."""
        # In here because it loads SciPy, which the start of the window need not wait for.
        from engine.samplers.bayesian import BayesianSampler

        self._setup, self._history = setup, history
        self._sampler = samplers.make(setup.strategy.sampler, setup.strategy.options)
        self._model = self._sampler if isinstance(self._sampler, BayesianSampler) else BayesianSampler()
        self._moments: OrderedDict[int, Moment] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many trials there are; the moment of that number is before the next one."""
        return len(self._history)

    def at(self, number: int) -> Moment:
        """The moment before trial ``number``; raises ``IndexError`` where there is no such trial."""
        if not 0 <= number <= len(self._history):
            raise IndexError(number)
        with self._lock:
            if number not in self._moments:
                self._moments[number] = self._work_out(number)
                while len(self._moments) > KEPT:
                    self._moments.popitem(last=False)
            return self._moments[number]

    def _work_out(self, number: int) -> Moment:
        whole, setup = self._history, self._setup
        is_next = number == len(whole)
        why = {} if is_next else whole.notes(number).get("why", {})
        known = why.get("known", {})
        pending = _pending_then(whole, number, known)
        past = whole.before(number, pending)
        budget = known.get("budget", setup.budget.trials)
        tuner = Tuner(past, Curves(), self._sampler, pruners.make("none"), setup.strategy.seed, budget)
        tuner.discovered, tuner.repeats = setup.discovered, setup.repeats
        tuner.wishes = tuple(definition_at(setup, whole.changes, number).wishes.values())
        params = None if is_next else whole.params(number)
        is_drawn = is_next or SOURCES[whole.source[number]] == "sampler"
        suggested = None
        if is_drawn and not self._sampler.is_asked_by_name:
            try:
                suggestion = tuner.suggest()
                suggested, why = suggestion.params, suggestion.why if is_next else why
            except SpaceExhausted:
                suggested = None
        is_same = is_next or (suggested is not None and _are_same(suggested, params or {}))
        chosen = params if params is not None else suggested
        phase = why.get("phase")
        return Moment(
            number=number,
            history=past,
            params=params,
            suggested=suggested,
            why=why,
            is_same=is_same,
            belief=self._belief(tuner.seen, SuggestRequest(number, past.drawn, tuner.seed, budget), chosen),
            is_own=is_drawn and phase in MODELLED,
            nearest=() if chosen is None else nearest_trials(past, chosen),
        )

    def _belief(self, seen: History, request: SuggestRequest, at: Mapping[str, object] | None) -> Belief | None:
        try:
            view = self._model.surrogate(seen, request) if len(seen.space) and len(seen.directions) == 1 else None
            if view is None or len(view.observations.values) < 2:
                return None
            centre = at if at is not None else seen.params(view.best_number)
            return belief_of(view, centre, minimized=seen.directions[0] == "minimize")
        except (UserFault, np.linalg.LinAlgError):
            return None


MODELLED = frozenset({"exploit", "explore", "branch", "escape", "feasibility", "front"})
"""Phases in which a strategy asked the Gaussian process."""


def _pending_then(history: History, number: int, known: Mapping[str, Any]) -> list[int]:
    """Which trials below ``number`` were not over when it was chosen: as was noted, or else as their times say.

    A study that was run before this was noted tells only when trials began and how long they took.
    """
    if number == len(history) or known:
        noted = known.get("pending", ()) if number < len(history) else history.where(State.WAITING, State.RUNNING)
        return [int(one) for one in noted if one < number]
    chosen = np.nanmin(history.started[number:]) if np.isfinite(history.started[number:]).any() else np.inf
    ended = history.started[:number] + history.seconds[:number]
    is_over = (history.state[:number] >= State.COMPLETE) & ~(ended > chosen)
    return np.flatnonzero(~is_over).tolist()


def _are_same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two configurations agree in what both have; a trial keeps only what its objective asked for."""
    return all(one[name] == value for name, value in other.items() if name in one)
