"""A study at one moment, and what is found of it: each analysis is worked out once, however many views show it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np

from engine.analysis.failures import Failures, failures_of
from engine.analysis.filtering import Filter
from engine.analysis.good_region import GoodRange, good_region
from engine.analysis.importance import Importance, importance_of
from engine.analysis.importance_methods import fanova_importance, ped_anova_importance, permutation_importance
from engine.analysis.score_model import TRUSTED, USABLE, ScoreModel, fit_score_model
from engine.errors import UserFault
from engine.trials import Curves, History, State

T = TypeVar("T")


class PoorModel(UserFault):
    """The model of the scores is not fit to be shown; ``quality`` is its leave-one-out R².

    ``what`` says why where it is not the quality.
    """

    def __init__(self, quality: float, what: str = "") -> None:
        super().__init__(what or f"No model can be trusted yet: quality {quality:.2f} of 1.", "Run more trials.")
        self.quality = quality
        self.says_why = bool(what)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.quality, self.what if self.says_why else "")


class Snapshot:
    """``history`` and ``curves`` must not change any more; ``metric`` is what a score is called.

    ``shown`` (n,) are the trials that a filter lets through: analyses rest on these alone; ``notes`` and ``starred``
    are what a person marked. Results are kept, faults too, so that the second view that asks gets the first one's
    answer. Use it from one thread at a time.
    """

    def __init__(
        self,
        history: History,
        curves: Curves | None = None,
        chosen: Filter | None = None,
        metric: str = "score",
        notes: Mapping[int, str] | None = None,
        starred: Collection[int] = (),
    ) -> None:
        self.history = history
        self.curves = Curves() if curves is None else curves
        self.filter = Filter() if chosen is None else chosen
        self.metric = metric
        self._marks = dict(notes or {}), tuple(starred)
        self._found: dict[object, Any] = {}

    def __len__(self) -> int:
        return len(self.history)

    @property
    def minimize(self) -> bool:
        """Whether smaller scores are better."""
        return self.history.directions[0] == "minimize"

    @cached_property
    def shown(self) -> np.ndarray:
        """Which trials the filter lets through, (n,) bool."""
        if not self.filter.text:
            return np.ones(len(self.history), dtype=bool)
        count = len(self.history)
        losses = lambda: np.asarray(self.curves.last_losses(count))  # noqa: E731 - asked for by few filters
        return self.filter.mask(self.history, self.curves.last_steps(count), losses, *self._marks)

    @cached_property
    def rest(self) -> History:
        """The history for analyses: trials that are not shown, or excluded, have ended without a score."""
        if self.shown.all():
            return self.history.without_excluded()
        twin = self.history.copy()
        twin.exclude({*self.history.excluded_numbers, *np.flatnonzero(~self.shown).tolist()})
        return twin.without_excluded()

    @cached_property
    def scored(self) -> np.ndarray:
        """Numbers of the trials shown that may be best, ascending."""
        return np.flatnonzero(self.rest.eligible)

    @cached_property
    def failed(self) -> np.ndarray:
        """Numbers of the trials shown that failed, ascending."""
        return np.flatnonzero((self.history.state == State.FAILED) & self.shown & ~self.history.excluded)

    @cached_property
    def best(self) -> int | None:
        """The best trial shown."""
        return self.rest.best_number()

    def once(self, key: object, work: Callable[[], T]) -> T:
        """What ``work`` gives, worked out the first time; a :class:`UserFault` is raised again each time."""
        if key not in self._found:
            try:
                self._found[key] = work()
            except UserFault as fault:
                self._found[key] = fault
        found = self._found[key]
        if isinstance(found, UserFault):
            raise found
        return found  # type: ignore[no-any-return]

    @property
    def model(self) -> ScoreModel:
        """The model of the scores; raises :class:`UserFault` where none can be fitted."""
        return self.once("model", lambda: fit_score_model(self.rest))

    def usable_model(self, *, nevertheless: bool = False) -> ScoreModel:
        """The model where it may be shown; raises :class:`PoorModel` below a quality of 0.25, unless asked for."""
        model = self.model
        if nevertheless:
            return model
        if model.quality < USABLE:
            raise PoorModel(model.quality)
        self.once("reach", lambda: _reached(model))
        return model

    @property
    def is_trusted(self) -> bool:
        """Whether titles may state what the model says."""
        return self.model.quality >= TRUSTED

    def importance(self, method: str = "sobol", *, good_only: bool = False) -> Importance:
        """What matters, by one of the methods; raises :class:`UserFault` where it cannot be said."""
        return self.once(("importance", method, good_only), partial(self._importance, method, good_only))

    def _importance(self, method: str, good_only: bool) -> Importance:
        if method == "sobol":
            return importance_of(self.model, good_only=good_only)
        if method == "permutation":
            return permutation_importance(self.model, good_only=good_only)
        make = fanova_importance if method == "fanova" else ped_anova_importance
        return make(self.rest, good_only=good_only)

    @property
    def region(self) -> tuple[GoodRange, ...]:
        """Where good scores are, as the model has it."""
        return self.once("region", lambda: good_region(self.model))

    @property
    def failures(self) -> Failures:
        """How trials failed, and under which conditions."""
        return self.once("failures", lambda: failures_of(self.rest, self.curves))


def _reached(model: ScoreModel) -> bool:
    try:
        model.require_reach()
    except UserFault as fault:
        raise PoorModel(model.quality, fault.what) from fault
    return True
