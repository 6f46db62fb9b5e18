"""Optuna's plots of a study of ours, where Optuna is installed: ``visualization.plot_slice(study)``."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from twinloop import load


def is_available() -> bool:
    """Whether Optuna is there, and what draws for it."""
    try:
        return bool(import_module("optuna.visualization").is_available())
    except ImportError:
        return False


def __getattr__(name: str) -> Any:
    return _plot_of("visualization", name)


def _plot_of(place: str, name: str) -> Any:
    if not name.startswith("plot_"):
        raise AttributeError(f"module 'twinloop.{place}' has no attribute {name!r}")
    return partial(load("engine.studies.as_optuna").called, place, name)


class _Matplotlib(ModuleType):
    """The same plots by matplotlib."""

    def __getattr__(self, name: str) -> Any:
        return _plot_of("visualization.matplotlib", name)


matplotlib = sys.modules[f"{__name__}.matplotlib"] = _Matplotlib(f"{__name__}.matplotlib")
