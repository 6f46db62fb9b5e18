"""Optuna's pruners by their names, each as the one of ours that comes closest."""

from __future__ import annotations

from typing import Any

from engine.errors import WrongValue
from engine.studies.arguments import number_of, whole_of
from engine.studies.choosing import Chosen, instead
from engine.studies.own_pruners import BasePruner
from engine.studies.wrapping_pruners import PatientPruner, WilcoxonPruner

__all__ = [
    "BasePruner",
    "HyperbandPruner",
    "MedianPruner",
    "NopPruner",
    "PatientPruner",
    "PercentilePruner",
    "SuccessiveHalvingPruner",
    "ThresholdPruner",
    "WilcoxonPruner",
]


_BASE = "pruners.BasePruner"


@instead("none", base=_BASE)
def NopPruner() -> Chosen:  # noqa: N802 - a class of Optuna's
    """Our ``none``."""
    return Chosen("none")


@instead("median", base=_BASE)
def MedianPruner(  # noqa: N802
    n_startup_trials: int = 5, n_warmup_steps: int = 0, interval_steps: int = 1, *, n_min_trials: int = 1
) -> Chosen:
    """Our ``median``: every step is looked at, and two in a row must be in the worse half."""
    return Chosen("median", _waits(n_startup_trials, n_warmup_steps, n_min_trials, interval_steps))


@instead("percentile", base=_BASE)
def PercentilePruner(  # noqa: N802
    percentile: float,
    n_startup_trials: int = 5,
    n_warmup_steps: int = 0,
    interval_steps: int = 1,
    *,
    n_min_trials: int = 1,
) -> Chosen:
    """Our ``percentile``, with two steps in a row as for the median."""
    share = number_of(percentile, "percentile")
    if not 0.0 <= share <= 100.0:
        raise WrongValue(f"percentile is {percentile!r}.", "Give a number from 0 to 100.")
    waits = _waits(n_startup_trials, n_warmup_steps, n_min_trials, interval_steps)
    return Chosen("percentile", {"percentile": min(99.0, max(1.0, share)), **waits})


@instead("threshold", base=_BASE)
def ThresholdPruner(  # noqa: N802
    lower: float | None = None, upper: float | None = None, n_warmup_steps: int = 0, interval_steps: int = 1
) -> Chosen:
    """Our ``threshold``: two values in a row must be outside."""
    if lower is None and upper is None:
        raise WrongValue("Neither lower nor upper is given.", "Give one of them, or both.")
    low, high = (None if one is None else number_of(one, name) for name, one in (("lower", lower), ("upper", upper)))
    if low is not None and high is not None and low > high:
        raise WrongValue(f"lower is {lower!r}, above upper, {upper!r}.", "Exchange them.")
    bounds = {name: one for name, one in (("lower", low), ("upper", high)) if one is not None}
    whole_of(interval_steps, "interval_steps", 1)
    return Chosen("threshold", {**bounds, "grace": max(1, whole_of(n_warmup_steps, "n_warmup_steps", 0))})


@instead("asha", "successive_halving", base=_BASE)
def SuccessiveHalvingPruner(  # noqa: N802
    min_resource: str | int = "auto",
    reduction_factor: int = 4,
    min_early_stopping_rate: int = 0,
    bootstrap_count: int = 0,
) -> Chosen:
    """Our ``asha``, or ``successive_halving`` where trials wait for others; the first rung is 1 for "auto"."""
    first, factor = _resource("min_resource", min_resource) or 1, whole_of(reduction_factor, "reduction_factor", 2)
    rate = whole_of(min_early_stopping_rate, "min_early_stopping_rate", 0)
    waits = whole_of(bootstrap_count, "bootstrap_count", 0)
    return Chosen("successive_halving" if waits else "asha", {"first": first * factor**rate, "factor": factor})


@instead("hyperband", base=_BASE)
def HyperbandPruner(  # noqa: N802
    min_resource: int = 1,
    max_resource: str | int = "auto",
    reduction_factor: int = 3,
    bootstrap_count: int = 0,
) -> Chosen:
    """Our ``hyperband``; for "auto" the first trial that runs whole tells how many steps there are."""
    first, most = whole_of(min_resource, "min_resource", 1), _resource("max_resource", max_resource)
    whole_of(bootstrap_count, "bootstrap_count", 0)
    steps = {} if most is None else {"most": most}
    return Chosen("hyperband", {"first": first, "factor": whole_of(reduction_factor, "reduction_factor", 2), **steps})


def _waits(trials: int, steps: int, fewest: int, interval: int) -> dict[str, int]:
    whole_of(interval, "interval_steps", 1)
    peers = max(2, whole_of(trials, "n_startup_trials", 0), whole_of(fewest, "n_min_trials", 1))
    return {"peers": peers, "grace": max(1, whole_of(steps, "n_warmup_steps", 0))}


def _resource(name: str, given: str | int) -> int | None:
    """A number of steps; *None* for "auto"."""
    if isinstance(given, str):
        if given != "auto":
            raise WrongValue(f"{name} is {given!r}.", 'Give a whole number from 1, or "auto".')
        return None
    return whole_of(given, name, 1)


def __getattr__(name: str) -> Any:
    if name.endswith("Pruner"):
        ours = ", ".join(one for one in __all__ if one != "BasePruner")
        raise AttributeError(f"Twinloop has no {name}. Its pruners: {ours}, and what derives from BasePruner.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
