"""Why a configuration was chosen, in the units of the score."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.samplers.bayesian.acquiring import Acquisition
from engine.samplers.bayesian.warping import Warp
from engine.samplers.encoding import Encoding

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
EXPLOIT = -0.5


def explain(
    encoding: Encoding, acquisition: Acquisition, shape: Warp, point: np.ndarray, sign: float, phase: str = ""
) -> dict[str, Any]:
    """Predicted score and its spread, the expected improvement, and whether the choice explores or exploits.

    ``sign`` is -1 where smaller scores are better. A choice exploits where the prediction itself is about as good as
    the best trial, and explores where only its spread makes it promising.
    """
    mean, spread = acquisition.posterior.predict(encoding.features(point[None, :]))
    centre, width = float(mean.mean()), float(spread[0])
    values = shape.back(centre + width * _NODES)
    weights = _WEIGHTS / _WEIGHTS.sum()
    gain = float(weights @ np.maximum(values - shape.values.max(), 0.0))
    low, high = (float(value) for value in shape.back(np.array([centre - width, centre + width])))
    z = (centre - float(acquisition.best.mean())) / width
    why: dict[str, Any] = {
        "phase": phase or ("exploit" if z > EXPLOIT else "explore"),
        "predicted": sign * float(shape.back(centre)),
        "spread": high / 2 - low / 2,
        "expected_improvement": gain,
    }
    if acquisition.feasibility is not None:
        log_success = acquisition.feasibility.log_probability(encoding.features(point[None, :]))
        why["chance_of_success"] = float(np.exp(log_success[0]))
    return why
