"""What inputs and settings have to be, each refusal one sentence on what is wrong and one on how to mend it."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.learners.faults import BadInput

Array = np.ndarray[Any, Any]


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


def at_least(what: str, value: Any, low: float, *, whole: bool = False) -> None:
    """Raise :class:`BadInput` where a setting is no number, less than ``low``, or not whole although it should be."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not value >= low or (whole and int(value) != value):
        raise BadInput(f"{what} is {value!r}.", f"Give a {'whole ' if whole else ''}number of at least {low}.")


def without_zero_weights(X: Array, y: Array, w: Array) -> tuple[Array, Array, Array]:
    """Rows whose weight is above 0; raises :class:`BadInput` for a negative weight, and where none is left."""
    if np.any(w < 0):
        raise BadInput("A sample weight is negative.", "Give weights of 0 or more.")
    used = w > 0
    if not used.any():
        raise BadInput("Every sample weight is 0.", "Give at least one row a weight above 0.")
    return (X, y, w) if used.all() else (X[used], y[used], w[used])
