"""Cuts in time that never part equal times; stands alone, since its source becomes part of exported scripts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def cuts_in_time(times: np.ndarray, places: Sequence[int]) -> list[int]:
    """``places`` in sorted ``times``, each moved to the nearest change of time (the earlier of two), all different.

    There must be as many changes as places. Where no times are equal the places stay as they are.
    """
    changes = np.flatnonzero(times[1:] != times[:-1]) + 1
    found, last = [], -1
    for number, place in enumerate(places):
        nearest = int(np.abs(changes - place).argmin())
        last = min(max(nearest, last + 1), len(changes) - len(places) + number)
        found.append(int(changes[last]))
    return found


def past_of(times: np.ndarray, cut: int, gap: float) -> int:
    """How many of the sorted ``times`` lie before the one at ``cut`` by more than nothing and at least ``gap``.

    A model that is judged from ``cut`` on may train on these; with a gap of 7 days those of the last 7 days are left.
    """
    return min(cut, int(np.searchsorted(times, times[cut] - gap, side="left")))


def folds_in_time(times: np.ndarray, folds: int, gap: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions in sorted ``times`` that train and that judge: the past of each of ``folds`` equal parts, and the part.

    As :class:`sklearn.model_selection.TimeSeriesSplit` does, but for equal times, which stay together.
    """
    size = len(times) // (folds + 1)
    cuts = cuts_in_time(times, [len(times) - (folds - number) * size for number in range(folds)])
    ends = [*cuts[1:], len(times)]
    return [(np.arange(past_of(times, cut, gap)), np.arange(cut, end)) for cut, end in zip(cuts, ends, strict=True)]
