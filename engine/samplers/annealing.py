"""Simulated annealing: a walk that takes worse steps too, ever more rarely (Kirkpatrick et al., Science 1983).

The walk is replayed from the history: each finished trial in turn is accepted or not, by a coin that belongs to it. A
trial that breaks a constraint counts as worse than all that break none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine import seeds
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.seen_points import SeenPoints
from engine.trials import History, State

START = 5  # random trials before the walk: a guess
LAST_TEMPERATURE = 1e-3  # of the first temperature, when the walk is cold: a guess


@dataclass(frozen=True, slots=True)
class AnnealingOptions:
    """Settings of :class:`AnnealingSampler`."""

    temperature: float = option(
        1.0,
        label="First temperature",
        low=0.01,
        high=100.0,
        log=True,
        help="In median deviations of the scores.",
    )
    cooling: int | None = option(
        None, label="Trials until cold", low=5, high=100_000, help="Automatic: the budget, or 200 where there is none."
    )
    step: float = option(0.4, label="First step", low=0.01, high=1.0, advanced=True, help="As a share of each range.")


@registry.register
class AnnealingSampler(Sampler):
    """Keeps only the encoding of the space between calls."""

    title = "Simulated annealing"
    summary = (
        "Moves to neighbouring configurations and accepts worse ones while the temperature is high. Simple to follow."
    )
    options = AnnealingOptions
    settings: AnnealingOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._cached: Encoding | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A neighbour of where the walk stands; random for the first few trials."""
        if self._cached is None or self._cached.space is not history.space:
            self._cached = Encoding(history.space)
        encoding = self._cached
        rng = request.generator()
        everything = encoding.points_of(history, np.arange(len(history)))
        seen = SeenPoints(encoding, everything[~history.outside])
        complete = history.where(State.COMPLETE)
        complete = complete[np.isfinite(history.losses[complete])]
        length = self.settings.cooling or request.budget or 200
        if not len(complete) or len(history) < self._initial_trials(length):
            point = seen.unseen((rng.random((1, len(encoding))) for _ in range(8)), request)
            return Suggestion(encoding.space.decode(point), {"phase": "start"})
        here = self._walk_position(history, complete, request.seed, length)
        heat = self._temperature_at(len(history), length)
        width = max(self.settings.step * math.sqrt(heat), 0.01)
        proposals = (_neighbour_of(encoding, everything[here], width * 1.3**turn, rng)[None, :] for turn in range(16))
        why = {"phase": "walk", "from": here, "temperature": heat, "step": width}
        return Suggestion(encoding.space.decode(seen.unseen(proposals, request)), why)

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Before the walk."""
        return len(history) < self._initial_trials(self.settings.cooling or request.budget or 200)

    @staticmethod
    def _initial_trials(length: int) -> int:
        return min(START, length // 4)

    def _temperature_at(self, step: int, length: int) -> float:
        """Temperature before trial ``step``: geometric from the first to nearly nothing."""
        return float(self.settings.temperature * LAST_TEMPERATURE ** min(1.0, step / length))

    def _walk_position(self, history: History, complete: np.ndarray, seed: int, length: int) -> int:
        """The trial that the walk has reached, by Metropolis' rule."""
        losses = _penalised_losses(history.losses[complete], history.violation[complete])
        unit = float(np.median(np.abs(losses / 2 - np.median(losses / 2)))) * 2 or 1.0
        coins = seeds.generator(seed, "annealing").random(int(complete[-1]) + 1)
        here, level = int(complete[0]), float(losses[0])
        for number, loss in zip(complete.tolist(), losses.tolist(), strict=True):
            heat = self._temperature_at(number, length)
            if loss <= level or coins[number] < math.exp(max(-(loss / unit - level / unit) / heat, -700.0)):
                here, level = number, loss
        return here


def _penalised_losses(losses: np.ndarray, violation: np.ndarray) -> np.ndarray:
    """Losses (n,) in which those of trials that break a constraint rise from the worst other one with the violation."""
    broken = violation > 0.0
    if not broken.any():
        return losses
    kept = losses[~broken] if not broken.all() else np.zeros(1)
    excess = np.minimum(violation[broken], 1e300)
    half_range = kept.max() / 2 - kept.min() / 2 or 0.5
    with np.errstate(over="ignore"):
        above = np.minimum(excess / float(np.median(excess)), 1e3) * 2 * half_range
        levels = losses.copy()
        levels[broken] = np.minimum(kept.max() + above, 1.7e308)
    return levels


def _neighbour_of(encoding: Encoding, point: np.ndarray, width: float, rng: np.random.Generator) -> np.ndarray:
    """A few coordinates moved: numbers by a normal step reflected at the ends, categories redrawn."""
    d = len(point)
    moved = np.abs(point + width * rng.standard_normal(d))
    moved = 1.0 - np.abs(1.0 - moved)
    move = rng.random(d) < max(1.0 / d, min(1.0, 3.0 / d))
    move[encoding.varying[int(rng.integers(len(encoding.varying)))] if encoding.varying else 0] = True
    change = np.where(encoding.is_category, rng.random(d), moved)
    return np.clip(np.where(move, change, point), 0.0, 1.0)
