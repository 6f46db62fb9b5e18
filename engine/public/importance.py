"""Optuna's importances of a study of ours, where Optuna is installed: ``importance.get_param_importances(study)``."""

from __future__ import annotations

from functools import partial
from typing import Any

from twinloop import load


def __getattr__(name: str) -> Any:
    if name.endswith("ImportanceEvaluator"):
        return getattr(load("engine.studies.as_optuna").import_optuna("importance"), name)
    if not name.startswith("get_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(load("engine.studies.as_optuna").called, "importance", name)
