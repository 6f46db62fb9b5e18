"""CMA-ES: a normal distribution that learns the shape of the valley, with margins for whole numbers and choices.

The state is replayed from the history, a generation at a time, so that a resumed study goes on as if uninterrupted.
Trials that break a constraint come after all others of their generation, by how much they break.
Whole numbers keep a least probability of changing (Hamano et al., "CMA-ES with margin", 2022); choices are drawn from
probabilities that follow the better half of each generation with a floor (Hamano et al., "CatCMA", 2024, simplified).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from engine.maths.cma import RestartingCmaEs
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.seen_points import SeenPoints
from engine.space import SearchSpace
from engine.trials import History, State


@dataclass(frozen=True, slots=True)
class CmaesOptions:
    """Settings of :class:`CmaesSampler`."""

    population: int | None = option(
        None, label="Trials per generation", low=4, high=1000, help="Automatic: 4 + 3 log(number of hyperparameters)."
    )
    step: float = option(
        0.25,
        label="First step",
        low=0.01,
        high=0.5,
        advanced=True,
        help="Standard deviation at the start, as a share of each range.",
    )


@dataclass(frozen=True, slots=True)
class _State:
    """Where the search stands after so many generations."""

    numbers: RestartingCmaEs | None
    shares: dict[int, np.ndarray]


@registry.register
class CmaesSampler(Sampler):
    """Keeps the state after the generations seen so far, under the trials that led to it."""

    title = "CMA-ES"
    summary = (
        "Adapts a normal distribution to the best trials. Strong on continuous hyperparameters with hundreds of "
        "trials, cheap at any size."
    )
    options = CmaesOptions
    settings: CmaesOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._cached: Encoding | None = None
        self._states: dict[bytes, _State] = {}

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A point of the current generation."""
        encoding = self._encoding_of(history.space)
        everything = encoding.points_of(history, np.arange(len(history)))
        state, _ = self._replay_generations(encoding, history, everything)
        rng = request.generator()
        proposals = (self._sample_point(encoding, state, rng)[None, :] for _ in range(16))
        if len(history) == 0:
            proposals = (point for point in (np.full((1, len(encoding)), 0.5),))
        point = SeenPoints(encoding, everything[~history.outside]).unseen(proposals, request)
        why: dict[str, Any] = {"phase": "evolve"}
        if state.numbers is not None:
            numbers = state.numbers
            why |= {"generation": numbers.generation, "restarts": numbers.restarts, "step": float(numbers.step)}
        return Suggestion(encoding.space.decode(point), why)

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Inside a generation: all its points are drawn from where the one before ended."""
        encoding = self._encoding_of(history.space)
        _, wanted = self._replay_generations(encoding, history, encoding.points_of(history, np.arange(len(history))))
        return len(history.where(State.WAITING, State.RUNNING)) < wanted

    def _encoding_of(self, space: SearchSpace) -> Encoding:
        if self._cached is None or self._cached.space is not space:
            self._cached = Encoding(space)
            self._states.clear()
        return self._cached

    def _replay_generations(self, encoding: Encoding, history: History, points: np.ndarray) -> tuple[_State, int]:
        """The state after the last whole generation, and how many trials the next one still wants."""
        d = len(encoding.numeric)
        distribution = RestartingCmaEs(d, np.full(d, 0.5), self.settings.step, self.settings.population) if d else None
        choices = [c for c in encoding.varying if encoding.is_category[c]]
        state = _State(
            distribution,
            {
                c: np.full(encoding.hyperparameters[c].levels or 1, 1 / (encoding.hyperparameters[c].levels or 1))
                for c in choices
            },
        )
        rows = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
        rows = rows[~history.excluded[rows]]
        reached = history.reached[rows, 0] * (1.0 if history.directions[0] == "minimize" else -1.0)
        losses = np.where(np.isfinite(reached), reached, np.inf)
        violation = np.where(np.isfinite(losses), history.violation[rows], np.inf)
        begin = 0
        key = b""
        kept: dict[bytes, _State] = {}
        while True:
            size = state.numbers.size if state.numbers is not None else self.settings.population or 8
            if begin + size > len(rows):
                break
            part = slice(begin, begin + size)
            members, level = points[rows[part]], losses[part]
            if (violation[part] > 0.0).any() and history.constraint_names:
                order = np.lexsort((level, violation[part]))
                members = members[order]
                level = np.where(violation[part] > 0.0, np.inf, level)[order]
            key = _state_key(key, members, level)
            following = self._states.get(key)
            if following is None:
                following = self._next_state(encoding, state, members, level)
            kept[key] = state = following
            begin += size
        self._states = kept
        return state, begin + size - len(rows)

    @staticmethod
    def _next_state(encoding: Encoding, state: _State, points: np.ndarray, losses: np.ndarray) -> _State:
        numbers = state.numbers
        active = encoding.active_mask(points)
        if numbers is not None:
            still = np.where(active[:, encoding.numeric], points[:, encoding.numeric], numbers.mean)
            numbers = numbers.copy()
            numbers.tell(still, losses)
        better = np.argsort(losses, kind="stable")[: max(1, len(losses) // 2)]
        shares = {}
        for column, share in state.shares.items():
            count = len(share)
            rows = better[active[better, column]]
            seen = np.minimum((points[rows, column] * count).astype(int), count - 1)
            target = np.bincount(seen, minlength=count) / len(rows) if len(rows) else share
            floor = 0.2 / count / max(1, len(state.shares))
            share = np.maximum(0.7 * share + 0.3 * target, floor)
            shares[column] = share / share.sum()
        return _State(numbers, shares)

    @staticmethod
    def _sample_point(encoding: Encoding, state: _State, rng: np.random.Generator) -> np.ndarray:
        point = rng.random(len(encoding))
        if state.numbers is not None:
            least_std = _least_std(encoding, state.numbers)
            point[encoding.numeric] = state.numbers.ask(rng, least_std)
        for column, share in state.shares.items():
            point[column] = (rng.choice(len(share), p=share) + 0.5) / len(share)
        return point


def _least_std(encoding: Encoding, numbers: RestartingCmaEs) -> np.ndarray:
    """The standard deviation (d,) that leaves the mean's cell with probability 1 in d × population; 0 if continuous."""
    hyperparameters = [encoding.hyperparameters[column] for column in encoding.numeric]
    cells = np.array([1.0 / p.levels if p.levels else 0.0 for p in hyperparameters])
    away = float(-scipy.special.ndtri(min(0.25, 0.5 / (len(hyperparameters) * numbers.size))))
    return np.asarray(0.5 * cells / away)


def _state_key(key: bytes, points: np.ndarray, losses: np.ndarray) -> bytes:
    return hashlib.blake2b(key + points.tobytes() + losses.tobytes(), digest_size=16).digest()
