"""Quantum-inspired search: a model of bits, drawn from its posterior, and annealed to the next configuration.

The energy is the same that a quantum annealer takes (Kitai et al., "Designing metamaterials with quantum annealing and
factorization machines", Physical Review Research 2, 2020, with a Bayesian linear model in place of theirs). Nothing
here runs on quantum hardware, and no advantage is claimed: it is meant for spaces of many choices, and for comparing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine import seeds
from engine.maths.pareto import rank
from engine.maths.ranks import middle_ranks
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.quantum_inspired.one_hot import OneHot
from engine.samplers.quantum_inspired.qubo import draw_qubo
from engine.samplers.quantum_inspired.solvers import SOLVERS, Annealed
from engine.samplers.seen_points import SeenPoints
from engine.trials import History, State

MOST_TRIALS = 600  # that the model sees, half of them the best and half the newest: its cost grows with their cube
MOST_DESIGN = 16  # trials before the model, though a hyperparameter may have more choices: a guess
FLIPS = 16  # states with one group drawn anew that are tried where every annealed one has been tried: a guess


@dataclass(frozen=True, slots=True)
class QuantumInspiredOptions:
    """Settings of :class:`QuantumInspiredSampler`."""

    solver: str = option(
        "simulated_annealing",
        label="Solver",
        choices=tuple(SOLVERS),
        words=("Simulated annealing", "Path-integral annealing (needs dwave-samplers)"),
        help="What looks for the lowest energy.",
    )
    parts: int = option(8, label="Parts of a range", low=2, high=32, help="Bits that stand for a number.")
    sweeps: int = option(60, label="Sweeps", low=2, high=10_000, log=True, help="Steps of the annealing schedule.")


@registry.register
class QuantumInspiredSampler(Sampler):
    """Keeps only the encoding of the space between calls."""

    title = "Quantum-inspired annealing"
    summary = (
        "Anneals a model of choices and pairs of choices, as a quantum annealer would take it; simulated. For many "
        "categorical hyperparameters."
    )
    options = QuantumInspiredOptions
    settings: QuantumInspiredOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._cached: tuple[Encoding, OneHot] | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A balanced design at first, then the annealed state of a model drawn from its posterior."""
        encoding, one_hot = self._prepare(history)
        everything = encoding.points_of(history, np.arange(len(history)))
        seen = SeenPoints(encoding, everything[~history.outside])
        rng = request.generator()
        if self._is_design(one_hot, history, request):
            levels = one_hot.design(request.drawn, seeds.generator(request.seed, "quantum inspired", "design"))
            proposals = (one_hot.point_of(levels, rng)[None, :] for _ in range(FLIPS))
            return Suggestion(encoding.space.decode(seen.unseen(proposals, request)), {"phase": "start"})
        annealed = self.anneal(history, request)
        point = seen.unseen(_near(annealed, one_hot, rng), request)
        why = {"phase": "annealed", "energy": float(annealed.energies[0]), "bits": one_hot.count}
        return Suggestion(encoding.space.decode(point), why)

    def anneal(self, history: History, request: SuggestRequest) -> Annealed:
        """What was annealed for this trial: states, energies and the schedule. Needs two finished trials."""
        encoding, one_hot = self._prepare(history)
        numbers, losses = _standardised(history)
        levels = one_hot.levels_of(np.clip(encoding.points_of(history, numbers), 0.0, 1.0))
        rng = request.generator("anneal")
        qubo = draw_qubo(levels, losses, one_hot.bits_of(levels), one_hot.starts, one_hot.widths, rng)
        return SOLVERS[self.settings.solver](qubo, self.settings.sweeps, rng)

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """While the design is drawn."""
        return request.drawn < self._design_rows(self._prepare(history)[1], request)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _prepare(self, history: History) -> tuple[Encoding, OneHot]:
        if self._cached is None or self._cached[0].space is not history.space:
            encoding = Encoding(history.space)
            self._cached = encoding, OneHot(encoding, self.settings.parts)
        return self._cached

    @staticmethod
    def _design_rows(one_hot: OneHot, request: SuggestRequest) -> int:
        return min(one_hot.design_rows, MOST_DESIGN, max(4, (request.budget or 10**6) // 3))

    def _is_design(self, one_hot: OneHot, history: History, request: SuggestRequest) -> bool:
        drawn = request.drawn < self._design_rows(one_hot, request)
        return drawn or one_hot.count == 0 or len(history.where(State.COMPLETE, State.FAILED)) < 2


def _standardised(history: History) -> tuple[np.ndarray, np.ndarray]:
    """Numbers (n,) of the trials that the model sees, and normal scores (n,) of their ranks, low for the best.

    Ranks serve several objectives and constraints alike; a failed trial is worse than every other.
    """
    from scipy.special import ndtri  # slow to import

    numbers = history.where(State.COMPLETE, State.FAILED)
    losses = history.scores[numbers] * [1.0 if d == "minimize" else -1.0 for d in history.directions]
    failed = ~np.isfinite(losses).all(axis=1)
    good = np.flatnonzero(~failed)
    order = np.concatenate([good[rank(losses[good], history.violation[numbers[good]])], np.flatnonzero(failed)])
    place = np.empty(len(numbers))
    place[order] = np.arange(len(numbers))
    if failed.any():
        place[failed] = len(good) + (failed.sum() - 1) / 2.0  # all alike
    if len(numbers) > MOST_TRIALS:
        half = MOST_TRIALS // 2
        kept = np.union1d(order[:half], np.arange(len(numbers) - half, len(numbers)))
        numbers, place = numbers[kept], place[kept]
        place = middle_ranks(place) - 1.0
    return numbers, ndtri((place + 0.5) / len(numbers))


def _near(annealed: Annealed, one_hot: OneHot, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Points (1, d) of the annealed states, best first, then of states with one group drawn anew."""
    for levels in annealed.levels:
        yield one_hot.point_of(levels, rng)[None, :]
    for _ in range(FLIPS):
        levels = annealed.levels[int(rng.integers(len(annealed.levels)))].copy()
        group = int(rng.integers(len(levels)))
        levels[group] = rng.integers(one_hot.widths[group])
        yield one_hot.point_of(levels, rng)[None, :]
