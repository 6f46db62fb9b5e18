"""Which trials a free worker is given: one, or several that train faster together at no loss to the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import UserFault
from engine.events import AnyEvent, TrialStarted
from engine.learners import families
from engine.learners.families import TableShape
from engine.learners.kinship import Kinship
from engine.objectives.description import AnyObjective, TableObjective
from engine.samplers import SpaceExhausted
from engine.space import SearchSpace
from engine.trials import State
from engine.tuning import Tuner

MOST = 16  # trials of one worker; more would gain next to nothing and be heard of late


class Companions:
    """Used by the runner's thread. ``emit`` takes the events that it causes, in order."""

    def __init__(self, emit: Callable[[AnyEvent], None]) -> None:
        self._emit = emit
        self._family: families.Family | None = None
        self._shape = TableShape(0, 0)
        self._loners: set[int] = set()

    def learn(self, objective: AnyObjective | None, columns: int, classes: int) -> None:
        """What the models of this objective are given; 0 columns where they cannot be trained together."""
        joint = isinstance(objective, TableObjective) and columns > 0
        self._family = families.get(objective.family) if joint and isinstance(objective, TableObjective) else None
        self._shape = TableShape(0, columns, classes)

    def separate(self, number: int) -> None:
        """Give this trial to nobody else's worker: something went wrong where it ran among others."""
        self._loners.add(number)

    def next_trials(self, tuner: Tuner, worker: int, now: float, most: int) -> list[TrialStarted]:
        """Start the next trial and, as far as that pays, up to ``most`` of its kinship in all.

        Others that wait come first, then new ones, where the sampler would choose them anyway before a score is known.
        Raises :class:`SpaceExhausted` where there is no next trial.
        """
        chosen = [self._started(tuner.ask(now, worker))]
        kin = self._kinship(chosen[0].number, chosen[0].params)
        most = min(most, kin.most, MOST)
        for number in tuner.history.where(State.WAITING).tolist():
            if len(chosen) >= most:
                break
            if self._kinship(number, tuner.history.params(number)).key == kin.key:
                chosen.append(self._started(tuner.start(number, now, worker)))
        while len(chosen) < most and self._are_all_kin(tuner.history.space) and tuner.looks_away():
            try:
                one = self._started(tuner.draw(now, worker))
            except SpaceExhausted:
                break
            if self._kinship(one.number, one.params).key == kin.key:
                chosen.append(one)
            else:
                self._emit(tuner.interrupt(one.number, now))
                break
        return chosen

    def _started(self, event: TrialStarted) -> TrialStarted:
        self._emit(event)
        return event

    def _kinship(self, number: int, params: Mapping[str, Any]) -> Kinship:
        if self._family is None or number in self._loners:
            return Kinship()
        try:
            return self._family.kinship(params, self._shape)
        except (KeyError, TypeError, ValueError, UserFault):
            return Kinship()  # hyperparameters that the family does not take; the trial will say so itself

    def _are_all_kin(self, space: SearchSpace) -> bool:
        """Whether every configuration of the space has one kinship, as far as its rows tell."""
        assert self._family is not None, "several trials of a model that is trained alone"
        fixed = (parameter for name, parameter in space.items() if name not in self._family.free)
        return all(parameter.levels == 1 for parameter in fixed)
