"""Hyperparameters under Optuna's names: ``distributions.FloatDistribution(0.0, 1.0)``, and those of its first years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinloop import Categorical, Float, Int, load

if TYPE_CHECKING:
    from engine.space import Hyperparameter as BaseDistribution

    FloatDistribution = Float
    IntDistribution = Int
    CategoricalDistribution = Categorical
else:
    BaseDistribution = load("engine.space").Hyperparameter
    _renamed = load("engine.studies.renamed")
    FloatDistribution = _renamed.FloatDistribution
    IntDistribution = _renamed.IntDistribution
    CategoricalDistribution = _renamed.CategoricalDistribution

__all__ = [
    "BaseDistribution",
    "CategoricalDistribution",
    "DiscreteUniformDistribution",
    "FloatDistribution",
    "IntDistribution",
    "IntLogUniformDistribution",
    "IntUniformDistribution",
    "LogUniformDistribution",
    "UniformDistribution",
    "check_distribution_compatibility",
    "distribution_to_json",
    "json_to_distribution",
]


def distribution_to_json(distribution: BaseDistribution) -> str:
    """A hyperparameter as Optuna's JSON."""
    text: str = load("engine.exporting.db").distribution_json(distribution)
    return text


def json_to_distribution(json_str: str) -> BaseDistribution:
    """The hyperparameter of Optuna's JSON, of any version; raises ``UserFault``, a ``ValueError``, for what is none."""
    distribution: BaseDistribution = load("engine.importing.optuna_distributions").hyperparameter_of(json_str)
    return distribution


def check_distribution_compatibility(dist_old: BaseDistribution, dist_new: BaseDistribution) -> None:
    """Raises ``UserFault``, a ``ValueError``, for two kinds, which no name may have; ranges and choices may change."""
    load("engine.space.widening").require_same_kind("It", dist_old, dist_new)


def UniformDistribution(low: float, high: float) -> Float:  # noqa: N802 - a class of Optuna's
    """``Float(low, high)``."""
    return Float(low, high)


def LogUniformDistribution(low: float, high: float) -> Float:  # noqa: N802
    """``Float(low, high, log=True)``."""
    return Float(low, high, log=True)


def DiscreteUniformDistribution(low: float, high: float, q: float) -> Float:  # noqa: N802
    """``Float(low, high, step=q)``."""
    return Float(low, high, step=q)


def IntUniformDistribution(low: int, high: int, step: int = 1) -> Int:  # noqa: N802
    """``Int(low, high, step=step)``."""
    return Int(low, high, step=step)


def IntLogUniformDistribution(low: int, high: int, step: int = 1) -> Int:  # noqa: N802
    """``Int(low, high, log=True)``: a step plays no part there."""
    return Int(low, high, log=True)
