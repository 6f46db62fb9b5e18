"""Which trials a free worker is given: one, or several that train faster together at no loss to the search."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from engine import seeds
from engine.errors import UserFault
from engine.events import TrialStarted
from engine.execution.channel import Unsendable, require_sendable
from engine.execution.messages import RunTrial
from engine.learners import families
from engine.learners.compatibility import MIN_STACK, StackKey
from engine.learners.families import TableShape
from engine.objectives.description import AnyObjective, TableObjective
from engine.runner.archive import Archive
from engine.runner.pace import Pace
from engine.samplers import SpaceExhausted
from engine.trials import History, State
from engine.trials.columns import SOURCES
from engine.tuning import Tuner

MAX_BATCH = 16  # trials of one worker; more would gain next to nothing and be heard of late
MAX_WAITING = 24  # trials that may wait for others that train together with them
SEARCHED = 500  # waiting trials that are looked through for first

NOTHING = TableShape(0, 0)


class BatchPlanner:
    """Used by the runner's thread."""

    def __init__(self) -> None:
        self._family: families.Family | None = None
        self._shape = NOTHING
        self._run_alone: set[int] = set()
        self._pace = Pace()

    def set_objective(self, objective: AnyObjective | None, shape: TableShape = NOTHING) -> None:
        """What the models of this objective are given; nothing where they cannot be trained together."""
        self._family, self._shape = None, shape
        if isinstance(objective, TableObjective) and shape.columns:
            self._family = families.get(objective.family)

    def exclude(self, number: int) -> None:
        """Give this trial to nobody else's worker: something went wrong where it ran among others."""
        self._run_alone.add(number)

    def start_batch(
        self, tuner: Tuner, worker: int, now: float, most: int, left: int | None, workers: int = 1
    ) -> list[TrialStarted]:
        """Start the next trial and, as far as that pays, up to ``most`` that train together with it in all.

        Others that wait come first, then new ones, where the sampler would choose them anyway before a score is known;
        those among them with another key wait. No more wait and start than are ``left`` to run. So many ``workers`` ask
        in turn. Raises :class:`SpaceExhausted` where there is no next trial.
        """
        waiting = _in_turn(tuner.history)
        chosen = [self._start_next(tuner, worker, now, waiting, workers)]
        first = self._stack_key(chosen[0].number, chosen[0].params)
        most = min(most, first.most, MAX_BATCH)
        for number in waiting[:SEARCHED]:
            if len(chosen) < most and self._stack_key(number, tuner.history.params(number)).key == first.key:
                waiting.remove(number)
                chosen.append(tuner.start(number, now, worker))
        ahead = len(waiting)
        while len(chosen) < most and (left is None or len(chosen) + ahead < left) and self._may_draw(tuner, ahead):
            try:
                suggestion = tuner.suggest()
            except SpaceExhausted:
                break
            if self._stack_key(len(tuner.history), suggestion.params).key == first.key:
                chosen.append(tuner.draw(now, worker, suggestion))
            else:
                tuner.defer(suggestion, now)
                ahead += 1
        return chosen

    def _start_next(self, tuner: Tuner, worker: int, now: float, waiting: list[int], workers: int) -> TrialStarted:
        if waiting:
            return tuner.start(waiting.pop(0), now, worker)
        return tuner.draw(now, worker, self._pace.suggest(tuner, workers))

    def _may_draw(self, tuner: Tuner, waiting: int) -> bool:
        """Whether another trial may be drawn while so many wait already: where some of the next ones will be first."""
        assert self._family is not None, "several trials of a model that is trained alone"
        share = 1.0  # of the space's configurations that train together, as far as its rows tell
        for name, hyperparameter in tuner.history.space.items():
            if name not in self._family.may_differ:
                share *= 1.0 / hyperparameter.levels if hyperparameter.levels else 0.0
        return waiting < MAX_WAITING and share * MAX_WAITING >= MIN_STACK and tuner.ignores_pending()

    def _stack_key(self, number: int, params: Mapping[str, object]) -> StackKey:
        if self._family is None or number in self._run_alone:
            return StackKey()
        try:
            return self._family.stack_key(params, self._shape)
        except (KeyError, TypeError, ValueError, UserFault):
            return StackKey()  # hyperparameters that the family does not take; the trial will say so itself


def make_tasks(tuner: Tuner, archive: Archive, started: Sequence[TrialStarted], first_new: int) -> list[RunTrial]:
    """What a worker is told of trials; those with a number below ``first_new`` may have run before.

    One that no worker can be told of has failed, and its values stay readable.
    """
    tasks = []
    for one in started:
        seed = seeds.model_seed(tuner.seed, one.number)
        state = archive.load_checkpoint(one.number) if one.number < first_new else b""
        task = RunTrial(one.number, one.params, seed, state, tuner.race_of(one.number))
        try:
            require_sendable(task)
        except Unsendable as fault:
            tuner.tell(one.number, (), time.time(), "failed", str(fault), {}, None)
        else:
            tasks.append(task)
    return tasks


def _in_turn(history: History) -> list[int]:
    """The waiting trials in the order in which they are to run: what people queued, then the oldest."""
    waiting = history.where(State.WAITING)
    drawn = history.source[waiting] == SOURCES.index("sampler")
    ordered: list[int] = waiting[np.argsort(drawn, kind="stable")].tolist()
    return ordered
