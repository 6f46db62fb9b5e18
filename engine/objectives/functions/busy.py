"""A model that does nothing but take its time, to measure what a run itself costs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from engine.objectives.base import CheckpointStore, Outcome, Report
from engine.objectives.functions import registry
from engine.objectives.functions.base import Function
from engine.space import Float, SearchSpace

STEPS = 10  # reports of one trial, where it is given no other number of ``steps``


@registry.register
class Busy(Function):
    """Computes for ``milliseconds``, or sleeps where it ``waits``, in some steps; scores ``x`` by its way from 1/3."""

    title = "Busy model"
    summary = "Keeps a processor busy for a set time, to measure the overhead of a run."

    def space(self) -> SearchSpace:
        """A position that matters and a duration that does not."""
        return SearchSpace({"x": Float(0, 1), "milliseconds": Float(30, 30)})

    def evaluate(
        self, params: Mapping[str, Any], seed: int, report: Report, checkpoints: CheckpointStore | None = None
    ) -> Outcome:
        """``|x - 1/3|`` after the time is spent."""
        distance = abs(params["x"] - 1 / 3)
        steps = int(params.get("steps", STEPS))
        for step in range(1, steps + 1):
            self._pass(params["milliseconds"] / 1000 / steps, waits=bool(params.get("waits")))  # pauses do not count
            loss = distance + 2.0 ** (-step)
            report(step, {"train_loss": loss, "val_loss": 1.1 * loss})
        return Outcome(distance)

    @staticmethod
    def _pass(seconds: float, *, waits: bool) -> None:
        if waits:
            time.sleep(seconds)
            return
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            pass
