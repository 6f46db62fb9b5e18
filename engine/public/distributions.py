"""Hyperparameters under Optuna's names: ``distributions.FloatDistribution(0.0, 1.0)``, and those of its first years."""

from __future__ import annotations

from twinloop import Categorical, Float, Int

FloatDistribution = Float
IntDistribution = Int
CategoricalDistribution = Categorical

__all__ = [
    "CategoricalDistribution",
    "DiscreteUniformDistribution",
    "FloatDistribution",
    "IntDistribution",
    "IntLogUniformDistribution",
    "IntUniformDistribution",
    "LogUniformDistribution",
    "UniformDistribution",
]


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
