"""Probability of feasibility: one Gaussian process a constraint tells how probable it is that all of them are kept.

Gardner et al., "Bayesian optimization with inequality constraints", 2014.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.maths.acquisition import log_probability_of_improvement
from engine.samplers.bayesian.observations import Observations
from engine.samplers.bayesian.success_model import SuccessModel
from engine.samplers.bayesian.surrogate import Surrogate
from engine.samplers.encoding import Encoding

COMMON = 0.9  # share of a constraint's values that stay nearly as they are: a guess
MOST_CAUTION = 10  # infeasible trials in a row that are counted: a guess


class ConstraintModels:
    """The probability that a configuration keeps every constraint, each constraint by itself.

    ``caution`` multiplies the logarithm of that probability.
    """

    def __init__(self, parts: Sequence[SuccessModel], caution: float = 1.0) -> None:
        self._parts = tuple(parts)
        self.caution = caution

    @classmethod
    def of(cls, surrogate: Surrogate, encoding: Encoding, observations: Observations) -> ConstraintModels | None:
        """Fitted to what ``observations`` told of each constraint; *None* where there is nothing to keep."""
        parts = []
        for values in observations.constraints.T:
            known = ~np.isnan(values)
            if not known.any():
                continue
            threshold = standardised(values[known])[1]
            posterior = surrogate.posterior(
                encoding,
                observations.points[known],
                values[known],
                lambda some: standardised(some)[0],
                observations.noise_scale[known],
                utility=-np.abs(values[known]),
                removed=None if observations.removed is None else observations.removed[known],
            )
            parts.append(SuccessModel(posterior, threshold, blur=0.0))
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

    def as_if_broken(self, features: np.ndarray) -> ConstraintModels:
        """The same as if trials at ``features`` (q, D) had broken the constraint that they will most likely break.

        While no feasible trial is known, the next one matters only where those that still run will not be feasible.
        """
        predicted = [part.posterior.predict(features) for part in self._parts]
        room = [(mean[:, 0] - part.threshold) / std for part, (mean, std) in zip(self._parts, predicted, strict=True)]
        weakest = np.argmin(room, axis=0)
        parts = []
        for index, (part, (mean, std)) in enumerate(zip(self._parts, predicted, strict=True)):
            # The mean of a normal distribution below a threshold.
            pull = log_probability_of_improvement(-mean[:, 0], std, -part.threshold)[1]
            label = np.where(weakest == index, mean[:, 0] - std**2 * pull, mean[:, 0])
            parts.append(SuccessModel(part.posterior.condition_on(features, label[:, None]), part.threshold, blur=0.0))
        return ConstraintModels(parts, self.caution)


def standardised(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Standardised values of one constraint, larger is better, and where its bound 0 lies among them.

    Up to the size of most of them the values stay nearly as they are, so that smooth constraints stay smooth; beyond,
    only their logarithms count (the inverse hyperbolic sine).
    """
    sizes = np.abs(values[values != 0.0])
    unit = float(np.quantile(sizes, COMMON)) if len(sizes) else 1.0
    with np.errstate(over="ignore"):
        compressed = -np.arcsinh(np.clip(values / unit, -1e300, 1e300))
    centre, std = float(compressed.mean()), float(compressed.std())
    std = std if std > 1e-9 else 1.0
    return (compressed - centre) / std, -centre / std
