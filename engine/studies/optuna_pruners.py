"""Optuna's pruners by their names, each as the one of ours that comes closest."""

from __future__ import annotations

from typing import Any

from engine.studies.choosing import Chosen

__all__ = [
    "HyperbandPruner",
    "MedianPruner",
    "NopPruner",
    "PercentilePruner",
    "SuccessiveHalvingPruner",
    "ThresholdPruner",
]


def NopPruner() -> Chosen:  # noqa: N802 - a class of Optuna's
    """Our ``none``."""
    return Chosen("none")


def MedianPruner(  # noqa: N802
    n_startup_trials: int = 5, n_warmup_steps: int = 0, interval_steps: int = 1, *, n_min_trials: int = 1
) -> Chosen:
    """Our ``median``: every step is looked at, and two in a row must be in the worse half."""
    return Chosen("median", _waits(n_startup_trials, n_warmup_steps, n_min_trials))


def PercentilePruner(  # noqa: N802
    percentile: float,
    n_startup_trials: int = 5,
    n_warmup_steps: int = 0,
    interval_steps: int = 1,
    *,
    n_min_trials: int = 1,
) -> Chosen:
    """Our ``percentile``, with two steps in a row as for the median."""
    waits = _waits(n_startup_trials, n_warmup_steps, n_min_trials)
    return Chosen("percentile", {"percentile": min(99.0, max(1.0, float(percentile))), **waits})


def ThresholdPruner(  # noqa: N802
    lower: float | None = None, upper: float | None = None, n_warmup_steps: int = 0, interval_steps: int = 1
) -> Chosen:
    """Our ``threshold``: two values in a row must be outside."""
    bounds = {name: float(value) for name, value in (("lower", lower), ("upper", upper)) if value is not None}
    return Chosen("threshold", {**bounds, "grace": max(1, n_warmup_steps)})


def SuccessiveHalvingPruner(  # noqa: N802
    min_resource: str | int = "auto",
    reduction_factor: int = 4,
    min_early_stopping_rate: int = 0,
    bootstrap_count: int = 0,
) -> Chosen:
    """Our ``asha``, or ``successive_halving`` where trials wait for others; the first rung is 1 for "auto"."""
    first = 1 if isinstance(min_resource, str) else int(min_resource)
    rungs = {"first": first * int(reduction_factor) ** int(min_early_stopping_rate), "factor": int(reduction_factor)}
    return Chosen("successive_halving" if bootstrap_count else "asha", rungs)


def HyperbandPruner(  # noqa: N802
    min_resource: int = 1,
    max_resource: str | int = "auto",
    reduction_factor: int = 3,
    bootstrap_count: int = 0,
) -> Chosen:
    """Our ``hyperband``; for "auto" the first trial that runs whole tells how many steps there are."""
    steps = {} if isinstance(max_resource, str) else {"most": int(max_resource)}
    return Chosen("hyperband", {"first": int(min_resource), "factor": int(reduction_factor), **steps})


def _waits(trials: int, steps: int, fewest: int) -> dict[str, int]:
    return {"peers": max(2, trials, fewest), "grace": max(1, steps)}


def __getattr__(name: str) -> Any:
    if name.endswith("Pruner"):
        raise AttributeError(f"Twinloop has no {name}. Its pruners: {', '.join(__all__)}.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
