"""All trials of a study in columns, so that samplers, analyses and plots read numpy arrays without copying."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from engine.errors import Bug, UserFault, WrongValue
from engine.events import (
    AnyEvent,
    ParamsAdded,
    Source,
    SpaceChanged,
    StudyChanged,
    TrialEnded,
    TrialInterrupted,
    TrialQueued,
    TrialStarted,
)
from engine.space import SearchSpace
from engine.trials.columns import SOURCES, Columns, Direction
from engine.trials.estimates import estimated_scores
from engine.trials.notes import Notes
from engine.trials.trial import MAY_FOLLOW, FrozenTrial, State


class History(Columns):
    """The trials of one study; row *i* is trial *i*. It changes only by :meth:`apply`, in one thread.

    An event whose values do not fit, or that an interrupt cuts short, changes nothing that is seen. Columns are
    read-only views of length ``len(history)``: ``state`` (int8 of :class:`State`), ``scores`` (n, directions) with NaN
    where there is none, ``constraints`` (n, k) one a name in ``constraint_names``, ``numbers`` (n, d) internal numbers
    with NaN where inactive, ``unit`` (n, d) the same in the unit cube, ``started``, ``seconds``, ``source``.
    """

    def __init__(
        self,
        space: SearchSpace,
        directions: Iterable[Direction] = ("minimize",),
        constraints: Iterable[str] = (),
    ) -> None:
        self.space = space
        self.directions: tuple[Direction, ...] = tuple(directions)
        self.constraint_names: tuple[str, ...] = tuple(constraints)
        self.drawn = 0  # trials that the sampler chose, whatever became of them
        self.version = 0  # grows with every change, for caches
        self.earlier_spaces: tuple[tuple[int, SearchSpace], ...] = ()
        """Spaces that were changed later, each with the first trial that was no longer drawn from it."""
        self._size = 0
        self._allocate(64)
        self._strange: dict[int, dict[str, object]] = {}  # values that the present space cannot hold
        self._notes = Notes()
        self.changes: tuple[StudyChanged, ...] = ()  # of the study since its first trial

    @property
    def reached(self) -> np.ndarray:
        """Scores, and of pruned trials what they are estimated to have become where that is known, (n, directions)."""
        return self.estimates[0]

    @property
    def estimates(self) -> tuple[np.ndarray, np.ndarray]:
        """:attr:`reached`, and how far from it the first score is likely to be; see :func:`estimated_scores`."""
        return estimated_scores(self.scores, np.flatnonzero(self.state == State.PRUNED), self._notes)

    def copy(self) -> History:
        """An independent history, for another thread; configurations are shared until one changes, and so are quick."""
        twin = copy.copy(self)
        strange = {number: dict(values) for number, values in self._strange.items()}
        self._is_shared = True
        vars(twin).update(self._cut(), _strange=strange, _notes=self._notes.copy(), _is_shared=True)
        return twin

    @property
    def stopped_by_hand(self) -> int:
        """How many trials a person stopped; they are pruned ones."""
        return len(self._notes.by_hand)

    def best_number(self) -> int | None:
        """The feasible trial with the best first score (the earliest of equals) that is not excluded, or *None*."""
        eligible = np.flatnonzero(self.eligible)
        return int(eligible[np.argmin(self.losses[eligible])]) if len(eligible) else None

    def require_constraint(self, name: str) -> None:
        """Raises :class:`UserFault` where the study has no constraint called ``name``."""
        known = self.constraint_names
        if name not in known:
            remedy = f"It has: {', '.join(known)}." if known else "Name it when you make the study."
            raise UserFault(f"{name} is not a constraint of this study.", remedy)

    def no_best(self, remedy: str) -> UserFault:
        """Why :meth:`best_number` is *None*, for people; ``remedy`` is what to do where no trial is complete."""
        complete = len(self.where(State.COMPLETE))
        if not complete:
            reason = self._notes.commonest_reason(self.where(State.FAILED).tolist())
            return WrongValue(f"No trial of this study is complete yet.{reason}", remedy)
        if np.isnan(self.scores[self.feasible]).any(axis=1).all() and self.feasible.any():
            return WrongValue("No complete trial of this study has a score.", "Run more trials.")
        if self.feasible.any():
            which = "The only feasible trial is" if self.feasible.sum() == 1 else "All feasible trials are"
            return WrongValue(f"{which} excluded.", "Include one again, or run more trials.")
        which = "The only complete trial breaks" if complete == 1 else f"All {complete:,} complete trials break"
        return WrongValue(f"{which} a constraint.", "Run more trials; the strategy looks for one that keeps them all.")

    @classmethod
    def of_columns(
        cls,
        space: SearchSpace,
        directions: Iterable[Direction],
        *,
        state: np.ndarray,
        source: np.ndarray,
        scores: np.ndarray,
        numbers: np.ndarray,
        started: np.ndarray,
        seconds: np.ndarray,
        strange: dict[int, dict[str, object]],
        notes: Notes,
        constraint_names: Iterable[str] = (),
        constraints: np.ndarray | None = None,
        earlier_spaces: tuple[tuple[int, SearchSpace], ...] = (),
    ) -> History:
        """A history from whole columns, read from a file.

        The arrays are as the properties of the same names describe; ``strange`` holds, by trial, values that
        ``space`` cannot hold, ``notes`` what is known besides (``reason``, ``why``, ``details``).
        """
        history = cls(space, directions, constraint_names)
        history._allocate(max(len(history._state), 2 * len(state)))  # the next trials need no other room at once
        columns = {
            "_state": state,
            "_source": source.astype(np.int8),
            "_scores": scores,
            "_constraints": np.empty((len(state), 0)) if constraints is None else constraints,
            "_numbers": numbers,
            "_unit": space.to_unit(numbers),
            "_started": started,
            "_seconds": seconds,
        }
        for name, column in columns.items():
            getattr(history, name)[: len(state)] = column
        history._strange, history._notes, history.earlier_spaces = strange, notes, earlier_spaces
        history._size = history.version = len(state)
        history.drawn = int(np.count_nonzero(source == SOURCES.index("sampler")))
        return history

    # -- one trial ---------------------------------------------------------------------------------------------------

    def params(self, number: int) -> dict[str, Any]:
        """The configuration of one trial, by name."""
        return {**self.space.to_params(self._numbers[: self._size][number]), **self._strange.get(number, {})}

    def notes(self, number: int) -> Mapping[str, Any]:
        """What is known of one trial besides: ``reason``, ``why``, ``details``, where there are any."""
        return self._notes.get(number)

    def trial(self, number: int) -> FrozenTrial:
        """All that is known of one trial; raises ``IndexError`` where there is none."""
        if not 0 <= number < self._size:
            raise IndexError(number)
        notes, state = self._notes.get(number), State(int(self._state[number]))
        scores, limits = self._scores[number].tolist(), self._constraints[number].tolist()
        return FrozenTrial(
            number=number,
            state=state,
            params=self.params(number),
            scores=tuple(scores) if any(score == score for score in scores) else (),
            started=_known(self._started[number]),
            seconds=_known(self._seconds[number]),
            source=SOURCES[int(self._source[number])],
            reason=notes.get("reason", ""),
            why=notes.get("why", {}),
            details=notes.get("details", {}),
            constraints={name: v for name, v in zip(self.constraint_names, limits, strict=True) if v == v},
            feasible=state is State.COMPLETE and all(value <= 0.0 for value in limits),
        )

    # -- changes -----------------------------------------------------------------------------------------------------

    def apply(self, event: AnyEvent) -> None:
        """Carry out one event; events that do not concern trials change nothing."""
        if isinstance(event, TrialQueued):
            self._append(event.number, event.params, State.WAITING, event.source, why=event.why)
        elif isinstance(event, TrialStarted):
            self._start(event)
        elif isinstance(event, TrialEnded):
            self._end(event)
        elif isinstance(event, ParamsAdded):
            self._put_params(event.number, {**self.params(event.number), **event.params})
            self.version += 1
        elif isinstance(event, TrialInterrupted):
            self._require_move(event.number, State.WAITING)
            self._started[event.number] = np.nan
            self._move(event.number, State.WAITING)
        elif isinstance(event, SpaceChanged):
            self.change_space(SearchSpace.from_json(event.space))
        elif isinstance(event, StudyChanged):
            self.changes = (*self.changes, event)
            self.version += 1

    def change_space(self, space: SearchSpace) -> None:
        """Read every trial anew through another space; values it cannot hold are kept beside the columns."""
        after = History(space)
        after._allocate(len(self._state))
        for number in range(self._size):
            after._put_params(number, self.params(number))
        earlier = (*self.earlier_spaces, (self._size, self.space))
        # Python lets interrupts in where functions are called and loops begin anew alone: these lines go together.
        self.earlier_spaces = earlier
        self.space = space
        self._numbers = after._numbers
        self._unit = after._unit
        self._strange = after._strange
        self.version += 1

    def seen_through(self, space: SearchSpace) -> History:
        """The same trials for whoever only reads them, under a space that differs in its conditions alone."""
        twin = copy.copy(self)
        twin.space = space
        return twin

    def before(self, number: int, pending: Iterable[int] = ()) -> History:
        """The trials below ``number`` in the space of that time; those in ``pending`` run, whatever they brought later.

        For whoever only reads them. A trial that was excluded later is so here, too.
        """
        count, state, scores = min(number, self._size), self._state.copy(), self._scores.copy()
        constraints, seconds, notes = self._constraints.copy(), self._seconds.copy(), self._notes.copy()
        for one in pending:
            state[one] = State.RUNNING
            scores[one], constraints[one], seconds[one] = np.nan, np.nan, np.nan
            notes.put(one, reason="", details={})
        twin = copy.copy(self)
        vars(twin).update(
            _state=state,
            _scores=scores,
            _constraints=constraints,
            _seconds=seconds,
            _notes=notes,
            _strange={one: values for one, values in self._strange.items() if one < count},
            _size=count,
            drawn=int(np.count_nonzero(self._source[:count] == SOURCES.index("sampler"))),
        )
        space = next((space for end, space in self.earlier_spaces if number < end), self.space)
        if space is not self.space:
            twin.change_space(space)
        return twin

    def without_excluded(self) -> History:
        """The same trials for strategies: excluded ones ended without a score, and nothing is known of them."""
        if not self._excluded:
            return self
        gone = np.flatnonzero(self.excluded)
        if not len(gone):
            return self
        state, scores = self._state.copy(), self._scores.copy()
        state[gone], scores[gone] = State.PRUNED, np.nan
        twin = copy.copy(self)
        vars(twin).update(_state=state, _scores=scores, _notes=self._notes.without(gone.tolist()))
        return twin

    def exclude(self, numbers: Iterable[int]) -> bool:
        """Take these trials out of the search, and no others; whether that is a change."""
        excluded = frozenset(numbers)
        if excluded == self._excluded:
            return False
        self._excluded = excluded
        self.version += 1
        return True

    def judge_by(self, directions: Iterable[Direction], constraints: Iterable[str]) -> bool:
        """Judge trials in other directions and by other constraints; whether that is a change.

        How many there are, and which constraints, changes only as long as no trial has told anything; :class:`Bug`
        then.
        """
        directions, constraints = tuple(directions), tuple(constraints)
        if (directions, constraints) == (self.directions, self.constraint_names):
            return False
        if len(directions) != len(self.directions) or constraints != self.constraint_names:
            if not (np.isnan(self.scores).all() and np.isnan(self.constraints).all()):
                raise Bug("trials have told scores of another kind")
            self._scores = np.full((len(self._state), len(directions)), np.nan)
            self._constraints = np.full((len(self._state), len(constraints)), np.nan)
        self.directions, self.constraint_names = directions, constraints
        self.version += 1
        return True

    def _start(self, event: TrialStarted) -> None:
        if event.number == self._size:
            self._append(event.number, event.params, State.RUNNING, event.source, event.time, event.why)
            return
        self._require_move(event.number, State.RUNNING)
        if event.why:
            self._notes.put(event.number, why=event.why)
        self._started[event.number] = event.time
        self._move(event.number, State.RUNNING)

    def _end(self, event: TrialEnded) -> None:
        state = State[event.state.upper()]
        self._require_move(event.number, state)
        self._seconds[event.number] = event.seconds
        if event.scores:
            self._scores[event.number] = event.scores
        if event.constraints:
            values = [event.constraints.get(name, np.nan) for name in self.constraint_names]
            self._constraints[event.number] = np.array(values) + 0.0  # of a zero, files do not keep the sign
        row, unit, strange = self._kept(event.number, event.asked)
        if event.asked is not None:
            self._own_configurations()
        if event.reason:
            self._notes.put(event.number, reason=event.reason)
        if event.details:
            self._notes.put(event.number, details=event.details)
        # No call and no loop from here on: an interrupt comes before or after.
        if event.asked is not None:
            self._numbers[event.number], self._unit[event.number] = row, unit
        self._strange = strange
        self._state[event.number] = state
        self.version += 1

    def _append(
        self,
        number: int,
        params: Mapping[str, object],
        state: State,
        source: Source,
        started: float = math.nan,
        why: dict[str, object] | None = None,
    ) -> None:
        if number != self._size:
            raise Bug(f"trial {number} comes after {self._size} trials")
        if number == len(self._state):
            self._grow()
        row, unit, strange = self._read(params)
        self._blank(number)
        self._source[number] = SOURCES.index(source)
        # No call and no loop from here on: an interrupt comes before or after.
        self._numbers[number], self._unit[number] = row, unit
        self._state[number], self._started[number] = state, started
        if strange:
            self._strange[number] = strange
        if why:
            self._notes.put(number, why=why)
        self.drawn += source == "sampler"
        self._size += 1
        self.version += 1

    def _move(self, number: int, state: State) -> None:
        self._require_move(number, state)
        self._state[number] = state
        self.version += 1

    def _require_move(self, number: int, state: State) -> None:
        before = State(int(self._state[number])) if 0 <= number < self._size else None
        if before is None or state not in MAY_FOLLOW[before]:
            raise Bug(f"trial {number} cannot go from {before} to {state}")

    def _kept(
        self, number: int, names: Iterable[str] | None
    ) -> tuple[np.ndarray, np.ndarray, dict[int, dict[str, Any]]]:
        """A trial's row and place in the unit cube with ``names`` alone (all for *None*), and all strange values."""
        row, unit, strange = self._numbers[number].copy(), self._unit[number].copy(), self._strange
        if names is None:
            return row, unit, strange
        kept = set(names)
        gone = [column for column, name in enumerate(self.space) if name not in kept]
        row[gone] = unit[gone] = np.nan
        if number in strange:
            own = {name: value for name, value in strange[number].items() if name in kept}
            others = {other: values for other, values in strange.items() if other != number}
            strange = {**others, number: own} if own else others
        return row, unit, strange

    def _put_params(self, number: int, params: Mapping[str, object]) -> None:
        row, unit, strange = self._read(params)
        self._own_configurations()
        self._numbers[number], self._unit[number] = row, unit
        if strange:
            self._strange[number] = strange
        else:
            self._strange.pop(number, None)

    def _read(self, params: Mapping[str, object]) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
        """A configuration as numbers, in the unit cube, and what of it the present space cannot hold."""
        row = self.space.to_numbers(params)
        strange = {
            name: value
            for name, value in params.items()
            if name not in self.space or math.isnan(row[self.space.names.index(name)])
        }
        return row, self.space.to_unit(row[None, :])[0], strange


def _known(number: np.floating[Any]) -> float | None:
    return None if np.isnan(number) else float(number)
