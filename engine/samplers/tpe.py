"""Tree-structured Parzen estimator: draw where good trials are dense and bad ones are not.

Multivariate kernels, expected-improvement weights for the good trials, pending and failed trials among the bad ones
(Bergstra et al. 2011; Falkner et al. 2018; settings after Watanabe, arXiv:2304.11127). Trials that break a constraint
come after all that break none, by how much they break.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.maths.pareto import rank
from engine.maths.parzen import ParzenMixture
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.samplers.encoding import Encoding
from engine.samplers.initial_design import InitialDesign
from engine.samplers.seen_points import SeenPoints
from engine.space import Categorical, SearchSpace
from engine.trials import History, State


@dataclass(frozen=True, slots=True)
class TpeOptions:
    """Settings of :class:`TpeSampler`."""

    start: int = option(10, label="Even trials first", low=1, high=1000, help="Trials before the densities are used.")
    share: float = option(
        0.1, label="Good share", low=0.01, high=0.5, advanced=True, help="The share of trials that count as good."
    )
    candidates: int = option(
        24, label="Candidates", low=4, high=4096, advanced=True, help="Draws among which the most promising is chosen."
    )


@registry.register
class TpeSampler(Sampler):
    """Keeps only the encoding of the space between calls."""

    takes_portfolio = True
    title = "Tree-structured Parzen estimator"
    summary = (
        "Models the densities of good and bad trials. Fast, well suited to mixed and conditional spaces, also with "
        "many trials."
    )
    options = TpeOptions
    settings: TpeOptions

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._cached: Encoding | None = None

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A draw from the good density that the bad one disputes least; the initial design at first."""
        encoding = self._encoding_of(history.space)
        rng = request.generator()
        everything = encoding.points_of(history, np.arange(len(history)))
        seen = SeenPoints(encoding, everything[~history.outside])
        complete = _scored_trials(history)
        if len(complete) < self._initial_trials(request):
            start = InitialDesign(encoding, request.seed)
            proposals = (start.point(index)[None, :] for index in range(len(history), len(history) + 8))
            point = seen.unseen(proposals, request)
            return Suggestion(encoding.space.decode(point), {"phase": "start"})
        good, bad, weights = self._split_trials(history, complete)
        levels = [p.levels if isinstance(p, Categorical) else 0 for p in encoding.hyperparameters]
        cells = np.array([1.0 / p.levels if p.levels else 0.0 for p in encoding.hyperparameters])
        masked = np.where(encoding.active_mask(everything), np.clip(everything, 0.0, 1.0), np.nan)
        above = ParzenMixture(masked[good], weights, levels, cells, flat=float(weights.mean()))
        below = ParzenMixture(masked[bad], np.ones(len(bad)), levels, cells, flat=1.0)
        points = encoding.snap_points(above.sample(self.settings.candidates, rng))
        active = encoding.active_mask(points)
        ratio = above.log_density(points, active) - below.log_density(points, active)
        order = np.argsort(-ratio, kind="stable")
        point = seen.unseen((points[order] if turn == 0 else above.sample(256, rng) for turn in range(2)), request)
        why = {"phase": "model", "good": len(good), "bad": len(bad), "log_ratio": float(ratio[order[0]])}
        return Suggestion(encoding.space.decode(point), why)

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """While pending trials cannot make the even ones enough."""
        pending = len(history.where(State.WAITING, State.RUNNING))
        return len(_scored_trials(history)) + pending < self._initial_trials(request)

    def _initial_trials(self, request: SuggestRequest) -> int:
        return min(self.settings.start, max(2, (request.budget or 1000) // 4))

    def _split_trials(self, history: History, complete: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows of the good and the bad trials and the weights of the good ones."""
        losses = history.scores[complete] * [1.0 if d == "minimize" else -1.0 for d in history.directions]
        violation = history.violation[complete]
        order = rank(losses, violation)
        count = min(math.ceil(self.settings.share * len(complete)), 25)
        good = complete[order[:count]]
        others = np.setdiff1d(np.arange(len(history)), good)
        weights = np.ones(count)
        if losses.shape[1] == 1 and count < len(order) and not violation[order[: count + 1]].any():
            with np.errstate(over="ignore"):
                gain = losses[order[count], 0] - losses[order[:count], 0]
            if 0.0 < gain.max() < math.inf:
                weights = np.maximum(gain / gain.max(), 1e-12)
        return good, others, weights

    def _encoding_of(self, space: SearchSpace) -> Encoding:
        if self._cached is None or self._cached.space is not space:
            self._cached = Encoding(space)
        return self._cached


def _scored_trials(history: History) -> np.ndarray:
    complete = history.where(State.COMPLETE)
    return np.asarray(complete[np.isfinite(history.scores[complete]).all(axis=1)])
