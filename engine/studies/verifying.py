"""A study's best trial trained again, from Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.applying import Verification
from engine.applying.environment import environment
from engine.errors import WrongType
from engine.exporting.base import Content
from engine.exporting.verifying import verify_content
from engine.studies.fixed import FixedTrial
from engine.studies.reading import Reading


class Verifying(Reading):
    """The part of a study that proves itself."""

    def verify(self, objective: Callable[[Any], Any] | None = None, trial: int | None = None) -> Verification:
        """Train the best trial, or trial number ``trial``, again and compare its score to the last digit.

        A study about a table knows how; for one from Python ``objective`` is called once more with the same
        configuration. Raises :class:`UserFault` where there is no score to compare or nothing that could be trained.
        """
        if objective is not None and not callable(objective):
            raise WrongType(f"The objective is {objective!r}.", "Give a function that takes a trial.")
        with self._lock:
            content = Content(self._setup, self.history.copy(), path=self.path)
            self._outbox.flush()
        if objective is None:
            return verify_content(content, trial)
        with self._lock:
            chosen = self.best if trial is None else self._frozen_trial(trial)
        said = objective(FixedTrial(chosen.params, chosen.number))
        again = said[0] if isinstance(said, tuple | list) else said
        if chosen.score is None:
            raise WrongType(f"Trial {chosen.number} has no score to verify.", "Choose another.")
        return Verification(chosen.number, chosen.score, float(again), self._setup.strategy.seed, now=environment())
