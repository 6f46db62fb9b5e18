"""One of several configurations that are evaluated together: where it stands, and how it ends without the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.learners.families import Family
from engine.objectives.base import EvaluationRequest, OnFinished, Outcome, Report
from engine.objectives.evaluation_state import EvaluationState


class TrialSlot:
    """Holds a configuration's state and, fold by fold, its model; tells ``on_finished`` once."""

    estimator: Any
    resume: Any
    report: Report

    def __init__(self, place: int, request: EvaluationRequest, state: EvaluationState, on_finished: OnFinished) -> None:
        self.request, self.state, self.is_over = request, state, False
        self._place, self._on_finished = place, on_finished

    def next_fold(self, count: int) -> int | None:
        """Which of ``count`` folds it trains next; *None* where it has no more to train."""
        return None if self.is_over else self.state.next_fold(count, self.request.race)

    def begin_fold(self, fold: int, estimator: object, family: Family) -> None:
        """Have a fresh model for the coming fold, and what its training is to be taken up from."""
        self.estimator, self.resume = estimator, self.state.training
        self.report = self.state.with_checkpoints(
            fold, self.request.report, self.request.checkpoints, lambda: family.checkpoint(estimator)
        )

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Whatever is raised inside ends this configuration alone."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - a model may raise anything; it fails its trial only
            self.end(fault)

    def end(self, outcome: Outcome | Exception) -> None:
        """The configuration is over."""
        self.is_over = True
        self._on_finished(self._place, outcome)
