"""A quadratic energy of bits (QUBO), and one drawn from what the trials say of the score.

The model is linear in the bits and in the products of two bits of different groups, with normal priors; a draw from
its posterior explores where little is known, as in Baptista and Poloczek, "Bayesian optimization of combinatorial
structures", ICML 2018, whose sparse prior is left out. Two configurations that agree in m of G groups share m single
bits and m (m - 1) / 2 pairs, so that the posterior needs no list of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array

PRIORS = ((0.8, 0.1, 0.1), (0.6, 0.3, 0.1), (0.3, 0.6, 0.1), (0.6, 0.1, 0.3), (0.3, 0.3, 0.4), (0.15, 0.05, 0.8))
"""Shares of the variance of single bits, of pairs and of noise, of which the likeliest is taken: a guess."""


@dataclass(frozen=True, slots=True)
class Qubo:
    """Energy of bits x (p,): ``linear @ x + x @ quadratic @ x / 2``; one bit of each group is to be on.

    ``quadratic`` (p, p) is symmetric and zero within a group. ``starts`` and ``widths`` (G,) are those of the groups.
    """

    linear: Array
    quadratic: Array
    starts: Array
    widths: Array

    def energy(self, levels: Array) -> Array:
        """Energies (R,) of states (R, G), the bits that are on in each group."""
        rows = np.asarray(self.starts + levels)
        single = self.linear[rows].sum(axis=1)
        pairs = self.quadratic[rows[:, :, None], rows[:, None, :]].sum(axis=(1, 2))
        return np.asarray(single + pairs / 2.0)


def same_groups(one: Array, other: Array) -> Array:
    """In how many groups each row of ``one`` (n, G) agrees with each of ``other`` (m, G): (n, m)."""
    return np.asarray((one[:, None, :] == other[None, :, :]).sum(axis=2), dtype=float)


def draw_qubo(
    levels: Array, losses: Array, bits: Array, starts: Array, widths: Array, rng: np.random.Generator
) -> Qubo:
    """An energy from the posterior of standardised ``losses`` (n,) at states ``levels`` (n, G) with ``bits`` (n, p).

    By Matheron's rule: a draw from the prior, corrected by what the trials say against it.
    """
    from scipy.linalg import cho_factor, cho_solve  # slow to import

    groups = len(starts)
    pairs = max(groups * (groups - 1) / 2.0, 1.0)
    agreement = same_groups(levels, levels)
    shared, shared_pairs = agreement / max(groups, 1), agreement * (agreement - 1.0) / 2.0 / pairs
    prior = max(PRIORS, key=lambda one: _log_likelihood(shared, shared_pairs, losses, one))
    single, double, noise = prior
    count = bits.shape[1]
    linear = rng.standard_normal(count) * np.sqrt(single / max(groups, 1))
    quadratic = np.triu(rng.standard_normal((count, count)) * np.sqrt(double / pairs), 1)
    owner = np.repeat(np.arange(groups), widths)
    quadratic[owner[:, None] == owner[None, :]] = 0.0
    quadratic += quadratic.T
    seen = bits @ linear + np.einsum("ni,ni->n", bits @ quadratic, bits) / 2.0
    error = losses - seen - rng.standard_normal(len(losses)) * np.sqrt(noise)
    factor = cho_factor(single * shared + double * shared_pairs + noise * np.eye(len(losses)), lower=True)
    weights = cho_solve(factor, error)
    linear += single / max(groups, 1) * (bits.T @ weights)
    correction = double / pairs * (bits.T @ (weights[:, None] * bits))
    correction[owner[:, None] == owner[None, :]] = 0.0
    return Qubo(linear, quadratic + correction, starts, widths)


def _log_likelihood(shared: Array, shared_pairs: Array, losses: Array, prior: tuple[float, float, float]) -> float:
    from scipy.linalg import cho_factor, cho_solve  # slow to import

    single, double, noise = prior
    factor = cho_factor(single * shared + double * shared_pairs + noise * np.eye(len(losses)), lower=True)
    return float(-0.5 * losses @ cho_solve(factor, losses) - np.log(np.diag(factor[0])).sum())
