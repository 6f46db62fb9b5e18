"""Failed and useless trials: how they ended, under which conditions, and what a limit would cost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from engine.analysis.failure_rule import Condition, FailureRule, meets_conditions, outcome_rule
from engine.space import Categorical
from engine.trials import Curves, History, State

KINDS = ("diverged", "too slow", "out of memory", "error")
USELESS_DEVIATIONS = 3.0  # robust deviations below the median from which a score is useless (pages.md 1.5)
USELESS_SHARE = 0.05  # of the scored trials at most, where guessing is not known (pages.md 1.5)
# Up to three rules are looked for, so each may come of chance less often: together in under 5 % of studies.
CHANCE_OF_RULE, CHANCE_OF_ANOTHER = 0.015, 0.01
ROBUST = 1.4826  # of the median absolute deviation: the standard deviation of a normal distribution

_STEP = re.compile(r"update ([\d,]+)(?: \(epoch (\d+)\))?")


@dataclass(frozen=True, slots=True)
class FailedTrial:
    """How a trial failed: its ``kind``, the first failing ``epoch`` and ``update`` where known, its own ``reason``."""

    number: int
    kind: str
    epoch: int | None
    update: int | None
    reason: str
    is_inside: bool


@dataclass(frozen=True, slots=True)
class LimitCost:
    """What leaving out the trials that meet a condition loses: of ``ended`` complete ones the ``best`` has ``score``.

    ``rank`` is its place among all scored trials, from 1; so many less one better ones lie elsewhere. *None* where no
    trial there is complete.
    """

    condition: Condition
    ended: int
    best: int | None
    score: float | None
    rank: int | None


@dataclass(frozen=True, eq=False)
class Failures:
    """What is known of the failures of one study.

    ``rule`` tells the failed trials of the commonest ``kind`` (or of all, where that is not so telling), ``trials`` are
    all failed ones. ``useless`` are complete trials whose score is no better than ``floor``, with a rule of their own.
    ``cost`` is that of the first condition of ``rule`` that can be made a limit.
    """

    finished: int
    trials: tuple[FailedTrial, ...]
    kind: str
    rule: FailureRule | None
    useless: np.ndarray
    floor: float | None
    useless_rule: FailureRule | None
    cost: LimitCost | None

    @property
    def left_over(self) -> tuple[FailedTrial, ...]:
        """Failed trials that the rule does not explain; none where there is no rule."""
        return tuple(one for one in self.trials if not one.is_inside) if self.rule is not None else ()


def failures_of(history: History, curves: Curves, floor: float | None = None) -> Failures:
    """Everything of a study's failures; ``floor`` is the score of guessing, where that is known."""
    finished = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
    failed = history.where(State.FAILED)
    told = [_failed_trial(history, curves, number) for number in failed.tolist()]
    counts = Counter(one.kind for one in told)
    kind = counts.most_common(1)[0][0] if counts else ""
    useless, floor = _useless(history, floor)
    rule = outcome_rule(history, failed, chance=CHANCE_OF_RULE)
    if rule is None and len(counts) > 1:
        rule = outcome_rule(
            history, np.array([one.number for one in told if one.kind == kind]), chance=CHANCE_OF_ANOTHER
        )
    inside = np.zeros(len(history), dtype=bool) if rule is None else meets_conditions(history, rule.conditions)
    scored = history.where(State.COMPLETE)
    return Failures(
        finished=len(finished),
        trials=tuple(_placed(one, bool(inside[one.number])) for one in told),
        kind=kind,
        rule=rule,
        useless=useless,
        floor=floor,
        useless_rule=outcome_rule(history, useless, among=scored, chance=CHANCE_OF_ANOTHER) if len(useless) else None,
        cost=_cost(history, rule),
    )


def limiting_condition(rule: FailureRule | None) -> Condition | None:
    """The condition of a rule that a limit can be made of: a bound of a number, else a choice that can be left out."""
    if rule is None:
        return None
    bounds = [one for one in rule.conditions if not one.choices and (one.low is None) != (one.high is None)]
    choices = [one for one in rule.conditions if one.choices]
    return next(iter(bounds + choices), None)


def _failed_trial(history: History, curves: Curves, number: int) -> FailedTrial:
    reason = str(history.notes(number).get("reason", ""))
    lower = reason.lower()
    if "diverged" in lower or "finite" in lower or "nan" in re.findall(r"[a-z]+", lower):
        kind = "diverged"
    elif "took longer than" in lower or "timed out" in lower or "timeout" in lower:
        kind = "too slow"
    elif "memory" in lower:
        kind = "out of memory"
    else:
        kind = "error"
    found = _STEP.search(reason)
    update = int(found.group(1).replace(",", "")) if found else None
    epoch = int(found.group(2)) if found and found.group(2) else None
    if epoch is None:
        curve = curves.get(number)
        epoch = int(curve.steps.max()) + 1 if len(curve) else None
    return FailedTrial(number, kind, epoch, update, reason, is_inside=False)


def _placed(one: FailedTrial, is_inside: bool) -> FailedTrial:
    return FailedTrial(one.number, one.kind, one.epoch, one.update, one.reason, is_inside)


def _useless(history: History, floor: float | None) -> tuple[np.ndarray, float | None]:
    """Complete trials no better than guessing; where that is not known, the few that lie far below all others."""
    numbers = history.where(State.COMPLETE)
    numbers = numbers[np.isfinite(history.score[numbers])]
    losses = history.losses[numbers]
    if floor is not None:
        sign = 1.0 if history.directions[0] == "minimize" else -1.0
        return numbers[losses >= sign * floor], floor
    if len(numbers) < 1 / USELESS_SHARE:
        return numbers[:0], None
    middle = float(np.median(losses))
    deviation = ROBUST * float(np.median(np.abs(losses - middle)))
    most = int(USELESS_SHARE * len(numbers))
    worst = np.argsort(-losses, kind="stable")[:most]
    far = worst[losses[worst] > middle + USELESS_DEVIATIONS * deviation] if deviation > 0.0 else worst[:0]
    if not len(far):
        return numbers[:0], None
    return np.sort(numbers[far]), float(history.score[numbers[far]][np.argmin(losses[far])])


def _cost(history: History, rule: FailureRule | None) -> LimitCost | None:
    condition = limiting_condition(rule)
    if condition is None:
        return None
    eligible = np.flatnonzero(history.eligible)
    inside = eligible[meets_conditions(history, (condition,))[eligible]]
    if not len(inside):
        return LimitCost(condition, 0, None, None, None)
    best = int(inside[np.argmin(history.losses[inside])])
    rank = int((history.losses[eligible] < history.losses[best]).sum()) + 1
    return LimitCost(condition, len(inside), best, float(history.score[best]), rank)


def limited_bound(history: History, condition: Condition) -> object:
    """The bound of a numeric condition, rounded to two digits towards the side where trials failed less."""
    hyperparameter = history.space[condition.name]
    if isinstance(hyperparameter, Categorical):
        return None
    bound = condition.low if condition.low is not None else condition.high
    if not isinstance(bound, float):
        return bound
    rounded = float(f"{bound:.2g}")
    return rounded if hyperparameter.low < rounded < hyperparameter.high else bound
