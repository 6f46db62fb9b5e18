"""Where the next minute is better spent: more trials, more steps for the best one, or more and shorter trials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.analysis.forecast import Forecast, forecast
from engine.analysis.learning import Line, learning_line
from engine.analysis.pace import seconds_per_trial
from engine.trials import Curves, History, State

Kind = Literal["trials", "steps", "shorter"]
MORE = 0.25  # of the finished trials: how many more are weighed, in fives; a guess
FEWEST, MOST = 5, 50  # more trials than these are never weighed at once
LAST = 5  # part of a curve, its last fifth, that tells how it goes on (pages.md 2.1); at least three steps
LEADERS = 5  # trials whose order must have settled before trials may be cut shorter
FITTED = (1.01, 0.56, -6.96)
"""Of the chance that more steps lower a curve: constant, by its trend, by the share of steps since it was lowest.
Logistic regression over 870 losses and scores of networks on five tables (``python -m tests.campaigns.more_steps``),
where each table was predicted from the four others: said .02 .16 .29 .47 .72 .86, came .04 .14 .30 .49 .50 .90."""
SEVERAL = "several objectives have no one best score"
LITTLE = 0.05  # a chance below which something is not worth it


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to spend time. ``count`` more trials, or that many steps; ``step`` at which shorter trials would end.

    ``chance`` of a better score is *None* where nothing supports a number; ``reason`` then says why. It is that of a
    lower loss where the model does not report the study's own score (``is_of_score`` false). ``seconds`` is *None*
    where no trial has told the pace.
    """

    kind: Kind
    count: int
    chance: float | None
    seconds: float | None
    reason: str
    trial: int | None = None
    step: int | None = None
    is_of_score: bool = True


@dataclass(frozen=True, slots=True)
class NextMinute:
    """The choices there are, and the one with the highest known chance of a better score (*None*: none is known)."""

    choices: tuple[Choice, ...]
    best: Kind | None
    forecast: Forecast


def next_minute(
    history: History, curves: Curves, step_name: str, *, learns: bool, reports_score: bool, now: float
) -> NextMinute:
    """What could be done next, each with its chance and cost.

    ``step_name`` is what a step of the model is, empty for one without; ``learns`` whether the strategy learns from
    scores, ``reports_score`` whether the model reports the study's own score step by step; ``now`` in seconds since
    1970.
    """
    finished = len(history.where(State.COMPLETE, State.PRUNED, State.FAILED))
    more = min(MOST, max(FEWEST, FEWEST * round(MORE * finished / FEWEST)))
    pace = seconds_per_trial(history, now)
    found = forecast(history, more, pace, learns=learns)
    has_one = len(history.directions) == 1
    chance = found.chance if has_one else None
    why = "" if chance is not None else "too few trials to tell" if has_one else SEVERAL
    choices = [Choice("trials", more, chance, found.seconds, why)]
    best = history.best_number() if has_one else None
    if step_name == "epoch" and best is not None:
        choices += [_more_steps(history, curves, best, reports_score), *_shorter(history, curves, best, more, pace)]
    known = [one for one in choices if one.chance is not None and one.is_of_score]
    first = max(known, key=lambda one: one.chance or 0.0, default=None)
    return NextMinute(tuple(choices), None if first is None else first.kind, found)


def _more_steps(history: History, curves: Curves, best: int, reports_score: bool) -> Choice:
    line = _loss(curves, best)
    scores = learning_line(curves.get(best), "val_score", is_complete=True)
    is_of_score = reports_score and len(scores) > 0
    if is_of_score:
        sign = 1.0 if history.directions[0] == "minimize" else -1.0
        line = Line(scores.steps, sign * scores.values)
    steps = int(line.steps[-1]) if len(line) else 0
    seconds = float(history.seconds[best])
    cost = seconds if math.isfinite(seconds) else None  # as many again take as long again
    chance = chance_of_lower(line)
    what = "score" if is_of_score else "loss"
    reason = f"its {what} was not reported" if chance is None else ""
    if chance is not None and chance < LITTLE:
        at_best = int(line.steps[int(np.nanargmin(line.values))])
        reason = f"its {what} was best at epoch {at_best:,}"
    return Choice("steps", steps, chance, cost, reason, best, is_of_score=is_of_score)


def chance_of_lower(line: Line) -> float | None:
    """The chance that a curve that goes on for as many steps again ends lower than it has ever been.

    Told from how long ago it was lowest, and from the straight line through its last fifth over the logarithm of the
    step, carried on to twice the steps, against the residuals of that line. *None* for fewer than six steps.
    """
    found = curve_features(line)
    if found is None:
        return None
    constant, by_trend, by_wait = FITTED
    return 1.0 / (1.0 + math.exp(-(constant + by_trend * found[0] + by_wait * found[1])))


def curve_features(line: Line) -> tuple[float, float] | None:
    """Of a curve: how far its trend leads below its lowest value, between -pi/2 and pi/2, and the share of steps since.

    *None* for fewer than six steps.
    """
    finite = np.isfinite(line.values)
    values, steps = line.values[finite], line.steps[finite]
    if len(values) < 6:
        return None
    count = max(3, len(values) // LAST)
    x, y = np.log(steps[-count:]), values[-count:]
    around = x - x.mean()
    slope = float(around @ y / (around @ around))
    residuals = y - y.mean() - slope * around
    noise = math.sqrt(float(residuals @ residuals) / max(1, count - 2))
    ahead = -slope * math.log(2.0) - (float(y[-1]) - float(values.min()))
    since = (len(values) - 1 - int(np.argmin(values))) / len(values)
    whole = abs(float(values[0] - values.min())) or 1.0
    return math.atan(ahead / (3.0 * (noise + 1e-9 * whole))), since


def _shorter(history: History, curves: Curves, best: int, more: int, pace: float | None) -> list[Choice]:
    """More trials of fewer epochs, where the order of the leaders settles before the end."""
    whole = int(_loss(curves, best).steps[-1]) if len(_loss(curves, best)) else 0
    step = settled_at([_loss(curves, number) for number in leaders(history)])
    if step is None or not 0 < step <= whole // 2:
        return []
    count = FEWEST * max(1, round(more * whole / step / FEWEST))
    cost = None if pace is None else pace * count * step / whole
    return [Choice("shorter", count, None, cost, "no trial was run this short", step=step)]


def leaders(history: History) -> list[int]:
    """The best trials, the best first."""
    eligible = np.flatnonzero(history.eligible & np.isfinite(history.score))
    return [int(one) for one in eligible[np.argsort(history.losses[eligible], kind="stable")][:LEADERS]]


def settled_at(lines: list[Line]) -> int | None:
    """The first step from which these losses keep their order to the end; *None* where they are fewer than three."""
    lines = [line for line in lines if len(line)]
    if len(lines) < 3:
        return None
    last = min(len(line) for line in lines)
    table = np.array([line.values[:last] for line in lines])
    orders = np.argsort(table, axis=0, kind="stable")
    changed = np.flatnonzero(np.any(orders != orders[:, -1:], axis=0))
    place = int(changed[-1]) + 1 if len(changed) else 0
    return int(lines[0].steps[min(place, last - 1)])


def _loss(curves: Curves, number: int) -> Line:
    curve = curves.get(number)
    line = learning_line(curve, "val_loss", is_complete=True)
    return line if len(line) else learning_line(curve, "train_loss", is_complete=True)
