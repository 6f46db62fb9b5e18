"""Two objectives at once: one surrogate for each, and the expected improvement of their front's hypervolume."""

from __future__ import annotations

import numpy as np

from engine.maths.gaussian_process import Posterior
from engine.maths.hypervolume_improvement import BoxDecomposition
from engine.maths.pareto import is_efficient
from engine.samplers.bayesian.acquisition import ExpectedHypervolumeImprovement
from engine.samplers.bayesian.constraints import ConstraintModels
from engine.samplers.bayesian.observations import Observations
from engine.samplers.bayesian.success_model import SuccessModel
from engine.samplers.bayesian.surrogate import Surrogate
from engine.samplers.bayesian.warping import warp
from engine.samplers.encoding import Encoding

BEYOND = 0.1  # of the front's range the reference point lies below it (Ishibuchi et al. 2018 discuss it); a guess


def expected_hypervolume_improvement(
    surrogate: Surrogate,
    encoding: Encoding,
    observations: Observations,
    success: tuple[SuccessModel | None, float],
    constraints: ConstraintModels | None,
) -> ExpectedHypervolumeImprovement:
    """The acquisition after ``observations`` of two objectives.

    Pending and failed trials are taken to have brought what was predicted. The reference point lies a little below the
    worst of the front, which feasible trials alone make up.
    """
    unknown = encoding.to_features(np.vstack([observations.failed, observations.pending])[-200:])
    posteriors = []
    for objective in range(2):
        values = observations.values[:, objective]
        posterior = surrogate.posterior(
            encoding, observations.points, values, _warp_values, observations.noise_scale, removed=observations.removed
        )
        if len(unknown):
            posterior = posterior.condition_on(unknown, posterior.predict(unknown)[0])
        posteriors.append(posterior)
    warped = np.stack([_warp_values(column) for column in observations.values.T], axis=1)
    warped = warped[observations.feasible]
    front = warped[is_efficient(-warped)]
    reference = front.min(axis=0) - BEYOND * np.maximum(np.ptp(front, axis=0), BEYOND)
    return ExpectedHypervolumeImprovement(
        encoding=encoding,
        success_model=success[0],
        caution=success[1],
        constraints=constraints,
        posteriors=(posteriors[0], posteriors[1]),
        boxes=BoxDecomposition.of(warped, reference),
    )


def shorter_lengthscales(one: Posterior, other: Posterior) -> np.ndarray:
    """The lengthscales (d,) over which at least one of two functions changes."""
    return np.asarray(np.minimum(one.lengthscales, other.lengthscales))


def _warp_values(values: np.ndarray) -> np.ndarray:
    return warp(values).warped
