"""Threshold pruning: a trial ends when what it reports leaves a range that was set by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.options import option
from engine.pruners import registry
from engine.pruners.base import Pruner
from engine.pruners.peer_pruner import grace_option
from engine.pruners.reported_losses import compared_record
from engine.trials import Curves, History


@dataclass(frozen=True, slots=True)
class ThresholdOptions:
    """Settings of :class:`ThresholdPruner`."""

    lower: float | None = option(None, label="Lower bound", help="Below it a trial ends. Empty: no bound.")
    upper: float | None = option(None, label="Upper bound", help="Above it a trial ends. Empty: no bound.")
    grace: int = grace_option()


@registry.register
class ThresholdPruner(Pruner):
    """Looks at the trial alone, in the units that it reports. Two values in a row must be outside, or no numbers."""

    title = "Threshold pruning"
    summary = "Ends a trial whose reported value leaves a range of your own."
    options = ThresholdOptions
    settings: ThresholdOptions

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence where the last two values are outside."""
        lower, upper = self.settings.lower, self.settings.upper
        curve = curves.get(number)
        name = compared_record(curve)
        if not name or (lower is None and upper is None):
            return ""
        steps, values = curve.fold(int(curve.folds[0]), name)
        if len(steps) < self.settings.grace + 1:
            return ""
        order = np.argsort(steps, kind="stable")[-2:]
        step, last = int(steps[order[-1]]), values[order]
        record = name.replace("_", " ")
        if not np.isfinite(last).any():
            return f"At step {step} its {record} was not a number."
        if upper is not None and bool(((last > upper) | np.isnan(last)).all()):
            return f"At step {step} its {record} was {last[-1]:.4g}, above the upper bound of {upper:g}."
        if lower is not None and bool(((last < lower) | np.isnan(last)).all()):
            return f"At step {step} its {record} was {last[-1]:.4g}, below the lower bound of {lower:g}."
        return ""
