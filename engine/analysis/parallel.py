"""Every trial as a line over parallel axes, which of them a brush takes in, and how dense lines are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.progress import robust_range
from engine.analysis.snapshot import Snapshot
from engine.space import Categorical, SearchSpace
from engine.trials import State

BEST = 0.18  # of the scored trials that are brushed before a person brushes any: as in the drawing, 11 of 60
MOST_BEST = 100  # of them, so that single lines can still be seen: a guess
BINS = 96  # of each axis in the density of many lines: a guess
COLUMNS = 48  # of the density between two axes: a guess


@dataclass(frozen=True, slots=True)
class Brush:
    """A part of one axis, from ``low`` to ``high`` (places from 0 to 1), or the trials in which it is not set."""

    low: float = 0.0
    high: float = 1.0
    not_set: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends, ascending."""
        return min(self.low, self.high), max(self.low, self.high)


Brushes = Mapping[str, tuple[Brush, ...]]
"""By axis; several of one axis are joined, those of several axes intersect. The score's axis goes by ``""``."""


@dataclass(frozen=True, eq=False)
class Parallel:
    """``names`` are the axes from left to right, the score's not among them; ``numbers`` (n,) the trials.

    ``places`` (n, k + 1) float32 are from 0 to 1, NaN where a hyperparameter is not set, the score's last: better is
    higher, and what is worse than ``bounds`` lies at its lower end. ``failed`` (n,) and ``scores`` (n,) say the rest.
    """

    names: tuple[str, ...]
    numbers: np.ndarray
    places: np.ndarray
    scores: np.ndarray
    failed: np.ndarray
    bounds: tuple[float, float]
    minimize: bool
    is_clipped: bool

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> int:
        """Where an axis stands; the score's is ``""``."""
        return len(self.names) if not name else self.names.index(name)

    def score_at(self, place: float) -> float:
        """The score at a place of its axis."""
        low, high = self.bounds
        return high - place * (high - low) if self.minimize else low + place * (high - low)

    def in_order(self, names: Sequence[str]) -> Parallel:
        """The same with its axes in another order."""
        columns = [*(self.names.index(name) for name in names), len(self.names)]
        return Parallel(
            tuple(names),
            self.numbers,
            np.ascontiguousarray(self.places[:, columns]),
            self.scores,
            self.failed,
            self.bounds,
            self.minimize,
            self.is_clipped,
        )


def parallel(snapshot: Snapshot, order: Iterable[str] = ()) -> Parallel:
    """The trials shown that have a score or failed; ``order`` names axes that come first, as by their importance.

    A conditional hyperparameter stands right of what it depends on.
    """
    history = snapshot.history
    numbers = np.sort(np.concatenate([snapshot.scored, snapshot.failed]))
    failed = history.state[numbers] == State.FAILED
    names = axis_order(history.space, order)
    columns = [history.space.names.index(name) for name in names]
    scores = history.score[numbers]
    found = robust_range(history.score[snapshot.scored], snapshot.minimize) if len(snapshot.scored) else None
    low, high = found or (0.0, 1.0)
    if not high > low:
        low, high = low - 0.5, high + 0.5
    share = (scores - low) / (high - low)
    share = np.clip(1.0 - share if snapshot.minimize else share, 0.0, 1.0)
    places = np.empty((len(numbers), len(names) + 1), dtype=np.float32)
    places[:, :-1] = np.clip(history.unit[numbers][:, columns], 0.0, 1.0)
    places[:, -1] = np.where(failed, np.nan, share)
    worst = scores[~failed]
    clipped = bool(len(worst)) and bool((worst > high).any() if snapshot.minimize else (worst < low).any())
    return Parallel(names, numbers, places, scores, failed, (low, high), snapshot.minimize, clipped)


def axis_order(space: SearchSpace, order: Iterable[str] = ()) -> tuple[str, ...]:
    """All hyperparameters that vary, those of ``order`` first, each right of those that it depends on."""
    wanted = [name for name in dict.fromkeys([*order, *space.names]) if name in space and space[name].levels != 1]
    placed: list[str] = []

    def put(name: str) -> None:
        if name in placed:
            return
        for parent in space[name].when or {}:
            if parent in wanted:
                put(parent)
        placed.append(name)

    for name in wanted:
        put(name)
    return tuple(placed)


def best_brush(found: Parallel) -> dict[str, tuple[Brush, ...]]:
    """The best trials as a brush over the score; none where there are too few to brush some of."""
    known = np.sort(found.places[~found.failed, -1])
    if len(known) < 4:
        return {}
    count = min(max(2, round(BEST * len(known))), MOST_BEST)
    cut = float(known[-count])
    below = known[known < cut]
    low = cut if not len(below) else (cut + float(below[-1])) / 2
    return {"": (Brush(low, 1.0),)} if low > 0.0 else {}


def brushed(found: Parallel, brushes: Brushes) -> np.ndarray:
    """Which trials the brushes take in, (n,) bool; none without a brush."""
    if not brushes:
        return np.zeros(len(found), dtype=bool)
    inside = np.ones(len(found), dtype=bool)
    for name, parts in brushes.items():
        places = found.places[:, found.column(name)]
        known = np.isfinite(places)
        mask = np.zeros(len(found), dtype=bool)
        for part in parts:
            low, high = part.ends
            mask |= ~known if part.not_set else known & (places >= low - 1e-6) & (places <= high + 1e-6)
        inside &= mask
    return inside


def snapped(space: SearchSpace, name: str, brush: Brush) -> Brush:
    """A brush over choices takes whole choices in."""
    rule = space[name] if name else None
    if not isinstance(rule, Categorical) or brush.not_set:
        return brush
    low, high = brush.ends
    count = len(rule.choices)
    first, last = (int(np.clip(np.floor(end * count), 0, count - 1)) for end in (low, high))
    return Brush(first / count, (last + 1) / count)


def density(found: Parallel) -> np.ndarray:
    """How many lines pass each place between the axes, (BINS, COLUMNS * (axes - 1)); row 0 is the lower end.

    Lines are counted by the bins in which they begin and end, so that a hundred thousand cost as much as ten thousand.
    """
    axes = found.places.shape[1]
    known = np.isfinite(found.places)
    bins = np.where(known, np.minimum((np.nan_to_num(found.places) * BINS).astype(int), BINS - 1), -1)
    picture = np.zeros((BINS, COLUMNS * (axes - 1)), dtype=np.float32)
    share = (np.arange(COLUMNS) + 0.5) / COLUMNS
    for axis in range(axes - 1):
        both = (bins[:, axis] >= 0) & (bins[:, axis + 1] >= 0)
        counts = np.bincount(bins[both, axis] * BINS + bins[both, axis + 1], minlength=BINS * BINS)
        pairs = np.flatnonzero(counts)
        begins, ends = pairs // BINS, pairs % BINS
        rows = np.rint(begins[:, None] + (ends - begins)[:, None] * share).astype(int)
        places = rows * COLUMNS + np.arange(COLUMNS)
        block = np.bincount(places.ravel(), weights=np.repeat(counts[pairs], COLUMNS), minlength=BINS * COLUMNS)
        picture[:, axis * COLUMNS : (axis + 1) * COLUMNS] = block.reshape(BINS, COLUMNS)
    return picture
