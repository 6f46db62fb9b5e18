"""The shape of a Pareto front: its knee, how it grew, and what of it is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.front import Front, pareto_front
from engine.analysis.title import Title
from engine.trials import History
from engine.wording import counted, listed, score_text

FEWEST = 3  # members from which a front has a knee
STAGES = (0.25, 0.5)
"""Of the trials: moments of which the attained region is drawn beside the present one."""
BEND = 0.05  # of the normalised diagonal that a knee must stand out by; a guess


@dataclass(frozen=True, eq=False)
class FrontShape:
    """A front with all feasible trials ``numbers`` (n,) and their ``scores`` (n, m).

    ``knee`` is the member where giving up a little of one objective gains least of the others, *None* without a bend;
    ``stages`` holds earlier fronts with the number of trials that they rest on.
    """

    front: Front
    numbers: np.ndarray
    scores: np.ndarray
    signs: np.ndarray
    knee: int | None
    stages: tuple[tuple[int, Front], ...]


def front_shape(history: History) -> FrontShape:
    """The front of a study with several objectives."""
    signs = np.array([1.0 if one == "minimize" else -1.0 for one in history.directions])
    numbers = np.flatnonzero(history.eligible)
    front = pareto_front(history)
    stages = []
    for share in STAGES:
        count = int(share * len(history))
        if count and len(numbers) and (numbers < count).any():
            stages.append((count, pareto_front(history.before(count))))
    scores = np.array(history.scores[numbers])
    return FrontShape(front, numbers, scores, signs, _knee(front, signs), tuple(stages))


def attained_steps(front: Front, signs: np.ndarray) -> np.ndarray:
    """The corners (k, 2) of the border of what a front of two objectives has attained, in scores, by the first one."""
    if not len(front.scores):
        return np.zeros((0, 2))
    losses = front.scores * signs
    order = np.argsort(losses[:, 0], kind="stable")
    x, y = np.repeat(losses[order, 0], 2)[1:], np.repeat(losses[order, 1], 2)[:-1]
    return np.asarray(np.column_stack([x, y]) * signs)


def front_title(found: FrontShape, names: tuple[str, ...]) -> Title:
    """How many trials no other beats, and where the front bends."""
    count, total = len(found.front.numbers), len(found.numbers)
    if not count:
        return Title("No feasible trial", "has all its scores yet", "", "text")
    remark = (
        "line: what is attained; paler: after a quarter and half of the trials"
        if len(names) == 2
        else "filled: on the front"
    )
    subject = f"{counted(count, 'trial')} of {total:,}" if total > 1 else "The only trial"
    verb = "is" if count == 1 else "are"
    if found.knee is None:
        return Title(subject, f"{verb} beaten by none in {listed(list(names))}", remark)
    at = int(np.flatnonzero(found.front.numbers == found.knee)[0])
    scores = ", ".join(f"{name} {score_text(float(v))}" for name, v in zip(names, found.front.scores[at], strict=True))
    return Title(subject, f"{verb} beaten by none; the front bends at trial {found.knee}: {scores}", remark)


def _knee(front: Front, signs: np.ndarray) -> int | None:
    """The member farthest from the plane through the extremes, in normalised losses (Das 1999)."""
    losses = front.scores * signs
    if len(losses) < FEWEST:
        return None
    low, high = losses.min(axis=0), losses.max(axis=0)
    if not np.isfinite(high - low).all() or (high <= low).any():
        return None
    inside = ((high - losses) / (high - low)).sum(axis=1) - 1.0  # the plane through the unit points
    at = int(np.argmax(inside))
    extremes = set(np.argmin(losses, axis=0).tolist())
    return int(front.numbers[at]) if inside[at] > BEND and at not in extremes else None
