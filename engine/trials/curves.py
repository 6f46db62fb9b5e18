"""Learning curves: what each trial's inner loop reported, step by step and fold by fold, in growing arrays."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np

from engine.events import AnyEvent, StepReported, TrialInterrupted, TrialStarted


class Curve:
    """The records of one trial. Rows come in the order in which they were reported."""

    def __init__(self) -> None:
        self.last_step = 0  # the greatest of all steps
        self._size = 0
        self._steps = np.zeros(16, dtype=np.int64)
        self._folds = np.zeros(16, dtype=np.int16)
        self._records: dict[str, np.ndarray] = {}
        self._last: tuple[int, float] = (-1, np.nan)  # the last loss, and of how many reports

    def __len__(self) -> int:
        return self._size

    @property
    def steps(self) -> np.ndarray:
        """Step numbers, (n,) int64."""
        return self._steps[: self._size]

    @property
    def folds(self) -> np.ndarray:
        """Fold numbers, (n,) int16."""
        return self._folds[: self._size]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the records, in the order in which they first came."""
        return tuple(self._records)

    def values(self, name: str) -> np.ndarray:
        """The record called ``name``, (n,) float; NaN where a report lacked it."""
        return self._records[name][: self._size]

    def fold(self, fold: int, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Steps and values of one fold's record, finite or not, in order; empty where nothing was reported."""
        if name not in self._records:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        rows = self.folds == fold
        return self.steps[rows], self.values(name)[rows]

    @property
    def last_loss(self) -> float:
        """The loss at the step that was reported last, the mean of the folds that came so far; NaN without one."""
        if self._last[0] != self._size:
            name = next((name for name in ("val_loss", "train_loss") if name in self._records), "")
            values = self.values(name)[self.steps == self.steps[-1]] if name and self._size else np.zeros(0)
            self._last = (self._size, float(values.mean()) if len(values) else np.nan)
        return self._last[1]

    def append(self, event: StepReported) -> None:
        """Add one report."""
        if self._size == len(self._steps):
            self._grow()
        row = self._size
        self._steps[row] = event.step
        self._folds[row] = event.fold
        for name, column in self._records.items():
            column[row] = event.records.get(name, np.nan)
        for name, value in event.records.items():
            if name not in self._records:
                self._records[name] = np.full(len(self._steps), np.nan)
                self._records[name][row] = value
        self.last_step = max(self.last_step, event.step)
        self._size += 1  # last: a number that does not fit leaves no row behind

    @classmethod
    def of(cls, steps: np.ndarray, folds: np.ndarray, records: dict[str, np.ndarray]) -> Curve:
        """A curve from whole columns of equal length."""
        curve = cls()
        curve._size = len(steps)
        curve.last_step = int(steps.max(initial=0))
        curve._steps, curve._folds = steps.astype(np.int64), folds.astype(np.int16)
        curve._records = {name: np.array(column, dtype=float) for name, column in records.items()}
        return curve

    def _grow(self) -> None:
        room = max(16, len(self._steps))
        steps = np.concatenate([self._steps, np.zeros(room, dtype=np.int64)])
        folds = np.concatenate([self._folds, np.zeros(room, dtype=np.int16)])
        records = {name: np.concatenate([column, np.full(room, np.nan)]) for name, column in self._records.items()}
        self._steps, self._folds, self._records = steps, folds, records  # all of them, or none


class Curves:
    """The curves of all trials, by number."""

    def __init__(self, curves: Mapping[int, Curve] | None = None) -> None:
        self._by_number = dict(curves or {})

    def __contains__(self, number: int) -> bool:
        return number in self._by_number

    def __len__(self) -> int:
        return len(self._by_number)

    def get(self, number: int) -> Curve:
        """The curve of one trial; an empty one where it reported nothing."""
        return self._by_number.get(number) or Curve()

    def last_steps(self, count: int) -> np.ndarray:
        """The greatest step of each of the first ``count`` trials, (n,) int64; 0 where nothing was reported."""
        steps = np.zeros(count, dtype=np.int64)
        for number, curve in self._by_number.items():
            if number < count:
                steps[number] = curve.last_step
        return steps

    def last_losses(self, count: int) -> np.ndarray:
        """The last loss of each of the first ``count`` trials, (n,) float; NaN where none was reported."""
        losses = np.full(count, np.nan)
        for number, curve in self._by_number.items():
            if number < count:
                losses[number] = curve.last_loss
        return losses

    def newest(self, count: int) -> list[int]:
        """The greatest ``count`` numbers of trials with a curve, ascending."""
        return heapq.nlargest(count, self._by_number)[::-1]

    def longest(self, wanted: np.ndarray) -> int:
        """How many reports the longest curve has among the trials that are ``wanted``, (n,) bool."""
        lengths = (len(curve) for number, curve in self._by_number.items() if number < len(wanted) and wanted[number])
        return max(lengths, default=0)

    def apply(self, event: AnyEvent) -> None:
        """Carry out one event: a report is added, and a trial that starts again starts with an empty curve."""
        if isinstance(event, StepReported):
            self._by_number.setdefault(event.number, Curve()).append(event)
        elif isinstance(event, TrialStarted | TrialInterrupted):
            self._by_number.pop(event.number, None)

    def copy(self) -> Curves:
        """Another collection of the same curves, for another thread; curves of finished trials no longer change."""
        return Curves(self._by_number)
