"""One of several configurations that are evaluated together: where it stands, and how it ends without the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.learners.families import Family
from engine.objectives.base import Ended, Job, Outcome, Report
from engine.objectives.progress import Progress


class Seat:
    """Holds a configuration's progress and, fold by fold, its model; tells ``ended`` once."""

    estimator: Any
    resume: Any
    watched: Report

    def __init__(self, place: int, job: Job, progress: Progress, ended: Ended) -> None:
        self.job, self.progress, self.is_over = job, progress, False
        self._place, self._ended = place, ended

    def take(self, estimator: Any, family: Family) -> None:
        """Have a fresh model for the coming fold, and what its training is to be taken up from."""
        self.estimator, self.resume = estimator, self.progress.training
        self.watched = self.progress.watched(self.job.report, self.job.keeper, lambda: family.checkpoint(estimator))

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Whatever is raised inside ends this configuration alone."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - a model may raise anything; it fails its trial only
            self.end(fault)

    def end(self, outcome: Outcome | Exception) -> None:
        """The configuration is over."""
        self.is_over = True
        self._ended(self._place, outcome)
