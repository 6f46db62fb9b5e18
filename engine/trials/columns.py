"""The columns of a history: one array a property, which grow together and are seen as read-only views."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np

from engine.events import Source
from engine.space import Categorical, Hyperparameter, SearchSpace
from engine.trials.trial import State

Direction = Literal["minimize", "maximize"]
GIVEN_ONCE = ("_source", "_numbers", "_unit")
COLUMNS = ("_state", "_source", "_scores", "_constraints", "_numbers", "_unit", "_started", "_seconds")
SOURCES: tuple[Source, ...] = ("sampler", "queue", "retry")


def _kept_numbers(whole: Hyperparameter, part: Hyperparameter, numbers: np.ndarray) -> np.ndarray:
    """Internal numbers (n,) of one hyperparameter in a part of its values, NaN outside."""
    if isinstance(whole, Categorical) and isinstance(part, Categorical):
        places = [_place_in(part, choice) for choice in whole.choices]
        return np.asarray(np.append(places, np.nan)[np.nan_to_num(numbers, nan=-1.0).astype(int)])
    if isinstance(whole, Categorical) or isinstance(part, Categorical):
        return np.full(len(numbers), np.nan)
    return np.where((numbers >= part.low) & (numbers <= part.high), numbers, np.nan)


def _place_in(part: Categorical, choice: object) -> float:
    try:
        return part.to_number(choice)
    except ValueError:
        return float("nan")


class Columns:
    """What all trials of a study have in common, one row a trial; :class:`engine.trials.History` fills it."""

    space: SearchSpace
    directions: tuple[Direction, ...]
    constraint_names: tuple[str, ...]
    _size: int
    _strange: dict[int, dict[str, object]]
    _excluded: frozenset[int] = frozenset()
    _numbers: np.ndarray
    _unit: np.ndarray
    _is_shared = False  # whether a copy sees the same configurations

    def __len__(self) -> int:
        return self._size

    @property
    def state(self) -> np.ndarray:
        """States, (n,) int8."""
        return self._view(self._state)

    @property
    def scores(self) -> np.ndarray:
        """Scores, (n, directions) float; NaN where there is none."""
        return self._view(self._scores)

    @property
    def score(self) -> np.ndarray:
        """First scores, (n,) float; NaN where there is none."""
        return self._view(self._scores)[:, 0]

    @property
    def constraints(self) -> np.ndarray:
        """Values of the constraints, (n, k) float; NaN where none was reported. At most 0 is kept."""
        return self._view(self._constraints)

    @property
    def feasible(self) -> np.ndarray:
        """Which trials are complete and keep every constraint, (n,) bool."""
        return np.asarray((self.state == State.COMPLETE) & (self.constraints <= 0.0).all(axis=1))

    @property
    def excluded_numbers(self) -> frozenset[int]:
        """What a person took out of the search, by number."""
        return self._excluded

    @property
    def excluded(self) -> np.ndarray:
        """Which finished trials a person took out of the search, (n,) bool."""
        mask = np.zeros(self._size, dtype=bool)
        if not self._excluded:
            return mask
        mask[[number for number in self._excluded if 0 <= number < self._size]] = True
        return np.asarray(mask & (self.state >= State.COMPLETE))

    @property
    def eligible(self) -> np.ndarray:
        """Which trials may be best, (n,) bool: the feasible ones that have every score and are not excluded."""
        found = self.feasible & ~np.isnan(self.scores).any(axis=1)
        return np.asarray(found & ~self.excluded) if self._excluded else np.asarray(found)

    @property
    def violation(self) -> np.ndarray:
        """By how much trials break the constraints in all, (n,): the sum of values above 0; missing ones count inf."""
        with np.errstate(over="ignore"):
            return np.asarray(np.maximum(np.nan_to_num(self.constraints, nan=np.inf), 0.0).sum(axis=1))

    @property
    def numbers(self) -> np.ndarray:
        """Internal numbers, (n, d) float; NaN where inactive."""
        return self._view(self._numbers)

    @property
    def unit(self) -> np.ndarray:
        """Unit-cube positions, (n, d) float; NaN where inactive."""
        return self._view(self._unit)

    @property
    def started(self) -> np.ndarray:
        """Start times in seconds since 1970, (n,) float; NaN while waiting."""
        return self._view(self._started)

    @property
    def seconds(self) -> np.ndarray:
        """Durations, (n,) float; NaN while unfinished."""
        return self._view(self._seconds)

    @property
    def source(self) -> np.ndarray:
        """Index into :data:`SOURCES`, (n,) int8."""
        return self._view(self._source)

    @property
    def strange(self) -> Mapping[int, Mapping[str, Any]]:
        """By trial, values of its configuration that the present space cannot hold."""
        return self._strange

    @property
    def outside(self) -> np.ndarray:
        """Which trials have such values, (n,) bool."""
        mask = np.zeros(self._size, dtype=bool)
        mask[list(self._strange)] = True
        return mask

    def read_through(self, space: SearchSpace) -> Self:
        """The same trials for whoever only reads them, under a space that is a part of the present one.

        What lies outside of it is kept beside the columns, as after a change of the space.
        """
        old, count = self.space, self._size
        numbers, lost = np.full((count, len(space)), np.nan), np.zeros((count, len(old)), dtype=bool)
        for column, (name, hyperparameter) in enumerate(old.items()):
            known = self._numbers[:count, column]
            part = space.get(name)
            kept = np.full(count, np.nan) if part is None else _kept_numbers(hyperparameter, part, known)
            lost[:, column] = ~np.isnan(known) & np.isnan(kept)
            if part is not None:
                numbers[:, space.names.index(name)] = kept
        strange = {number: dict(values) for number, values in self._strange.items()}
        for number, column in np.argwhere(lost).tolist():
            value = old[old.names[column]].to_value(float(self._numbers[number, column]))
            strange.setdefault(number, {})[old.names[column]] = value
        twin = copy.copy(self)
        vars(twin).update(space=space, _numbers=numbers, _unit=space.to_unit(numbers), _strange=strange)
        return twin

    def where(self, *states: State) -> np.ndarray:
        """Numbers of the trials in any of ``states``, ascending."""
        if len(states) == 1:  # asked before every trial, and several times as fast
            return np.flatnonzero(self.state == states[0])
        return np.flatnonzero(np.isin(self.state, states))

    def counts(self) -> dict[str, int]:
        """How many trials are in each state, by its name."""
        tally = np.bincount(self.state, minlength=len(State))
        return {state.label: int(tally[state]) for state in State}

    @property
    def losses(self) -> np.ndarray:
        """First scores turned so that smaller is better, (n,)."""
        return self.score if self.directions[0] == "minimize" else -self.score

    # -- storage -----------------------------------------------------------------------------------------------------

    def _allocate(self, capacity: int) -> None:
        """Room for so many trials. Rows are blanked one by one as trials come: memory not used yet costs nothing."""
        self._state = np.zeros(capacity, dtype=np.int8)
        self._source = np.zeros(capacity, dtype=np.int8)
        self._scores = np.empty((capacity, len(self.directions)))
        self._constraints = np.empty((capacity, len(self.constraint_names)))
        self._numbers = np.empty((capacity, len(self.space)))
        self._unit = np.empty((capacity, len(self.space)))
        self._started = np.empty(capacity)
        self._seconds = np.empty(capacity)

    def _grow(self) -> None:
        self.__dict__.update(self._with_room(max(32, 2 * len(self._state))), _is_shared=False)  # all of them, or none

    def _own_configurations(self) -> None:
        """Before a configuration changes in its place: no copy may see it."""
        if self._is_shared:
            self.__dict__.update(_numbers=self._numbers.copy(), _unit=self._unit.copy(), _is_shared=False)

    def _cut(self) -> dict[str, np.ndarray]:
        """Every column by its name, as far as there are trials: what a trial is given once is shared."""
        found = {name: getattr(self, name)[: self._size] for name in COLUMNS}
        return {name: column if name in GIVEN_ONCE else column.copy() for name, column in found.items()}

    def _with_room(self, capacity: int) -> dict[str, np.ndarray]:
        """Every column by its name, in new arrays with room for so many trials."""
        larger = Columns()
        larger.space, larger.directions, larger.constraint_names = self.space, self.directions, self.constraint_names
        larger._allocate(capacity)
        for name in COLUMNS:
            getattr(larger, name)[: self._size] = getattr(self, name)[: self._size]
        return {name: getattr(larger, name) for name in COLUMNS}

    def _blank(self, number: int) -> None:
        """Nothing is known of a trial yet that its configuration does not say."""
        self._scores[number] = self._constraints[number] = self._seconds[number] = np.nan

    def _view(self, column: np.ndarray) -> np.ndarray:
        view = column[: self._size]
        view.flags.writeable = False
        return view
