"""What is counted of a column of numbers or times in one pass over its sorted values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_BARS = 20  # of a histogram: a guess
_NINES = frozenset({9.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0})
_FEWEST_ODD, _FEWEST_OTHERS = 2, 5  # guesses: what keeps a single true value from being doubted


@dataclass(frozen=True)
class NumberSummary:
    """How many ``rows`` a column has, how many of them are ``known``, are ``distinct`` and are ``fractions``.

    ``low`` and ``high`` are its ends (0 where nothing is known), ``bars`` how many values lie in each of the equal
    ranges between them; there are none where such ranges cannot be told apart. ``odd_ends`` are numbers such as -999
    that stand far from all others, with how many rows have them: people write those for missing.
    """

    rows: int
    known: int
    distinct: int
    fractions: int
    low: float
    high: float
    bars: tuple[int, ...]
    odd_ends: tuple[tuple[float, int], ...] = ()


def summarize(values: pd.Series) -> NumberSummary:
    """The summary of a column of float64, missing values being NaN."""
    numbers = values.to_numpy(dtype="float64")
    known = np.sort(numbers)  # NaN come last
    known = known[: len(known) - np.count_nonzero(np.isnan(numbers))]
    if not len(known):
        return NumberSummary(len(numbers), 0, 0, 0, 0.0, 0.0, ())
    return NumberSummary(
        rows=len(numbers),
        known=len(known),
        distinct=1 + int(np.count_nonzero(known[1:] > known[:-1])),
        fractions=int(np.count_nonzero(known != np.floor(known))),
        low=float(known[0]),
        high=float(known[-1]),
        bars=_bars(known),
        odd_ends=_odd_ends(known),
    )


def _odd_ends(known: np.ndarray) -> tuple[tuple[float, int], ...]:
    """The least or the greatest number where it is written with nines alone, several rows have it, and it lies farther
    from the others than these lie from each other.
    """
    low, high = float(known[0]), float(known[-1])
    behind, before = np.searchsorted(known, low, side="right"), np.searchsorted(known, high, side="left")
    found = []
    for end, count, others in ((low, behind, known[behind:]), (high, len(known) - before, known[:before])):
        if abs(end) not in _NINES or count < _FEWEST_ODD or len(others) < _FEWEST_OTHERS:
            continue
        gap = min(abs(others[0] - end), abs(others[-1] - end))
        if gap > others[-1] - others[0] > 0:
            found.append((end, int(count)))
    return tuple(found)


def _bars(known: np.ndarray) -> tuple[int, ...]:
    with np.errstate(over="ignore"):
        width = float(known[-1] - known[0])
    # A width that overflows, or is lost in rounding, has no equal ranges.
    if not np.isfinite(width) or width <= 1e-12 * float(np.abs(known[[0, -1]]).max()):
        return ()
    edges = np.linspace(known[0], known[-1], _BARS + 1)
    ends = np.append(np.searchsorted(known, edges[1:-1], side="left"), len(known))
    return tuple(map(int, np.diff(np.concatenate(([0], ends)))))
