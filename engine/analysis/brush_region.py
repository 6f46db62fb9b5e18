"""The region that brushes over parallel axes stand for: what *focus here* and *avoid here* are about."""

from __future__ import annotations

from collections.abc import Sequence

from engine.analysis.parallel import Brush, Brushes
from engine.analysis.region import region_of_trials
from engine.space import Categorical, Extent, Hyperparameter
from engine.trials import History


def region_of_brushes(history: History, brushes: Brushes, numbers: Sequence[int]) -> dict[str, Extent]:
    """One brush a hyperparameter is that region itself; else it is the box around the brushed trials ``numbers``.

    So it is for a brush over the score, for several over one axis, and for what is not set. Ranges are rounded to three
    digits. Empty where the region would be the whole space.
    """
    sides: dict[str, Extent] = {}
    for name, parts in brushes.items():
        if not name or len(parts) != 1 or parts[0].not_set or name not in history.space:
            return region_of_trials(history, numbers) if len(numbers) else {}
        side = _side_of(history.space[name], parts[0])
        if side is not None:
            sides[name] = side
    return sides


def _side_of(row: Hyperparameter, brush: Brush) -> Extent | None:
    """What a brush leaves of one hyperparameter, *None* where that is all of it."""
    low, high = brush.ends
    if isinstance(row, Categorical):
        count = len(row.choices)
        chosen = tuple(row.choices[at] for at in range(count) if low - 1e-6 <= (at + 0.5) / count <= high + 1e-6)
        return Extent(choices=chosen) if 0 < len(chosen) < count else None
    if low <= 0.0 and high >= 1.0:
        return None
    ends = [float(f"{float(row.from_unit(place)):.3g}") for place in (low, high)]
    first, last = max(ends[0], float(row.low)), min(ends[1], float(row.high))
    return Extent(first, last) if first <= last else None
