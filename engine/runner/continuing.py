"""Whether one state of a study can have come of another, or is a different study under its name."""

from __future__ import annotations

import numpy as np

from engine.trials import History, State


def may_become(earlier: History, later: History) -> bool:
    """Whether one study can have gone from ``earlier`` to ``later``: what was over is the same, and nothing is less.

    Directions and constraints may be chosen anew until a trial is over.
    """
    count = len(earlier)
    if count > len(later):
        return False
    over = np.flatnonzero(earlier.state >= State.COMPLETE)
    judged_alike = earlier.directions == later.directions and earlier.constraint_names == later.constraint_names
    if len(over) and not judged_alike:
        return False
    for name in ("state", "scores", "constraints", "started", "seconds") if len(over) else ():
        before, after = getattr(earlier, name)[over], getattr(later, name)[over]
        if not np.array_equal(before, after, equal_nan=name != "state"):
            return False
    if earlier.space == later.space and not earlier.strange:
        before, after = earlier.numbers, later.numbers[:count]
        may_lose = (earlier.state < State.COMPLETE) & (later.state[:count] >= State.COMPLETE)  # what nobody asked for
        return bool(((before == after) | np.isnan(before) | (np.isnan(after) & may_lose[:, None])).all())
    return all(_may_have_become(earlier, later, number) for number in range(count))


def _may_have_become(earlier: History, later: History, number: int) -> bool:
    before, after = earlier.params(number), later.params(number)
    if earlier.state[number] < State.COMPLETE <= later.state[number]:
        before = {name: value for name, value in before.items() if name in after}
    return before.items() <= after.items()
