"""What earlier trials had reached at each step, kept up to date trial by trial, so that decisions cost next to nothing.

It holds only what could be worked out again from the history and the curves.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.pruners.reported_losses import ReportedLosses, compared_record, loss_sign
from engine.trials import Curve, Curves, History, State

COST_WORDS = ("epochs", "iterations", "max_iter", "n_estimators", "rounds", "num_boost_round")
"""Hyperparameters that say how many steps a trial has."""


@dataclass(frozen=True, slots=True)
class Running:
    """The trial that is judged: its losses on the fold that it ran first, and what they are called."""

    number: int
    losses: ReportedLosses
    name: str
    fold: int
    group: Hashable

    @property
    def last(self) -> int:
        """Its last step."""
        return self.losses.last

    @property
    def word(self) -> str:
        """What is compared, for people."""
        return "loss" if self.name in ("val_loss", "value") else self.name.replace("_", " ")

    def last_two(self) -> tuple[int, ...]:
        """Its last two steps: checks at both must agree, so that one noisy value ends nothing."""
        return tuple(int(step) for step in self.losses.steps[-2:])


@dataclass(slots=True)
class _Table:
    """Of one record on one fold in one group of trials: their curves, and sorted losses by step."""

    steps: list[np.ndarray] = field(default_factory=list)
    best: list[np.ndarray] = field(default_factory=list)
    whole: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    sorted: dict[int, list[float]] = field(default_factory=dict)
    longest: int = 0
    most_folds: int = 0

    def add(self, losses: ReportedLosses, folds: int, *, is_whole: bool) -> None:
        best = np.minimum.accumulate(losses.losses)
        self.steps.append(losses.steps)
        self.best.append(best)
        if is_whole:
            self.whole.append((losses.steps, best))
            self.longest, self.most_folds = max(self.longest, losses.last), max(self.most_folds, folds)
        for step, known in self.sorted.items():
            if losses.last >= step:
                bisect.insort(known, _at(losses.steps, best, step))

    def at(self, step: int) -> list[float]:
        """The best losses of all that reached a step, ascending."""
        if step not in self.sorted:
            reached = [
                _at(steps, best, step) for steps, best in zip(self.steps, self.best, strict=True) if steps[-1] >= step
            ]
            self.sorted[step] = sorted(reached)
        return self.sorted[step]


class Peers:
    """Finished trials, by what they are compared in; ``group_of`` tells which are compared with each other.

    Those that failed or are excluded are no standard; runs in one process ask for one trial after another.
    """

    def __init__(self, group_of: Callable[[History, int], Hashable] | None = None) -> None:
        self._group_of = group_of or cost_class
        self._history: History | None = None
        self._curves: Curves | None = None
        self._forget()

    def _forget(self) -> None:
        self._known = np.zeros(0, dtype=bool)
        self._version = -1
        self._excluded: frozenset[int] = frozenset()
        self._tables: dict[tuple[str, int, Hashable], _Table] = {}
        self._members: list[tuple[int, Hashable]] = []
        self._groups: dict[int, Hashable] = {}
        self._signs: dict[str, float] = {}
        self._directions: tuple[str, ...] = ()

    def running(self, history: History, curves: Curves, number: int) -> Running | None:
        """The trial to judge, once all that ended is known.

        *None* where it reported nothing to compare, and where there is nothing to be saved: it has come as far as the
        longest of its peers, whose only fold that was.
        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        self._follow(history, curves)
        curve = curves.get(number)
        name = compared_record(curve)
        if not name:
            return None
        fold = int(curve.folds[0])
        losses = self._losses(history, curve, name, fold)
        if not len(losses.steps):
            return None
        if number not in self._groups:
            self._groups[number] = self._group_of(history, number)
        trial = Running(number, losses, name, fold, self._groups[number])
        table = self._table(trial)
        return None if table.most_folds == 1 and losses.last >= table.longest else trial

    def losses_at(self, trial: Running, step: int) -> list[float]:
        """The best losses until a step of the peers that reached it, ascending; not to be changed."""
        return self._table(trial).at(step)

    def whole_curves(self, trial: Running) -> Sequence[tuple[np.ndarray, np.ndarray]]:
        """Steps and best losses so far of the peers that ran to their end."""
        return self._table(trial).whole

    def longest(self, trial: Running) -> int:
        """The last step of the longest peer that ran to its end; 0 before there is one."""
        return self._table(trial).longest

    def _table(self, trial: Running) -> _Table:
        key = trial.name, trial.fold, trial.group
        if key not in self._tables:
            table = self._tables[key] = _Table()
            for number, group in self._members:
                if group == trial.group:
                    self._enter(table, number, trial.name, trial.fold)
        return self._tables[key]

    def _follow(self, history: History, curves: Curves) -> None:
        """Take in what ended since the last time; everything anew where it is another history."""
        if history is self._history and curves is self._curves and history.version == self._version:
            return
        size = len(self._known)
        if (
            history is not self._history
            or curves is not self._curves
            or len(history) < size
            or history.excluded_numbers != self._excluded
            or history.directions != self._directions
        ):
            self._forget()
            self._history, self._curves, size = history, curves, 0
            self._excluded, self._directions = history.excluded_numbers, history.directions
        self._version = history.version
        over = (history.state == State.COMPLETE) | (history.state == State.PRUNED)
        if size < len(over):
            self._known = np.concatenate([self._known, np.zeros(len(over) - size, dtype=bool)])
        for number in np.flatnonzero(over & ~self._known).tolist():
            self._known[number] = True
            if number in curves and number not in self._excluded:
                group = self._groups.setdefault(number, self._group_of(history, number))
                self._members.append((number, group))
                for (name, fold, wanted), table in self._tables.items():
                    if group == wanted:
                        self._enter(table, number, name, fold)

    def _enter(self, table: _Table, number: int, name: str, fold: int) -> None:
        assert self._history is not None
        assert self._curves is not None
        curve = self._curves.get(number)
        losses = self._losses(self._history, curve, name, fold)
        if len(losses.steps):
            is_whole = bool(self._history.state[number] == State.COMPLETE)
            table.add(losses, len(np.unique(curve.folds)) if is_whole else 0, is_whole=is_whole)

    def _losses(self, history: History, curve: Curve, name: str, fold: int) -> ReportedLosses:
        if name not in self._signs:
            self._signs[name] = loss_sign(history, name)
        steps, values = curve.fold(fold, name)
        if len(steps) > 1 and (steps[1:] < steps[:-1]).any():
            order = np.argsort(steps, kind="stable")
            steps, values = steps[order], values[order]
        losses = values if self._signs[name] > 0.0 else -values
        return ReportedLosses(steps, np.where(np.isfinite(losses), losses, np.inf))


def cost_class(history: History, number: int) -> Hashable:
    """What trials must have in common to be compared step by step: about as many steps, and the same schedule.

    A schedule that restarts, or a longer one, crosses others; steps within a factor of two count as equally many.
    """
    names = history.space.names
    words = [name for name in names if name in COST_WORDS or name.endswith("schedule")]
    if not words:
        return ()
    params = history.params(number)
    return tuple(_cost_part(params.get(name)) for name in words)


def _cost_part(value: object) -> Hashable:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return round(math.log2(float(value))) if is_number else str(value)  # type: ignore[arg-type]


def _at(steps: np.ndarray, best: np.ndarray, step: int) -> float:
    until = int(np.searchsorted(steps, step, side="right"))
    return float(best[until - 1]) if until else math.inf


def sorted_quantile(values: Sequence[float], share: float) -> float:
    """The quantile of ascending values, between two of them by interpolation (as numpy's default)."""
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    if values[low] == values[high]:
        return values[low]
    return values[low] + (place - low) * (values[high] - values[low])


def number_words(loss: float) -> str:
    """A loss in a sentence."""
    return f"{loss:.4g}" if math.isfinite(loss) else "not a number"


__all__ = ["Peers", "Running", "cost_class", "number_words", "sorted_quantile"]
