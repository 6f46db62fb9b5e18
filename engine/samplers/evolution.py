"""Evolution: the best configurations so far are recombined and mutated; for several objectives this is NSGA-II.

Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002, in its steady-state form: every new
trial descends from the best population among all finished ones, so that nobody waits for a generation to end. Trials
that break a constraint are worse than all that break none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.maths.pareto import rank
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.seen_points import SeenPoints
from engine.trials import History, State

CROSSOVER_ETA = 10.0  # distribution index: a guess between 2, of Deb and Agrawal (1995), and 20, of Deb et al. (2002)
MUTATION_ETA = 20.0  # distribution index of Deb et al. (2002)


@dataclass(frozen=True, slots=True)
class EvolutionOptions:
    """Settings of :class:`EvolutionSampler`."""

    population: int = option(20, label="Population", low=4, high=1000, help="How many of the best may have offspring.")
    crossover: float = option(
        0.9, label="Crossover", low=0.0, high=1.0, advanced=True, help="The probability of two parents."
    )
    mutation: float | None = option(
        None,
        label="Mutation",
        low=0.0,
        high=1.0,
        advanced=True,
        help="The probability per hyperparameter. Automatic: 1 in d.",
    )


@registry.register
class EvolutionSampler(Sampler):
    """Keeps only the encoding of the space between calls."""

    title = "Evolution (NSGA-II)"
    summary = (
        "Recombines and mutates the best configurations. Handles any kind of space and several objectives; needs "
        "many trials."
    )
    options = EvolutionOptions
    settings: EvolutionOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._cached: Encoding | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A random configuration while the first population fills, then a child of two good ones."""
        if self._cached is None or self._cached.space is not history.space:
            self._cached = Encoding(history.space)
        encoding = self._cached
        rng = request.generator()
        everything = encoding.points_of(history, np.arange(len(history)))
        seen = SeenPoints(encoding, everything[~history.outside])
        complete = history.where(State.COMPLETE)
        complete = complete[np.isfinite(history.scores[complete]).all(axis=1)]
        population = self._population_size(request)
        if len(complete) < 2 or len(history) < population:
            point = seen.unseen((rng.random((1, len(encoding))) for _ in range(8)), request)
            return Suggestion(encoding.space.decode(point), {"phase": "start"})
        losses = history.scores[complete] * [1.0 if d == "minimize" else -1.0 for d in history.directions]
        parents = complete[rank(losses, history.violation[complete])[:population]]
        chosen: list[int] = []

        def propose_children() -> Any:
            for _ in range(16):
                first, second = (int(min(rng.integers(len(parents), size=2))) for _ in range(2))
                chosen[:] = [int(parents[first]), int(parents[second])]
                yield self._recombine(encoding, everything[chosen[0]], everything[chosen[1]], rng)[None, :]

        point = seen.unseen(propose_children(), request)
        return Suggestion(encoding.space.decode(point), {"phase": "evolve", "parents": " and ".join(map(str, chosen))})

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """While the first population fills."""
        return len(history) < self._population_size(request)

    def _population_size(self, request: SuggestRequest) -> int:
        return min(self.settings.population, max(4, (request.budget or 10**6) // 5))

    def _recombine(
        self, encoding: Encoding, one: np.ndarray, other: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        d = len(one)
        child = one.copy()
        if rng.random() < self.settings.crossover:
            child = np.where(rng.random(d) < 0.5, one, other)
            blend = (rng.random(d) < 0.5) & ~encoding.is_category
            child = np.where(blend, _blend_numbers(one, other, rng), child)
        probability = 1.0 / max(len(encoding.varying), 1) if self.settings.mutation is None else self.settings.mutation
        mutate = rng.random(d) < probability
        if not mutate.any():
            mutate[rng.integers(d)] = True
        mutant = np.where(encoding.is_category, rng.random(d), _mutate_numbers(child, rng))
        return np.clip(np.where(mutate, mutant, child), 0.0, 1.0)


def _blend_numbers(one: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Simulated binary crossover: the first of its two children (Deb and Agrawal 1995)."""
    u = rng.random(len(one))
    beta = np.where(u <= 0.5, 2.0 * u, 0.5 / np.maximum(1.0 - u, 1e-12)) ** (1.0 / (CROSSOVER_ETA + 1.0))
    return np.asarray(0.5 * ((1.0 + beta) * one + (1.0 - beta) * other))


def _mutate_numbers(point: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Polynomial mutation over the whole range; now and then a uniform draw, so that no place is out of reach."""
    u = rng.random(len(point))
    power = 1.0 / (MUTATION_ETA + 1.0)
    move = np.where(u < 0.5, (2.0 * u) ** power - 1.0, 1.0 - (2.0 * (1.0 - u)) ** power)
    return np.where(rng.random(len(point)) < 0.2, rng.random(len(point)), point + move)
