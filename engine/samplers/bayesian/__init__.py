"""Bayesian optimisation: a Gaussian process on mixed, conditional spaces, and log expected improvement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import seeds
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Draw, Sampler, Suggestion
from engine.samplers.bayesian.acquiring import Acquisition, with_fantasies
from engine.samplers.bayesian.escaping import ESCAPE_EVERY, escapes, is_stalled
from engine.samplers.bayesian.explaining import explain
from engine.samplers.bayesian.feasibility import Feasibility
from engine.samplers.bayesian.observations import Observations, scalarised
from engine.samplers.bayesian.search import Search
from engine.samplers.bayesian.start import Start, start_size
from engine.samplers.bayesian.surrogate import Surrogate
from engine.samplers.bayesian.threads import one_thread
from engine.samplers.bayesian.warping import Warp, identity, warp
from engine.samplers.encoding import Encoding
from engine.samplers.tried import Tried
from engine.space import SearchSpace
from engine.trials import History

NOISY = 1e-3
WEIGHTINGS = 9


@dataclass(frozen=True, slots=True)
class BayesianOptions:
    """Settings of :class:`BayesianSampler`."""

    acquisition: str = option(
        "ei",
        label="Choose by",
        choices=("ei", "pi", "ucb", "thompson"),
        help="Expected improvement, probability of improvement, upper confidence bound, or a random draw of the model.",
    )
    start: int | None = option(
        None, label="Trials before the model", low=1, high=500, help="Automatic: few, more for large spaces."
    )
    kappa: float = option(
        1.8,
        label="Exploration",
        low=0.0,
        high=20.0,
        advanced=True,
        help="Weight of the spread in the confidence bound.",
    )


@registry.register
class BayesianSampler(Sampler):
    """Keeps fits and encodings between calls, which follow from history and seed alone."""

    title = "Bayesian optimisation"
    summary = (
        "Learns a model of the score from every trial and tries where it promises most. The best use of few trials."
    )
    options = BayesianOptions
    settings: BayesianOptions

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._surrogate = Surrogate()
        self._encoded: Encoding | None = None
        self._start: tuple[Encoding, int, Start] | None = None

    def suggest(self, history: History, draw: Draw) -> Suggestion:
        """The configuration of highest acquisition that has not been tried; from an even spread at first.

        Raises :class:`SpaceExhausted` where every configuration has been tried.
        """
        encoding = self._encoding(history.space)
        observations = Observations.of(history, encoding)
        tried = Tried(encoding, np.vstack([observations.points, observations.failed, observations.pending]))
        sign = -1.0 if history.directions[0] == "minimize" else 1.0
        size = self.settings.start or start_size(encoding, draw.budget)
        if len(history) >= size and len(observations.values) >= 2:
            try:
                with one_thread():
                    return self._by_model(encoding, observations, tried, draw, sign)
            except np.linalg.LinAlgError:
                pass  # numbers that defeat every factorisation: an even spread still helps
        start = self._starting(encoding, draw.seed)
        proposals = (start.point(index)[None, :] for index in range(len(history), len(history) + 64))
        return Suggestion(encoding.space.decode(tried.fresh(proposals, draw)), {"phase": "start"})

    def _by_model(
        self, encoding: Encoding, observations: Observations, tried: Tried, draw: Draw, sign: float
    ) -> Suggestion:
        rng = draw.generator()
        weights = _objective_weights(observations.values.shape[1], draw)

        def transform(values: np.ndarray) -> np.ndarray:
            return warp(scalarised(values, weights)).warped

        shape = warp(scalarised(observations.values, weights))
        posterior = self._surrogate.posterior(
            encoding, observations.points, observations.values, transform, observations.noise_scale
        )
        acquisition = self._acquisition(encoding, observations, shape, posterior, rng)
        order = np.argsort(-shape.warped, kind="stable")
        if draw.number % ESCAPE_EVERY == 0 and is_stalled(shape.warped):
            point = tried.fresh(iter((escapes(encoding, acquisition, rng),)), draw)
            return Suggestion(
                encoding.space.decode(point), explain(encoding, acquisition, shape, point, sign, "escape")
            )
        search = Search(encoding, acquisition, posterior.lengthscales, rng)
        points = search.run(observations.points[order][:8])
        point = tried.fresh((points[begin : begin + 256] for begin in range(0, len(points), 256)), draw)
        return Suggestion(encoding.space.decode(point), explain(encoding, acquisition, shape, point, sign))

    def _acquisition(
        self, encoding: Encoding, observations: Observations, shape: Warp, posterior: Any, rng: np.random.Generator
    ) -> Acquisition:
        """What to maximise: fantasies stand in for pending trials, a second process for the chance to fail."""
        best = float(shape.warped.max())
        if posterior.noise > NOISY:
            best = float(posterior.predict(encoding.features(observations.points))[0].max())
        feasibility, caution = None, 1.0
        if len(observations.failed):
            points, labels = observations.outcomes
            feasibility = Feasibility(self._surrogate.posterior(encoding, points, labels, identity))
            # Failures in a row say that the model of success is too bold.
            caution = 1.0 + min(observations.failures_in_a_row, 10)
            failed = encoding.features(observations.failed[-200:])
            # A failure teaches nothing of the score, but what is there will not be had: no spread is left to explore.
            posterior = posterior.extended(failed, posterior.predict(failed)[0])
        versions = np.array([best])
        if len(observations.pending):
            posterior, versions = with_fantasies(posterior, encoding.features(observations.pending), best, rng)
        kind = self.settings.acquisition
        return Acquisition(encoding, posterior, versions, kind, self.settings.kappa, feasibility, caution)

    def _encoding(self, space: SearchSpace) -> Encoding:
        if self._encoded is None or self._encoded.space is not space:
            self._encoded = Encoding(space)
        return self._encoded

    def _starting(self, encoding: Encoding, seed: int) -> Start:
        if self._start is None or self._start[:2] != (encoding, seed):
            self._start = (encoding, seed, Start(encoding, seed))
        return self._start[2]


def _objective_weights(count: int, draw: Draw) -> np.ndarray:
    """Weights (m,) of several objectives, another of a few fixed choices for every trial."""
    turn = draw.number % WEIGHTINGS
    if count == 2:
        first = (1 + turn * 5 % WEIGHTINGS) / (WEIGHTINGS + 1)
        return np.array([first, 1.0 - first])
    return seeds.generator(draw.seed, "bayesian", "weights", turn).dirichlet(np.ones(count))
