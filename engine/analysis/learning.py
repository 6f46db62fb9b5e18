"""The inner loop at a glance: what each trial's training reported, step by step, averaged over folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.trials import Curve


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a learning plot can show: its validation record and its training record, where it has both.

    ``name`` is a key, ``title`` what it is called in a word or two, ``axis`` more exactly; a difference (``gap``) is
    validation minus training.
    """

    name: str
    title: str
    validation: str = ""
    train: str = ""
    is_gap: bool = False
    axis: str = ""

    @property
    def records(self) -> tuple[str, ...]:
        """The records that this measure reads, the leading one first."""
        return tuple(name for name in (self.validation, self.train) if name)


MEASURES: tuple[Measure, ...] = (
    Measure("loss", "loss", "val_loss", "train_loss"),
    Measure("score", "score", "val_score", "train_score"),
    Measure("gap", "generalisation gap", "val_loss", "train_loss", is_gap=True),
    Measure("gradient", "gradient norm", train="gradient_norm"),
    Measure("rate", "learning rate", train="learning_rate"),
    Measure("update", "update-to-weight ratio", train="update_ratio"),
)
"""In the order in which a switch offers them."""
MOST_OWN = 8  # records of a script or a program that a switch offers; a guess


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``steps`` (n,) ascending, ``values`` (n,) with NaN where nothing was reported."""

    steps: Array
    values: Array

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def last(self) -> float:
        """The last finite value, NaN where there is none."""
        finite = self.values[np.isfinite(self.values)]
        return float(finite[-1]) if len(finite) else float("nan")


_NOTHING = Line(np.zeros(0), np.zeros(0))


def measures_of(curve: Curve) -> tuple[Measure, ...]:
    """The measures whose records this curve has, in the order of :data:`MEASURES`; a gap needs both its records.

    The value that a script reports alone is one too, and so is every record where nothing else is known of it.
    """
    names = set(curve.names)
    known = tuple(
        measure
        for measure in MEASURES
        if (names >= set(measure.records) if measure.is_gap else names & set(measure.records))
    )
    own = [name for name in curve.names if name == "value" or not known][:MOST_OWN]
    return known + tuple(Measure(f"own_{name}", _record_title(name), name) for name in own)


def _record_title(name: str) -> str:
    return "reported value" if name == "value" else name.replace("_", " ")


def lagging_fold(curve: Curve) -> int | None:
    """The fold that reported last, counted from 0, where others went further; *None* where there is none."""
    if not len(curve):
        return None
    steps, last = curve.steps, int(curve.folds[-1])
    mine = curve.folds == last
    if mine.all() or int(steps[mine].max()) >= int(steps[~mine].max()):
        return None
    return last


def learning_line(curve: Curve, name: str, *, is_complete: bool = False) -> Line:
    """The record ``name`` against the step, averaged over the folds that reported it.

    The fold that is :func:`lagging_fold` is left out: otherwise the mean would jump at the step that it happens to have
    reached. Of a trial that ``is_complete`` every fold counts, for a last one may have ended early by itself.
    """
    if name not in curve.names or not len(curve):
        return _NOTHING
    steps, folds, values = curve.steps, curve.folds, curve.values(name)
    running = None if is_complete else lagging_fold(curve)
    if running is not None:
        steps, values = steps[folds != running], values[folds != running]
    elif bool(np.all(np.diff(steps) > 0)):
        return Line(steps.astype(float), values.copy())
    return _mean_by_step(steps, values)


def running_line(curve: Curve, measure: Measure) -> Line:
    """What the fold that is :func:`lagging_fold` told of a measure: validation, or training where that is all."""
    fold = lagging_fold(curve)
    if fold is None:
        return _NOTHING
    lines = [
        Line(steps.astype(float), values) for steps, values in (curve.fold(fold, name) for name in measure.records)
    ]
    if measure.is_gap:
        return _line_difference(*lines)
    return next((line for line in lines if np.isfinite(line.values).any()), _NOTHING)


def fold_line(curve: Curve, name: str) -> Line:
    """The last value of a record in every fold against the fold's number from 1: for models that learn in one go."""
    if name not in curve.names or not len(curve):
        return _NOTHING
    folds, values = curve.folds, curve.values(name)
    last = {int(fold): float(value) for fold, value in zip(folds, values, strict=True)}
    numbers = sorted(last)
    return Line(np.array(numbers, dtype=float) + 1.0, np.array([last[fold] for fold in numbers]))


def validation_and_train(curve: Curve, measure: Measure, *, is_complete: bool = False) -> tuple[Line, Line]:
    """The validation and the training line of a measure; a gap is one line, in the first place."""
    validation, train = (
        learning_line(curve, name, is_complete=is_complete) if name else _NOTHING
        for name in (measure.validation, measure.train)
    )
    return (_line_difference(validation, train), _NOTHING) if measure.is_gap else (validation, train)


def _line_difference(first: Line, second: Line) -> Line:
    shared, at_first, at_second = np.intersect1d(first.steps, second.steps, assume_unique=True, return_indices=True)
    return Line(shared, first.values[at_first] - second.values[at_second])


def _mean_by_step(steps: Array, values: Array) -> Line:
    known = np.isfinite(values)
    unique, inverse = np.unique(steps, return_inverse=True)
    count = np.bincount(inverse[known], minlength=len(unique))
    total = np.bincount(inverse[known], weights=values[known], minlength=len(unique))
    with np.errstate(invalid="ignore"):
        return Line(unique.astype(float), np.where(count > 0, total / count, np.nan))
