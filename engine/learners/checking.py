"""What inputs and settings have to be, each refusal one sentence on what is wrong and one on how to mend it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.learners.faults import BadInput
from engine.optimizers import Minimizer, Optimizer
from engine.optimizers.schedules import Constant, Schedule


def finite(X: Array, dtype: Any) -> None:
    """Raise :class:`BadInput` where ``X`` (n, D) holds what is no finite number in ``dtype``."""
    largest = np.finfo(dtype).max
    if max(X.max(), -X.min()) <= largest:  # false for NaN too
        return
    row, column = np.argwhere(~(np.abs(X) <= largest))[0].tolist()
    place, value = f"X[{row}, {column}]", float(X[row, column])
    if np.isfinite(value):
        raise BadInput(
            f"The input {place} is {value:g}, which is too large for {np.dtype(dtype).name}.",
            "Scale the columns, or choose the number format float64.",
        )
    word = "NaN" if np.isnan(value) else "infinity"
    raise BadInput(f"The input {place} is {word}.", "Fill in what is missing, or leave out the row or column.")


def numbers(y: Array) -> None:
    """Raise :class:`BadInput` where a target to predict as a number holds text."""
    if y.dtype.kind in "USO":
        raise BadInput(f"The target holds text, such as {y.flat[0]!s}.", "Give numbers, or choose classification.")


def encoded_data(Y: Array, dtype: Any) -> Array:
    """Coded targets (n, C) in ``dtype``, contiguous; raises :class:`BadInput` where one is too large for it."""
    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(Y, dtype)
    if not np.isfinite(found).all():
        raise BadInput(
            f"A number to predict is too large for {np.dtype(dtype).name}.",
            "Scale the target, or choose the number format float64.",
        )
    return found


def settings(given: Mapping[str, object]) -> None:
    """Raise :class:`BadInput` for the first of these settings, by name, that no model can be trained with."""
    for name, value in given.items():
        if name in RULES:
            RULES[name](value)


def callbacks(callback: object, each: object) -> None:
    """Raise :class:`BadInput` where ``callback`` cannot be called, or ``each`` is no pair (n, function)."""
    if callback is not None and not callable(callback):
        raise BadInput(f"The callback is {callback!r}.", "Give a function of the epoch and its records.")
    if each is None:
        return
    if not isinstance(each, tuple | list) or len(each) != 2 or not callable(each[1]):
        raise BadInput(f"What to call between epochs is {each!r}.", "Give a pair: a number of steps and a function.")
    _at_least("The number of steps between calls", 1, whole=True)(each[0])


def together(optimizer: Optimizer, schedule: Schedule, clip: float | None, dropout: float) -> None:
    """Raise :class:`BadInput` for what only means something with steps, where the optimizer is a minimizer."""
    if not isinstance(optimizer, Minimizer):
        return
    name, otherwise = optimizer.title, "or choose an optimizer that takes steps, such as Adam."
    if dropout > 0.0:
        raise BadInput(f"{name} cannot train with dropout.", f"Set dropout to 0, {otherwise}")
    if clip is not None:
        raise BadInput(f"{name} cannot train with clipped gradients.", f"Set clip to None, {otherwise}")
    if not isinstance(schedule, Constant):
        raise BadInput(f"{name} has no learning rate to schedule.", f"Set the schedule to constant, {otherwise}")


def _at_least(what: str, low: float, *, whole: bool = False, optional: bool = False) -> Callable[[Any], None]:
    def check_value(value: Any) -> None:
        if optional and value is None:
            return
        if not _is_number(value) or not low <= value < math.inf or (whole and int(value) != value):
            finite = "finite " if _is_number(value) and value == math.inf else ""
            remedy = f"Give a {finite}{'whole ' if whole else ''}number of at least {low}"
            raise BadInput(f"{what} is {value!r}.", f"{remedy}, or None." if optional else f"{remedy}.")

    return check_value


def _share_rule(what: str, *, zero: bool) -> Callable[[Any], None]:
    def check_value(value: Any) -> None:
        if not _is_number(value) or not 0 <= value < 1 or (value == 0 and not zero):
            span = "from 0 up to, but not, 1" if zero else "between 0 and 1"
            raise BadInput(f"{what} is {value!r}.", f"Give a share {span}.")

    return check_value


def _switch_rule(what: str) -> Callable[[Any], None]:
    def check_value(value: Any) -> None:
        if not isinstance(value, bool | np.bool_):
            raise BadInput(f"{what} is {value!r}.", "Give True or False.")

    return check_value


def _one_of(what: str, *choices: str) -> Callable[[Any], None]:
    def check_value(value: Any) -> None:
        if str(value) not in choices:
            raise BadInput(f"{what} is {value!r}.", f"Choose {' or '.join(choices)}.")

    return check_value


def _clip_rule(value: Any) -> None:
    if value is not None and not (_is_number(value) and value > 0):
        raise BadInput(f"Gradients cannot be clipped to {value!r}.", "Give a number above 0, or None.")


def _hidden_rule(value: object) -> None:
    for width in np.atleast_1d(np.asarray(value, dtype=object)):
        if not isinstance(width, int | np.integer) or isinstance(width, bool) or width < 1:
            raise BadInput(f"A hidden layer has {width!r} units.", "Give each layer at least one unit.")


def _class_weight(value: object) -> None:
    if value is None or (isinstance(value, str) and value == "balanced"):
        return
    if not isinstance(value, Mapping):
        raise BadInput(f"The class weight is {value!r}.", "Give balanced, or a weight for each class by its name.")
    for name, weight in value.items():
        if not _is_number(weight) or not 0 <= weight < math.inf:
            raise BadInput(f"The weight of class {name} is {weight!r}.", "Give a finite number of at least 0.")


def _random_state(value: object) -> None:
    if value is not None and not isinstance(value, int | np.integer | np.random.RandomState):
        raise BadInput(f"The random state is {value!r}.", "Give a whole number, a NumPy RandomState, or None.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


RULES: dict[str, Callable[[Any], None]] = {
    "hidden": _hidden_rule,
    "task": _one_of("The task", "classification", "regression"),
    "batch_size": _at_least("The batch size", 1, whole=True, optional=True),
    "epochs": _at_least("Epochs", 1, whole=True),
    "l1": _at_least("The L1 penalty", 0),
    "l2": _at_least("The L2 penalty", 0),
    "dropout": _share_rule("Dropout", zero=True),
    "clip": _clip_rule,
    "class_weight": _class_weight,
    "early_stopping": _switch_rule("Early stopping"),
    "tol": _at_least("The tolerance", 0),
    "warm_start": _switch_rule("Whether to go on from earlier weights"),
    "patience": _at_least("Patience", 1, whole=True),
    "validation_fraction": _share_rule("The share of rows held out", zero=False),
    "scale_target": _switch_rule("Whether to scale the target"),
    "histograms_every": _at_least("The number of epochs between histograms", 0, whole=True),
    "dtype": _one_of("The number format", "float32", "float64"),
    "random_state": _random_state,
}
"""What each setting has to be, by its name; optimizers, schedules and activations are looked up instead."""


def without_zero_weights(X: Array, y: Array, w: Array) -> tuple[Array, Array, Array]:
    """Rows whose weight is above 0; raises :class:`BadInput` for a negative weight, and where none is left."""
    if np.any(w < 0):
        raise BadInput("A sample weight is negative.", "Give weights of 0 or more.")
    used = w > 0
    if not used.any():
        raise BadInput("Every sample weight is 0.", "Give at least one row a weight above 0.")
    return (X, y, w) if used.all() else (X[used], y[used], w[used])


def some_weight(w: Array, which: str = "") -> Array:
    """``w`` itself; raises :class:`BadInput` where every row has the weight 0."""
    if not np.any(w):
        raise BadInput(f"Every row {which}has the weight 0.", "Give more rows, or more classes, a weight above 0.")
    return w
