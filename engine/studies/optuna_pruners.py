"""Optuna's pruners by their names, each as the one of ours that comes closest."""

from __future__ import annotations

from typing import Any

from engine.studies.choosing import Chosen

__all__ = ["MedianPruner", "NopPruner"]


def NopPruner() -> Chosen:  # noqa: N802 - a class of Optuna's
    """Our ``none``."""
    return Chosen("none")


def MedianPruner(  # noqa: N802
    n_startup_trials: int = 5, n_warmup_steps: int = 0, interval_steps: int = 1, *, n_min_trials: int = 1
) -> Chosen:
    """Our ``median``: every step is looked at, and two in a row must be in the worse half."""
    peers = max(2, n_startup_trials, n_min_trials)
    return Chosen("median", {"peers": peers, "grace": max(1, n_warmup_steps)})


def __getattr__(name: str) -> Any:
    if name.endswith("Pruner"):
        raise AttributeError(f"Twinloop has no {name}. Its pruners: {', '.join(__all__)}.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
