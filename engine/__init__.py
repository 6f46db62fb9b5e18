"""Twinloop's engine: search spaces, studies, samplers, training. It never imports Qt.

The public names are loaded when they are first used, so that ``import engine`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.creating import (
        StudySummary,
        copy_study,
        create_study,
        delete_study,
        get_all_study_names,
        get_all_study_summaries,
        load_study,
    )
    from engine.search_cv.search import SearchCV
    from engine.space import Categorical, Float, Int, SearchSpace
    from engine.studies.callbacks import MaxTrialsCallback
    from engine.studies.fixed import FixedTrial
    from engine.studies.queueing import create_trial
    from engine.studies.words import StudyDirection
    from engine.study import Study, Trial, TrialPruned
    from engine.trials import FrozenTrial
    from engine.trials import State as TrialState

__version__ = "0.1.0"
__all__ = [
    "Categorical",
    "FixedTrial",
    "Float",
    "FrozenTrial",
    "Int",
    "MaxTrialsCallback",
    "SearchCV",
    "SearchSpace",
    "Study",
    "StudyDirection",
    "StudySummary",
    "Trial",
    "TrialPruned",
    "TrialState",
    "__version__",
    "copy_study",
    "create_study",
    "create_trial",
    "delete_study",
    "get_all_study_names",
    "get_all_study_summaries",
    "load_study",
]

_HOMES = {
    "get_all_study_summaries": "creating",
    "get_all_study_names": "creating",
    "copy_study": "creating",
    "StudySummary": "creating",
    "MaxTrialsCallback": "studies.callbacks",
    "Categorical": "space",
    "FixedTrial": "studies.fixed",
    "Float": "space",
    "Int": "space",
    "FrozenTrial": "trials",
    "SearchCV": "search_cv.search",
    "SearchSpace": "space",
    "Study": "study",
    "StudyDirection": "studies.words",
    "Trial": "study",
    "TrialPruned": "study",
    "TrialState": "trials",
    "create_study": "creating",
    "create_trial": "studies.queueing",
    "delete_study": "creating",
    "load_study": "creating",
}
_NAMES = {"TrialState": "State"}  # what its home calls it


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), _NAMES.get(name, name))
