"""Optuna's pruners that let one in so many trials pass at steps a factor apart, in one bracket or in several."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Any

from engine.errors import WrongValue
from engine.pruners.hyperband import bracket_starts
from engine.studies.arguments import whole_of
from engine.studies.own_pruners import BasePruner
from engine.studies.reported import reported_losses
from engine.trials import FrozenTrial, History, State


class SuccessiveHalvingPruner(BasePruner):
    """Ends a trial that is not among the best 1 in ``reduction_factor`` of those that were at a rung so far.

    Rungs lie at ``min_resource`` x ``reduction_factor`` ** (``min_early_stopping_rate`` + 0, 1, ...); what counts there
    is the value that was reported first at or after that step. The first few pass where they are the best so far, and
    nobody passes before ``bootstrap_count`` others were there. "auto" is a hundredth of the steps of the longest
    complete trial, once there is one. In a study's file it stands as our ``asha`` (``successive_halving`` where trials
    wait for others); what passed in an earlier program is forgotten.
    """

    def __init__(
        self,
        min_resource: str | int = "auto",
        reduction_factor: int = 4,
        min_early_stopping_rate: int = 0,
        bootstrap_count: int = 0,
    ) -> None:
        self._first = _resource_of("min_resource", min_resource)
        self._factor = whole_of(reduction_factor, "reduction_factor", 2)
        self._rate = whole_of(min_early_stopping_rate, "min_early_stopping_rate", 0)
        self._bootstrap = whole_of(bootstrap_count, "bootstrap_count", 0)
        if self._bootstrap and self._first is None:
            raise WrongValue(f"bootstrap_count is {bootstrap_count!r} and min_resource auto.", "Give min_resource.")
        self._rungs = _Rungs()

    def nearest(self) -> tuple[str, dict[str, Any]]:
        """Our ``asha``, or ``successive_halving`` where trials wait for others; the first rung is 1 for "auto"."""
        first = (self._first or 1) * self._factor**self._rate
        return ("successive_halving" if self._bootstrap else "asha"), {"first": first, "factor": self._factor}

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether it does not pass one of the rungs that it reached since it was asked last."""
        losses = reported_losses(study, trial)
        self._first = self._first or _hundredth(study)
        if not losses or self._first is None:
            return False
        step, loss = max(losses.items())
        rungs = self._rungs.of(study)
        rung = sum(trial.number in passed for passed in rungs)
        while step >= self._first * self._factor ** (self._rate + rung):
            if math.isnan(loss):
                return True
            if rung == len(rungs):
                rungs.append({})
            rungs[rung][trial.number] = loss
            there = sorted(rungs[rung].values())
            # Where nobody would be one in so many yet, the best so far passes: no trial is ever taken up again.
            limit = there[max(1, len(there) // self._factor) - 1]
            if len(there) <= self._bootstrap or loss > limit:
                return True
            rung += 1
        return False


class HyperbandPruner(BasePruner):
    """Successive halving in several brackets, from one that judges early and has most trials to one that judges late.

    A trial belongs to a bracket by its number and the study's name, and is compared inside it alone; samplers see all
    trials. "auto" is one more than the last step of the longest complete trial, once there is one. In a study's file it
    stands as our ``hyperband``.
    """

    def __init__(
        self,
        min_resource: int = 1,
        max_resource: str | int = "auto",
        reduction_factor: int = 3,
        bootstrap_count: int = 0,
    ) -> None:
        self._first = whole_of(min_resource, "min_resource", 1)
        self._most = _resource_of("max_resource", max_resource)
        self._factor = whole_of(reduction_factor, "reduction_factor", 2)
        self._bootstrap = whole_of(bootstrap_count, "bootstrap_count", 0)
        if self._bootstrap and self._most is None:
            raise WrongValue(f"bootstrap_count is {bootstrap_count!r} and max_resource auto.", "Give max_resource.")
        self._brackets: list[SuccessiveHalvingPruner] = []
        self._starts: Sequence[int] = ()

    def nearest(self) -> tuple[str, dict[str, Any]]:
        """Our ``hyperband``, where the first trial that runs whole tells how many steps there are for "auto"."""
        most = {} if self._most is None else {"most": self._most}
        return "hyperband", {"first": self._first, "factor": self._factor, **most}

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether it does not pass a rung of its bracket."""
        if self._most is None:
            longest = _longest(study)
            self._most = None if longest is None else longest + 1
        if self._most is None:
            return False
        if not self._brackets:
            self._starts = bracket_starts(self._first, self._factor, self._most)
            self._brackets = [
                SuccessiveHalvingPruner(self._first, self._factor, rate, self._bootstrap)
                for rate in range(len(self._starts))
            ]
        return self._brackets[self._bracket_of(study, trial)].prune(study, trial)

    def _bracket_of(self, study: Any, trial: FrozenTrial) -> int:
        place = zlib.crc32(f"{study.study_name}_{trial.number}".encode()) % sum(self._starts)
        ends = [sum(self._starts[: bracket + 1]) for bracket in range(len(self._starts))]
        return next(bracket for bracket, end in enumerate(ends) if place < end)


class _Rungs:
    """Of the study that was asked about last: the losses of the trials that reached each rung. A copy begins anew."""

    def __init__(self) -> None:
        self._history: History | None = None
        self._losses: list[dict[int, float]] = []

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(self), ()

    def of(self, study: Any) -> list[dict[int, float]]:
        """By rung and number of trial; to be filled by the caller."""
        if study.history is not self._history:
            self._history, self._losses = study.history, []
        return self._losses


def _hundredth(study: Any) -> int | None:
    longest = _longest(study)
    return None if longest is None else max(1, longest // 100)


def _longest(study: Any) -> int | None:
    """The last step of the longest complete trial; *None* while there is none that reported."""
    numbers = study.history.where(State.COMPLETE).tolist()
    return max((study.curves.get(number).last_step for number in numbers if number in study.curves), default=None)


def _resource_of(name: str, given: str | int) -> int | None:
    """A number of steps; *None* for "auto"."""
    if isinstance(given, str):
        if given != "auto":
            raise WrongValue(f"{name} is {given!r}.", 'Give a whole number from 1, or "auto".')
        return None
    return whole_of(given, name, 1)
