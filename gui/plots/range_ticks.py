"""Ticks along a hyperparameter's own range: round numbers at their places in it, or its choices."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.space import Categorical, Hyperparameter
from gui.base.formats import number_text, value_text
from gui.plots.axes import log_tick_text, log_ticks, ticks


class RangeTick(NamedTuple):
    """``unit`` is the place from 0 to 1, ``words`` what stands there."""

    unit: float
    words: str


def range_ticks(hyperparameter: Hyperparameter, wanted: int) -> list[RangeTick]:
    """About so many ticks of a number's range; every choice of a categorical one."""
    if isinstance(hyperparameter, Categorical):
        count = len(hyperparameter.choices)
        return [RangeTick((at + 0.5) / count, value_text(one)) for at, one in enumerate(hyperparameter.choices)]
    low, high = float(hyperparameter.low), float(hyperparameter.high)
    if not high > low:
        return [RangeTick(0.5, number_text(low))]
    whole = hyperparameter.levels is not None and float(low).is_integer() and float(high).is_integer()
    if hyperparameter.log:
        values = log_ticks(math.log10(low), math.log10(high), max(wanted, 2))
        texts = [log_tick_text(value) for value in values]
    else:
        _, values = ticks(low, high, max(wanted, 2), whole=whole)
        texts = [number_text(value, 3) for value in values]
    if len(values) < 2:
        values, texts = [low, high], [number_text(low, 3), number_text(high, 3)]
    units = hyperparameter.to_unit(np.array(values, dtype=float))
    return [RangeTick(float(unit), text) for unit, text in zip(units, texts, strict=True) if -0.01 <= unit <= 1.01]


def thinned(found: list[RangeTick], widths: list[float], room: float, gap: float) -> list[RangeTick]:
    """The ticks whose words (of ``widths``) do not touch in ``room`` pixels, the first one first."""
    kept: list[RangeTick] = []
    end = -math.inf
    for tick, width in zip(found, widths, strict=True):
        middle = tick.unit * room
        if middle - width / 2 >= end + gap:
            kept.append(tick)
            end = middle + width / 2
    return kept
