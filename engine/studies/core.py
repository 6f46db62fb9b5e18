"""What every part of a study in Python stands on: its definition, its search, its file and the lock around them."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import pruners, samplers
from engine.changing import change_event
from engine.objectives.model_space import has_own_score
from engine.objectives.permissions import with_portable_path
from engine.runner.definition import portfolio_of
from engine.runner.optimizing import Optimization
from engine.runner.outbox import Outbox
from engine.setup import StudySetup, replace
from engine.space import Hyperparameter, SearchSpace
from engine.studies.own_pruners import OwnPruner
from engine.studies.own_samplers import OwnSampler
from engine.trials import Curves, FrozenTrial, History
from engine.tuning import Beliefs, Trial, Tuner


class Core(Beliefs):
    """Holds the search and its file; the parts of a study derive from it and keep to the lock."""

    _setup: StudySetup
    _outbox: Outbox
    _handles: dict[int, Trial]  # of running trials, as they were handed out
    _admitted: dict[str, Hyperparameter]  # hyperparameters as they were asked for last
    _objects: dict[int, dict[str, Any]]  # attributes that only memory can hold, by trial
    _runs: list[Optimization]
    _edited: set[str]  # hyperparameters whose range counts anew from where it is asked for next
    constraints_func: Callable[[FrozenTrial], Any] | None = None  # gives the constraints of a trial that has its score

    def _begin(
        self,
        setup: StudySetup,
        history: History,
        curves: Curves,
        sampler: samplers.Sampler,
        pruner: pruners.Pruner | None = None,
        path: Path | None = None,
    ) -> None:
        self._setup = setup
        strategy = setup.strategy
        pruner = pruner or pruners.make(strategy.pruner, strategy.pruner_options)
        own = weakref.ref(self)  # so that a study that nobody holds any longer lets go of its file at once

        def setup_text(place: Path | None = None) -> str:
            study = own()
            assert study is not None, "the outbox outlives its study"
            return study._setup_text(place or study.path)  # noqa: SLF001 - it is this object's own

        self._outbox = Outbox(history, curves, setup_text, path, setup_at=setup_text)
        budget, emit = setup.budget.trials, self._outbox.add
        for one in (sampler, pruner):
            if isinstance(one, OwnSampler | OwnPruner):
                one.belong_to(self)
        self._tuner = Tuner(history, curves, sampler, pruner, strategy.seed, budget, emit)
        self._tuner.portfolio = portfolio_of(setup)
        self._tuner.discovered, self._tuner.repeats = setup.discovered, setup.repeats
        self._tuner.wishes = tuple(setup.wishes.values())
        self._tuner.has_own_score = has_own_score(setup.objective)
        self._lock = threading.RLock()
        self._handles, self._admitted, self._objects = {}, {}, {}
        self._runs, self._edited = [], set()

    @property
    def space(self) -> SearchSpace:
        """The search space."""
        return self._tuner.history.space

    @property
    def history(self) -> History:
        """All trials in columns."""
        return self._tuner.history

    @property
    def curves(self) -> Curves:
        """What the trials reported step by step."""
        return self._tuner.curves

    @property
    def setup(self) -> StudySetup:
        """The definition that a study file holds; a table is named by its whole path."""
        return self._setup

    @property
    def path(self) -> Path | None:
        """Where the study's file is; *None* while it has none."""
        return self._outbox.path

    def _redefine(self, **changes: object) -> None:
        """Change the definition in memory; it reaches the file with the next writing."""
        before, self._setup = self._setup, replace(self._setup, **changes)
        self._note_edit(before)

    def _note_edit(self, before: StudySetup) -> None:
        """Have the definition, which was ``before``, reach the file with the next writing."""
        self._outbox.note_setup()
        self._record_edit(before)

    def _record_edit(self, before: StudySetup) -> None:
        """Note the edit that made another definition of ``before``, once there are trials."""
        edited = change_event(before, self._setup, len(self._tuner.history), time.time(), "Python")
        if edited is not None:
            self._outbox.add(edited)

    def _setup_text(self, place: Path | None) -> str:
        """The definition as the file at ``place`` holds it."""
        setup = self._setup
        if place is not None:
            setup = replace(setup, objective=with_portable_path(setup.objective, place))
        return setup.to_json()
