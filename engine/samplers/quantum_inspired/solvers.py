"""What finds states of low energy: simulated annealing here, path-integral annealing by a package, or a device.

A solver is a function of an energy, how many sweeps, and a generator; one more is one more entry of :data:`SOLVERS`.
Nothing here is more than a simulation, and on the sizes that a search space has nothing is won over plain annealing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Array
from engine.learners.optional_packages import require
from engine.samplers.quantum_inspired.qubo import Qubo

REPLICAS = 32  # walks side by side: a guess
HOT, COLD = 1.0, 0.02  # first and last temperature, in standard deviations of the fields: guesses
FIELD = 3.0  # of the transverse field at the beginning, in the same unit (as in Martonak et al. 2002)
FEASIBLE = 0.9  # of the reads with one bit a group, before which the penalty is doubled (algorithms of FMQA)


class Annealed(NamedTuple):
    """States (R, G), best first, their energies (R,), and the way there.

    ``temperatures`` (T,) are those of the sweeps, ``lowest`` and ``mean`` (T,) the energies of the walks after each; a
    solver that does not show its sweeps leaves these two empty.
    """

    levels: Array
    energies: Array
    temperatures: Array
    lowest: Array
    mean: Array


Solver = Callable[[Qubo, int, np.random.Generator], Annealed]


def simulated_annealing(qubo: Qubo, sweeps: int, rng: np.random.Generator) -> Annealed:
    """Heat-bath annealing in which a whole group is drawn at once, so that every state has one bit a group."""
    groups = len(qubo.starts)
    levels = (rng.random((REPLICAS, groups)) * qubo.widths).astype(int)
    rows = qubo.starts + levels
    fields = qubo.linear + qubo.quadratic[rows].sum(axis=1)
    unit = _unit_of(qubo)
    temperatures = unit * np.geomspace(HOT, COLD, max(sweeps, 2))
    best, energies = levels.copy(), qubo.energy(levels)
    lowest, mean = np.empty(len(temperatures)), np.empty(len(temperatures))
    replicas = np.arange(REPLICAS)
    for sweep, heat in enumerate(temperatures):
        for group in rng.permutation(groups):
            start, width = qubo.starts[group], qubo.widths[group]
            if width == 1:
                continue
            odds = -fields[:, start : start + width] / heat
            odds = np.exp(odds - odds.max(axis=1, keepdims=True))
            ladder = np.cumsum(odds, axis=1)
            drawn = (ladder < rng.random((REPLICAS, 1)) * ladder[:, -1:]).sum(axis=1)
            fields += qubo.quadratic[start + drawn] - qubo.quadratic[start + levels[:, group]]
            levels[:, group] = drawn
        now = qubo.energy(levels)
        better = now < energies
        best[better], energies[better] = levels[better], now[better]
        lowest[sweep], mean[sweep] = energies.min(), now.mean()
    order = np.argsort(energies, kind="stable")
    return Annealed(best[order], energies[replicas[order]], temperatures, lowest, mean)


def path_integral_annealing(qubo: Qubo, sweeps: int, rng: np.random.Generator) -> Annealed:
    """Simulated quantum annealing by dwave-samplers, with a transverse field that falls from :data:`FIELD` to 0.

    Raises :class:`UserFault` where the extra ``quantum`` is not installed. One bit a group is asked for by a penalty,
    doubled until nine reads of ten keep to it; what does not is put right.
    """
    require("dwave.samplers", "dwave-samplers", "quantum", "the solver simulated annealing")
    import dimod
    from dwave import samplers

    annealer: Any = samplers.PathIntegralAnnealingSampler  # which has no types
    unit = _unit_of(qubo)
    penalty = 2.0 * unit
    temperatures = unit * np.geomspace(HOT, COLD, max(sweeps, 2))
    owner = np.repeat(np.arange(len(qubo.starts)), qubo.widths)
    same = (owner[:, None] == owner[None, :]) & ~np.eye(len(owner), dtype=bool)
    bits = np.zeros((0, len(owner)))
    for _ in range(8):  # a penalty of 256 times the first is beyond doubt
        matrix = np.triu(qubo.quadratic + 2.0 * penalty * same, 1) + np.diag(qubo.linear - penalty)
        read = annealer().sample(
            dimod.BinaryQuadraticModel(matrix, "BINARY"),
            num_reads=REPLICAS,
            beta_schedule_type="custom",
            Hp_field=1.0 / temperatures,  # the package's name for the weight of the energy
            Hd_field=np.linspace(FIELD, 0.0, len(temperatures)),
            seed=int(rng.integers(2**31)),
        )
        columns = np.argsort(list(read.variables))
        bits = np.asarray(read.record.sample)[:, columns].astype(float)
        sums = np.add.reduceat(bits, qubo.starts, axis=1)
        if (sums == 1).all(axis=1).mean() >= FEASIBLE:
            break
        penalty *= 2.0
    levels = _one_bit_a_group(qubo, bits)
    energies = qubo.energy(levels)
    order = np.argsort(energies, kind="stable")
    none = np.zeros(0)
    return Annealed(levels[order], energies[order], temperatures, none, none)


SOLVERS: dict[str, Solver] = {
    "simulated_annealing": simulated_annealing,
    "path_integral": path_integral_annealing,
}


def _unit_of(qubo: Qubo) -> float:
    """How far the energies of one bit lie apart, in a typical state."""
    spread = np.sqrt(float(np.var(qubo.linear)) + float((qubo.quadratic**2).mean()) * len(qubo.starts))
    return spread if spread > 0.0 else 1.0


def _one_bit_a_group(qubo: Qubo, bits: Array) -> Array:
    """States (R, G) of ``bits`` (R, p): where not exactly one is on, the one of lowest energy beside the others."""
    levels = np.empty((len(bits), len(qubo.starts)), dtype=int)
    for group, (start, width) in enumerate(zip(qubo.starts, qubo.widths, strict=True)):
        part = bits[:, start : start + width]
        others = bits.copy()
        others[:, start : start + width] = 0.0
        fields = qubo.linear[start : start + width] + others @ qubo.quadratic[:, start : start + width]
        allowed = np.where(part.any(axis=1, keepdims=True), part > 0, True)
        levels[:, group] = np.argmin(np.where(allowed, fields, np.inf), axis=1)
    return levels
