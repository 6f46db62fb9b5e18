"""Hyperparameters under Optuna's names: ``distributions.FloatDistribution(0.0, 1.0)``."""

from __future__ import annotations

from twinloop import Categorical, Float, Int

FloatDistribution = Float
IntDistribution = Int
CategoricalDistribution = Categorical

__all__ = ["CategoricalDistribution", "FloatDistribution", "IntDistribution"]
