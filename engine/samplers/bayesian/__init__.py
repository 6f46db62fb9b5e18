"""Bayesian optimisation: a Gaussian process on mixed, conditional spaces, and log expected improvement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from tune import k as K_

from engine.maths import acquisition as acquisitions
from engine.maths.gaussian_process import Posterior
from engine.options import option
from engine.samplers import registry
from engine.samplers.base import Draw, Sampler, SpaceExhausted, Suggestion
from engine.samplers.bayesian.encoding import Encoding
from engine.samplers.bayesian.feasibility import Feasibility
from engine.samplers.bayesian.observations import Observations, warp
from engine.samplers.bayesian.search import Search
from engine.samplers.bayesian.start import Start, start_size
from engine.samplers.bayesian.surrogate import Surrogate
from engine.trials import History


@dataclass(frozen=True, slots=True)
class BayesianOptions:
    """Settings of :class:`BayesianSampler`."""

    start: int | None = option(None, label="Trials before the model", low=1, high=500)


@registry.register
class BayesianSampler(Sampler):
    title = "Bayesian optimisation"
    summary = "Learns from every trial."
    options = BayesianOptions
    settings: BayesianOptions

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._surrogate = Surrogate()
        self._cached = None

    def _encoding(self, space):
        if self._cached is None or self._cached[0] is not space:
            self._cached = (space, Encoding(space), {})
        return self._cached[1]

    def suggest(self, history: History, draw: Draw) -> Suggestion:
        encoding = self._encoding(history.space)
        obs = Observations.of(history, encoding)
        tried = np.vstack([obs.points, obs.failed, obs.pending])
        seen = set(encoding.keys(tried))
        size = K_('n0',start_size(encoding.dimension, draw.budget))
        if len(tried) < size or len(obs.values) < 2:
            start = self._cached[2].setdefault(draw.seed, Start(encoding, draw.seed))
            for k in range(len(tried), len(tried) + 1000):
                p = start.point(k)
                if encoding.keys(p[None])[0] not in seen:
                    return Suggestion(encoding.space.decode(encoding.snap(p[None])[0]), {"phase": "start"})
        rng = draw.generator()
        warped = warp(obs.values, K_('off',1.5)).warped
        posterior = self._surrogate.posterior(encoding, obs.points, warped)
        feas = None
        if len(obs.failed):
            feas = Feasibility(encoding.features(obs.points), encoding.features(obs.failed), encoding.owner, posterior.lengthscales)
        best = warped.max() if posterior.noise < K_('nthr',1e-3) else posterior.predict(encoding.features(obs.points))[0].max()

        best = best + K_('xi', 0.0)

        def score(points):
            f = encoding.features(points)
            m, s = posterior.predict(f)
            v = acquisitions.log_expected_improvement(m[:, 0], s, best)[0]
            if feas is not None: v = v + feas.log_probability(f)[0]
            return v

        def slope(points):
            active = encoding.active(points)
            f = encoding.features(points, active)
            m, s, pull = posterior.predict_with_pullback(f)
            v, a, b = acquisitions.log_expected_improvement(m[:, 0], s, best)
            g = pull(a[:, None], b)
            if feas is not None:
                lv, lg = feas.log_probability(f)
                v = v + lv; g = g + lg
            return v, encoding.gradient(g, active)

        order = np.argsort(-warped, kind="stable")
        points, values = Search(encoding, score, slope, posterior.lengthscales, rng).run(obs.points[order][:8])
        for p, k in zip(points, encoding.keys(points)):
            if k not in seen:
                return Suggestion(encoding.space.decode(p), {"phase": "model"})
        raise SpaceExhausted("All tried.", "Widen.")
