"""Where trials break the study's constraints: one process a constraint gives the chance that all of them are kept.

Gardner et al., "Bayesian optimization with inequality constraints", 2014.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.maths.acquisition import log_probability_of_improvement
from engine.samplers.bayesian.feasibility import Feasibility
from engine.samplers.bayesian.observations import Observations
from engine.samplers.bayesian.surrogate import Surrogate
from engine.samplers.encoding import Encoding

COMMON = 0.9
MOST_CAUTION = 10


class Limits:
    """The chance that a configuration keeps every constraint, each constraint by itself.

    ``caution`` is how much to heed the logarithm of that chance.
    """

    def __init__(self, parts: Sequence[Feasibility], caution: float = 1.0) -> None:
        self._parts = tuple(parts)
        self.caution = caution

    @classmethod
    def of(cls, surrogate: Surrogate, encoding: Encoding, observations: Observations) -> Limits | None:
        """Fitted to what ``observations`` told of each constraint; *None* where there is nothing to keep."""
        parts = []
        for values in observations.constraints.T:
            known = ~np.isnan(values)
            if not known.any():
                continue
            threshold = tame(values[known])[1]
            posterior = surrogate.posterior(
                encoding,
                observations.points[known],
                values[known],
                lambda some: tame(some)[0],
                observations.noise_scale[known],
                worth=-np.abs(values[known]),
                aside=None if observations.aside is None else observations.aside[known],
            )
            parts.append(Feasibility(posterior, threshold, blur=0.0))
        # One trial in two may end beyond a constraint that binds; several in a row say that the model is too bold.
        caution = 1.0 + min(max(observations.infeasible_in_a_row - 1, 0), MOST_CAUTION)
        return cls(parts, caution) if parts else None

    def log_probability(self, features: np.ndarray) -> np.ndarray:
        """log P(every constraint is kept), (S,)."""
        return np.asarray(sum(part.log_probability(features) for part in self._parts))

    def with_gradient(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same, (S,), and its gradient by the features, (S, D)."""
        values, gradients = zip(*(part.with_gradient(features) for part in self._parts), strict=True)
        return np.asarray(sum(values)), np.asarray(sum(gradients))

    def as_if_broken(self, features: np.ndarray) -> Limits:
        """The same as if trials at ``features`` (q, D) had broken the constraint that they will most likely break.

        While no feasible trial is known, the next one matters only where those that still run will not be feasible.
        """
        predicted = [part.posterior.predict(features) for part in self._parts]
        room = [
            (mean[:, 0] - part.threshold) / spread for part, (mean, spread) in zip(self._parts, predicted, strict=True)
        ]
        weakest = np.argmin(room, axis=0)
        parts = []
        for index, (part, (mean, spread)) in enumerate(zip(self._parts, predicted, strict=True)):
            # The mean of a normal distribution below a threshold.
            pull = log_probability_of_improvement(-mean[:, 0], spread, -part.threshold)[1]
            label = np.where(weakest == index, mean[:, 0] - spread**2 * pull, mean[:, 0])
            parts.append(Feasibility(part.posterior.extended(features, label[:, None]), part.threshold, blur=0.0))
        return Limits(parts, self.caution)


def tame(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Standardised values of one constraint, larger is better, and where its bound 0 lies among them.

    Up to the size of most of them the values stay nearly as they are, so that smooth constraints stay smooth; beyond,
    only their logarithms count (the inverse hyperbolic sine).
    """
    sizes = np.abs(values[values != 0.0])
    unit = float(np.quantile(sizes, COMMON)) if len(sizes) else 1.0
    with np.errstate(over="ignore"):
        tamed = -np.arcsinh(np.clip(values / unit, -1e300, 1e300))
    centre, spread = float(tamed.mean()), float(tamed.std())
    spread = spread if spread > 1e-9 else 1.0
    return (tamed - centre) / spread, -centre / spread
