"""Acquisition functions of the surrogate's mean and standard deviation at a point; everything is maximised.

Each function returns values and their derivatives by both, so that one pull-back through the surrogate
gives the gradient by the inputs.
"""

from __future__ import annotations

import numpy as np
import scipy

ValueAndSlopes = tuple[np.ndarray, np.ndarray, np.ndarray]

_LOG_ROOT_2PI = 0.5 * float(np.log(2.0 * np.pi))
_ROOT_HALF_PI = float(np.sqrt(np.pi / 2.0))


def log_improvement(z: np.ndarray) -> ValueAndSlopes:
    """log h(z) with h = phi + z Phi, and Phi/h, phi/h (which satisfy z Phi/h + phi/h = 1).

    Exact above -1, by the scaled complementary error function below, by its expansion below -1000 (Ament et al.,
    "Unexpected improvements to expected improvement", 2023).
    """
    value, by_z, rest = np.empty_like(z), np.empty_like(z), np.empty_like(z)
    near = z > -1.0
    a = z[near]
    density, mass = np.exp(-0.5 * a * a - _LOG_ROOT_2PI), scipy.special.ndtr(a)
    h = density + a * mass
    value[near], by_z[near], rest[near] = np.log(h), mass / h, density / h
    b = z[~near]
    ratio = _ROOT_HALF_PI * scipy.special.erfcx(-b / np.sqrt(2.0))  # Phi / phi
    square = b * b
    tail = np.where(b > -1e3, 1.0 + b * ratio, (1.0 - 3.0 / square) / square)
    value[~near] = -0.5 * square - _LOG_ROOT_2PI + np.log(tail)
    by_z[~near], rest[~near] = ratio / tail, 1.0 / tail
    return value, by_z, rest


def log_expected_improvement(mean: np.ndarray, std: np.ndarray, best: np.ndarray | float) -> ValueAndSlopes:
    """log E max(f - best, 0)."""
    value, by_z, rest = log_improvement((mean - best) / std)
    return value + np.log(std), by_z / std, rest / std


def log_probability_of_improvement(mean: np.ndarray, std: np.ndarray, best: np.ndarray | float) -> ValueAndSlopes:
    """log P(f > best)."""
    z = (mean - best) / std
    value = scipy.special.log_ndtr(z)
    slope = np.exp(-0.5 * z * z - _LOG_ROOT_2PI - value)
    return value, slope / std, -slope * z / std


def upper_confidence_bound(mean: np.ndarray, std: np.ndarray, kappa: float) -> ValueAndSlopes:
    """mean + kappa std."""
    return mean + kappa * std, np.ones_like(mean), np.full_like(mean, kappa)


def log_sum_exp(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log of the sum of e^values over columns, (S,), and the share (S, F) that each column has in it.

    SciPy's logsumexp takes ten times as long for the few rows that an optimiser looks at, at every step of it.
    """
    top = values.max(axis=1, keepdims=True)
    parts = np.exp(values - top)
    total = parts.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], parts / total
