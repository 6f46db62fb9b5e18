"""What the model believes at one moment, in the units of the score: for the search, for people and for plots."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.maths.ranks import rank_correlation
from engine.samplers.bayesian.acquisition import SingleObjectiveAcquisition
from engine.samplers.bayesian.observations import Observations
from engine.samplers.bayesian.slices import POINTS, Slice, slice_through
from engine.samplers.bayesian.surrogate import MOST_ROWS
from engine.samplers.bayesian.threads import one_thread
from engine.samplers.bayesian.warping import Warp
from engine.samplers.encoding import Encoding

EXPLOIT = -0.5  # standard deviations from the incumbent from which a prediction counts as about as good: a guess
MOST_STARTS = 8  # best trials to search around: as many as the search has starts
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)


@dataclass(frozen=True)
class SurrogateView:
    """The surrogate and the acquisition before one trial. ``lengthscales`` are those of the hyperparameters that vary.

    With several objectives the values are those of the present weighting, not of a score. ``utility`` (n,) orders the
    rows of ``observations``: their warped values, below all of them those of trials that break a constraint.
    """

    encoding: Encoding
    observations: Observations
    score_warp: Warp
    utility: np.ndarray
    acquisition: SingleObjectiveAcquisition
    lengthscales: np.ndarray
    stalled: bool

    @cached_property
    def best_points(self) -> np.ndarray:
        """Points of the best trials, best first."""
        order = np.argsort(-self.utility, kind="stable")
        return np.asarray(self.observations.points[order[:MOST_STARTS]])

    @property
    def best_number(self) -> int:
        """The feasible trial whose predicted score is best: with noisy scores a safer choice than the best observed.

        While no trial is feasible, all are looked at.
        """
        with one_thread():
            mean, _ = self.acquisition.posterior.predict(self.encoding.to_features(self.observations.points))
        centre = np.where(self._counted_rows, mean.mean(axis=1), -np.inf)
        return int(self.observations.numbers[centre.argmax()])

    @property
    def quality(self) -> float:
        """How well the model predicts each trial from the others: a rank correlation, 1 perfect, 0 blind."""
        posterior = self.acquisition.posterior
        count = min(len(self.observations.values), MOST_ROWS)  # the rows after these are fantasies
        predicted, known = posterior.leave_one_out()[0][:count], posterior.targets[:count, 0]
        return float(np.nan_to_num(rank_correlation(predicted, known)))

    def at(self, configurations: Sequence[Mapping[str, object]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Predicted score, its standard deviation and log acquisition, each (S,), of some configurations."""
        space = self.encoding.space
        numbers = np.array([space.to_numbers(params) for params in configurations]).reshape(-1, len(self.encoding))
        points = np.nan_to_num(space.to_unit(numbers), nan=0.5)
        with one_thread():
            mean, std = self.acquisition.posterior.predict(self.encoding.to_features(points))
            value = self.acquisition.value(points)
        centre = mean.mean(axis=1)
        high, low = self.score_warp.inverse(centre + std), self.score_warp.inverse(centre - std)
        return self._score_sign * self.score_warp.inverse(centre), high / 2 - low / 2, value

    def slice(self, *names: str, around: Mapping[str, object] | None = None, points: int = POINTS) -> Slice:
        """Prediction, standard deviation, log acquisition along one or two hyperparameters, the others as ``around``.

        Without ``around`` they are fixed at the best observed trial. A number takes about ``points`` values, evenly on
        its own scale, a choice each of its values. Raises :class:`engine.errors.UserFault` for a name that the space
        does not have, or that plays no part there.
        """
        return slice_through(self.encoding.space, self.at, self.best_points[0], names, around, points)

    def explain(self, point: np.ndarray) -> dict[str, Any]:
        """Why ``point`` (d,) deserves a trial.

        A choice exploits where the prediction itself is about as good as the best trial, and explores where only its
        uncertainty makes it promising.
        """
        features = self.encoding.to_features(point[None, :])
        mean, std = self.acquisition.posterior.predict(features)
        centre, width = float(mean.mean()), float(std[0])
        z = (centre - float(self.acquisition.best.mean())) / width
        why: dict[str, Any] = {"phase": "exploit" if z > EXPLOIT else "explore"}
        if self.acquisition.constraints is not None:
            log_kept = self.acquisition.constraints.log_probability(features)
            why["chance_feasible"] = float(np.exp(log_kept[0]))
            if not self.observations.feasible.any():
                return {**why, "phase": "feasibility"}
        if self.observations.values.shape[1] == 1:
            values = self.score_warp.inverse(centre + width * _NODES)
            gain = np.maximum(values / 2 - self.score_warp.values[self._counted_rows].max() / 2, 0.0)
            low, high = self.score_warp.inverse(np.array([centre - width, centre + width]))
            why["predicted"] = self._score_sign * float(self.score_warp.inverse(centre))
            why["spread"] = float(high / 2 - low / 2)
            expected = 4 * float(_WEIGHTS / _WEIGHTS.sum() @ (gain / 2))  # a mean of halves cannot overflow
            why["expected_improvement"] = min(expected, sys.float_info.max)
        if self.acquisition.success_model is not None:
            log_success = self.acquisition.success_model.log_probability(features)
            why["chance_of_success"] = float(np.exp(log_success[0]))
        return why

    @property
    def _counted_rows(self) -> np.ndarray:
        feasible = self.observations.feasible
        return feasible if feasible.any() else np.ones(len(feasible), dtype=bool)

    @property
    def _score_sign(self) -> float:
        return self.observations.sign
