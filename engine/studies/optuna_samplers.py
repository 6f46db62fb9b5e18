"""Optuna's samplers by their names, each as the strategy of ours that comes closest."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from engine.studies.choosing import Chosen, instead
from engine.studies.own_samplers import BaseSampler, GridSampler, IndependentSampler

__all__ = [
    "BaseSampler",
    "BruteForceSampler",
    "CmaEsSampler",
    "GPSampler",
    "GridSampler",
    "NSGAIIISampler",
    "NSGAIISampler",
    "QMCSampler",
    "RandomSampler",
    "TPESampler",
]

Constraints = Callable[[Any], Any] | None
# What holds of ours whatever is said: pending trials count, conditions are learned, nothing is warned of.
_GIVEN = {
    "multivariate", "group", "constant_liar", "warn_independent_sampling", "warn_asynchronous_seeding",
    "consider_prior", "consider_magic_clip", "consider_endpoints", "consider_pruned_trials", "with_margin",
    "deterministic_objective", "scramble", "qmc_type", "avoid_premature_stop",
}  # fmt: skip


_BASE = "samplers.BaseSampler"


@instead("random", base=_BASE, parent=IndependentSampler)
def RandomSampler(seed: int | None = None) -> Chosen:  # noqa: N802 - a class of Optuna's
    """Our ``random``."""
    return Chosen("random", seed=seed)


@instead("tpe", base=_BASE)
def TPESampler(  # noqa: N802
    *,
    n_startup_trials: int = 10,
    n_ei_candidates: int = 24,
    seed: int | None = None,
    constraints_func: Constraints = None,
    **further: object,
) -> Chosen:
    """Our ``tpe``."""
    options = {"start": max(1, n_startup_trials), "candidates": max(4, n_ei_candidates)}
    return _sampler_choice("TPESampler", "tpe", options, seed, constraints_func, further)


@instead("bayesian", base=_BASE)
def GPSampler(  # noqa: N802
    *,
    seed: int | None = None,
    n_startup_trials: int | None = None,
    constraints_func: Constraints = None,
    **further: object,
) -> Chosen:
    """Our ``bayesian``."""
    options = {} if n_startup_trials is None else {"start": max(1, n_startup_trials)}
    return _sampler_choice("GPSampler", "bayesian", options, seed, constraints_func, further)


@instead("cmaes", base=_BASE)
def CmaEsSampler(*, seed: int | None = None, popsize: int | None = None, **further: object) -> Chosen:  # noqa: N802
    """Our ``cmaes``."""
    return _sampler_choice("CmaEsSampler", "cmaes", {"population": popsize}, seed, None, further)


@instead("evolution", base=_BASE)
def NSGAIISampler(  # noqa: N802
    *,
    population_size: int = 50,
    mutation_prob: float | None = None,
    crossover_prob: float = 0.9,
    seed: int | None = None,
    constraints_func: Constraints = None,
    **further: object,
) -> Chosen:
    """Our ``evolution``, for one score or several."""
    options = {"population": max(4, population_size), "mutation": mutation_prob, "crossover": crossover_prob}
    return _sampler_choice("NSGAIISampler", "evolution", options, seed, constraints_func, further)


NSGAIIISampler = NSGAIISampler


@instead("quasirandom", base=_BASE)
def QMCSampler(*, seed: int | None = None, **further: object) -> Chosen:  # noqa: N802
    """Our ``quasirandom``, which is always scrambled."""
    return _sampler_choice("QMCSampler", "quasirandom", {}, seed, None, further)


@instead("grid", base=_BASE)
def BruteForceSampler(seed: int | None = None, **further: object) -> Chosen:  # noqa: N802
    """Our ``grid``: every configuration once, and the search ends."""
    return _sampler_choice("BruteForceSampler", "grid", {"levels": 1000}, seed, None, further, is_exhaustive=True)


def __getattr__(name: str) -> Any:
    if name.endswith("Sampler"):
        raise AttributeError(f"Twinloop has no {name}. Its samplers: {', '.join(__all__)}, and those it names itself.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _sampler_choice(
    theirs: str,
    name: str,
    options: Mapping[str, object],
    seed: int | None,
    constraints_func: Constraints,
    further: dict[str, object],
    *,
    is_exhaustive: bool = False,
) -> Chosen:
    unused = sorted(key for key, value in further.items() if key not in _GIVEN and value is not None)
    if unused:
        warnings.warn(f"{', '.join(unused)} of {theirs} plays no part in {name}.", stacklevel=3)
    return Chosen(name, dict(options), seed, constraints_func, is_exhaustive)
