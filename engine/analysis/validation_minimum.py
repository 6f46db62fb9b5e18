"""Where a validation loss was lowest, and what it did afterwards: whether training went on too long or ended early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.analysis.learning import Line
from engine.arrays import Array

Trend = Literal["overfits", "rises", "falls", "level"]

FEWEST = 5  # of fewer losses nothing is said: a guess
NOISES = 4.0  # how many standard deviations of the noise a rise must exceed: a guess
LEAST_RISE = 0.05  # of the lowest loss: less is no matter, a guess
LEAST_FALL = 0.01  # over the last tenth of training: less is an end, a guess


@dataclass(frozen=True, slots=True)
class ValidationMinimum:
    """The lowest finite loss, ``value`` at ``step``, and the ``last`` one.

    ``trend`` is ``overfits`` where the loss rose after it by more than its noise while the training loss did not,
    ``rises`` where that rose as well or is not known, ``falls`` where the end still goes down, otherwise ``level``.
    """

    step: int
    value: float
    last: float
    trend: Trend

    @property
    def is_rising(self) -> bool:
        """Whether the loss rose after it by more than its noise: elsewhere the lowest point is chance."""
        return self.trend in {"overfits", "rises"}


def validation_minimum(validation: Line, train: Line) -> ValidationMinimum | None:
    """The lowest point of ``validation``; *None* where fewer than five losses are finite.

    Levels are medians over a tenth of the steps, around the lowest one and at the end, of logarithms where all losses
    are positive. The noise is a robust standard deviation of second differences, in which a steady fall or rise cancels
    (Hall, Kay and Titterington 1990, Biometrika 77, difference sequences). A single low or high value is no trend.
    """
    steps, y = _finite_part(validation)
    if len(y) < FEWEST:
        return None
    at = int(np.argmin(y))
    return ValidationMinimum(int(steps[at]), float(y[at]), float(y[-1]), _trend_after(steps, y, at, train))


def _trend_after(steps: Array, y: Array, at: int, train: Line) -> Trend:
    wide = max(1, min(3, len(y) // 4), len(y) // 10)
    scale = 1.0 if y.min() > 0.0 else float(np.ptp(y))  # where there is no logarithm, a share of the range
    levels = np.log(y) if y.min() > 0.0 else y
    noise = 1.4826 * float(np.median(np.abs(np.diff(levels, 2)))) / np.sqrt(6.0)
    end = float(np.median(levels[-wide:]))
    rise = end - float(np.median(levels[max(0, at - wide // 2) : at + wide // 2 + 1]))
    if at < len(y) - wide and rise > max(NOISES * noise, LEAST_RISE * scale):
        return "overfits" if _learns_on(train, int(steps[at])) else "rises"
    before = float(np.median(levels[-2 * wide : -wide]))
    if at >= len(y) - wide and before - end > max(NOISES * noise / np.sqrt(wide), LEAST_FALL * scale):
        return "falls"
    return "level"


def _learns_on(train: Line, step: int) -> bool:
    """Whether the training loss is no higher at the end than at a step."""
    steps, y = _finite_part(train)
    wide = max(1, min(3, len(y) // 4), len(y) // 10)
    near = y[np.abs(steps - step) <= wide // 2]
    return bool(len(near)) and float(np.median(y[-wide:])) <= float(np.median(near))


def _finite_part(line: Line) -> tuple[Array, Array]:
    finite = np.isfinite(line.values)
    return line.steps[finite], line.values[finite]
