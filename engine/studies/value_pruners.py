"""Optuna's pruners that compare a trial's values with those of others at the same step, or with bounds of one's own."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any

import numpy as np

from engine import pruners
from engine.errors import WrongType, WrongValue
from engine.studies.arguments import number_of, whole_of
from engine.studies.own_pruners import BasePruner
from engine.studies.reported import CompleteLosses, reported_losses, reported_values
from engine.trials import FrozenTrial


class _StepPruner(BasePruner):
    """Looks at the first value from ``n_warmup_steps`` on, and then at the first of every ``interval_steps`` steps."""

    def __init__(self, n_warmup_steps: int, interval_steps: int) -> None:
        self._warmup = whole_of(n_warmup_steps, "n_warmup_steps", 0)
        self._interval = whole_of(interval_steps, "interval_steps", 1)

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether it is time to look, and the trial is hopeless."""
        steps = list(reported_values(trial))
        if not steps or steps[-1] < self._warmup:
            return False
        since = self._warmup + (steps[-1] - self._warmup) // self._interval * self._interval
        looked = len(steps) > 1 and steps[-2] >= since
        return not looked and self._is_hopeless(study, trial, steps[-1])

    @abstractmethod
    def _is_hopeless(self, study: Any, trial: FrozenTrial, step: int) -> bool:
        """Whether it should end at its last step."""


class PercentilePruner(_StepPruner):
    """Ends a trial whose best value so far is outside of the best ``percentile`` % of complete trials at this step.

    ``n_startup_trials`` must be complete before, of which ``n_min_trials`` reported that step. A trial that reported
    nothing but NaN is outside. In a study's file it stands as our ``percentile``.
    """

    def __init__(
        self,
        percentile: float,
        n_startup_trials: int = 5,
        n_warmup_steps: int = 0,
        interval_steps: int = 1,
        *,
        n_min_trials: int = 1,
    ) -> None:
        super().__init__(n_warmup_steps, interval_steps)
        self._percentile = number_of(percentile, "percentile")
        if not 0.0 <= self._percentile <= 100.0:
            raise WrongValue(f"percentile is {percentile!r}.", "Give a number from 0 to 100.")
        self._fewest_trials = whole_of(n_startup_trials, "n_startup_trials", 0)
        self._fewest_values = whole_of(n_min_trials, "n_min_trials", 1)
        self._others = CompleteLosses()

    def nearest(self) -> tuple[str, dict[str, Any]]:
        """Our ``percentile``, with two steps in a row as for the median."""
        return "percentile", {"percentile": min(99.0, max(1.0, self._percentile)), **self._waits()}

    def _waits(self) -> dict[str, int]:
        peers = max(2, self._fewest_trials, self._fewest_values)
        return {"peers": peers, "grace": max(1, self._warmup)}

    def _is_hopeless(self, study: Any, trial: FrozenTrial, step: int) -> bool:
        complete, others = self._others.at(study, step)
        if complete < max(1, self._fewest_trials):
            return False
        mine = [loss for loss in reported_losses(study, trial).values() if not math.isnan(loss)]
        if not mine:
            return True
        numbers = others[~np.isnan(others)]
        enough = len(others) >= self._fewest_values and len(numbers) > 0
        return enough and min(mine) > float(np.percentile(numbers, self._percentile))


class MedianPruner(PercentilePruner):
    """Ends a trial whose best value so far is worse than the median of complete trials at this step.

    Otherwise as :class:`PercentilePruner`. In a study's file it stands as our ``median``.
    """

    def __init__(
        self, n_startup_trials: int = 5, n_warmup_steps: int = 0, interval_steps: int = 1, *, n_min_trials: int = 1
    ) -> None:
        super().__init__(50.0, n_startup_trials, n_warmup_steps, interval_steps, n_min_trials=n_min_trials)

    def nearest(self) -> tuple[str, dict[str, Any]]:
        """Our ``median``: two steps in a row must be in the worse half, of trials that were pruned as well."""
        return "median", dict(self._waits())


MedianPruner.register(pruners.registry.get("median"))  # what a study has where nobody chose a pruner


class ThresholdPruner(_StepPruner):
    """Ends a trial whose last value is below ``lower``, above ``upper`` or NaN. In a file it is our ``threshold``."""

    def __init__(
        self, lower: float | None = None, upper: float | None = None, n_warmup_steps: int = 0, interval_steps: int = 1
    ) -> None:
        if lower is None and upper is None:
            raise WrongType("Neither lower nor upper is given.", "Give one of them, or both.")
        super().__init__(n_warmup_steps, interval_steps)
        self._lower = -math.inf if lower is None else number_of(lower, "lower")
        self._upper = math.inf if upper is None else number_of(upper, "upper")
        if self._lower > self._upper:
            raise WrongValue(f"lower is {lower!r}, above upper, {upper!r}.", "Exchange them.")

    def nearest(self) -> tuple[str, dict[str, Any]]:
        """Our ``threshold``: two values in a row must be outside."""
        bounds = {"lower": self._lower, "upper": self._upper}
        known = {name: bound for name, bound in bounds.items() if math.isfinite(bound)}
        return "threshold", {**known, "grace": max(1, self._warmup)}

    def _is_hopeless(self, study: Any, trial: FrozenTrial, step: int) -> bool:
        return not self._lower <= reported_values(trial)[step] <= self._upper
