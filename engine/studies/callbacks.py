"""Callbacks of ``optimize`` that are here already."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from engine.trials import FrozenTrial, State


class MaxTrialsCallback:
    """Ends a search once ``n_trials`` trials of the study are in one of ``states`` (any, where that is *None*)."""

    def __init__(self, n_trials: int, states: Container[object] | None = (State.COMPLETE,)) -> None:
        self._count, self._states = n_trials, states

    def __call__(self, study: Any, trial: FrozenTrial) -> None:
        if len(study.get_trials(deepcopy=False, states=self._states)) >= self._count:
            study.stop()
