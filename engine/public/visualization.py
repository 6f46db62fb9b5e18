"""Optuna's plots of a study of ours, where Optuna is installed: ``visualization.plot_slice(study)``."""

from __future__ import annotations

from functools import partial
from typing import Any

from twinloop import load


def __getattr__(name: str) -> Any:
    if name == "matplotlib":
        return _Matplotlib()
    if not name.startswith("plot_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(load("engine.studies.as_optuna").called, "visualization", name)


class _Matplotlib:
    """The same plots by matplotlib."""

    def __getattr__(self, name: str) -> Any:
        return partial(load("engine.studies.as_optuna").called, "visualization.matplotlib", name)
