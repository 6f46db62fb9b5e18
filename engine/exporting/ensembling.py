"""The ensemble of the study in a file, for a process of its own: a choice that takes seconds holds no window up."""

from __future__ import annotations

from collections.abc import Callable

from engine import store
from engine.judging.ensemble import Ensemble, study_ensemble


def read_ensemble(path: str, cancelled: Callable[[], bool] = lambda: False) -> Ensemble:
    """The ensemble of the trials in the file at ``path``; raises as :func:`study_ensemble`. Nothing is trained."""
    with store.Reader(path) as reader:
        setup, history, _ = reader.study()
        stored = reader.predictions()
    return study_ensemble(stored, setup.objective, history, cancelled)
