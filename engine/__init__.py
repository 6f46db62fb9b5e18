"""Twinloop's engine: search spaces, studies, samplers, training. It never imports Qt.

The public names are loaded when they are first used, so that ``import engine`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.search_cv import SearchCV
    from engine.space import Categorical, Float, Int, SearchSpace
    from engine.study import Study, TrialPruned

__version__ = "0.1.0"
__all__ = ["Categorical", "Float", "Int", "SearchCV", "SearchSpace", "Study", "TrialPruned", "__version__"]

_HOMES = {
    "Categorical": "engine.space",
    "Float": "engine.space",
    "Int": "engine.space",
    "SearchCV": "engine.search_cv",
    "SearchSpace": "engine.space",
    "Study": "engine.study",
    "TrialPruned": "engine.study",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
