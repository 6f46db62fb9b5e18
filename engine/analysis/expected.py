"""The trial that is expected to be best, beside the one that scored best: they differ where luck has a say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.trials import History

MIN_TRIALS = 8  # of fewer trials a model says little: a guess
SAME = 1e-9  # of a standard deviation of the scores: what rounding leaves of the same prediction
NOISY = 0.01  # of the scores' variance, as the model sees them: luck of a tenth of their standard deviation


@dataclass(frozen=True, slots=True)
class Expected:
    """What a Gaussian process on all trials expects of the best ones, in the units of the score.

    ``number`` is the trial with the best predicted score, ``score`` what it scored, ``predicted`` and ``spread`` (one
    standard deviation, of the score without its noise) what the model makes of it. ``observed`` is the trial with the
    best score, ``observed_score``, with the prediction at its place. ``is_noisy`` tells whether equal configurations
    would score so differently that the best score may be luck; where they would not, ``observed`` is the one to trust.
    """

    number: int
    score: float
    predicted: float
    spread: float
    observed: int
    observed_score: float
    observed_predicted: float
    observed_spread: float
    is_noisy: bool


def expected_best(history: History) -> Expected | None:
    """The best trial by posterior mean, whatever strategy chose the trials.

    *None* for several objectives, for fewer than :data:`MIN_TRIALS` feasible trials, and where no model can be fitted.
    (Huang et al., "Global optimization of stochastic black-box systems via sequential kriging meta-models", 2006,
    section 3.3: the effective best solution among the points that were evaluated.)
    """
    history = history.without_excluded()
    best = history.best_number()
    feasible = np.flatnonzero(history.feasible)
    feasible = feasible[np.isfinite(history.score[feasible])]
    if best is None or len(history.directions) > 1 or len(feasible) < MIN_TRIALS or not len(history.space):
        return None
    # In here because they load SciPy, which would slow the start of the window.
    from engine.samplers.bayesian.observations import Observations
    from engine.samplers.bayesian.surrogate import Surrogate
    from engine.samplers.bayesian.threads import one_thread
    from engine.samplers.bayesian.warping import warp
    from engine.samplers.encoding import Encoding

    encoding = Encoding(history.space)
    seen = Observations.of(history, encoding)
    values = seen.values[:, 0]
    score_warp = warp(values)
    rows = np.flatnonzero(np.isin(seen.numbers, feasible))
    try:
        with one_thread():
            posterior = Surrogate().posterior(
                encoding, seen.points, values, lambda some: warp(some).warped, seen.noise_scale
            )
            mean, std = posterior.predict(encoding.to_features(seen.points[rows]))
    except np.linalg.LinAlgError:
        return None
    centre = mean[:, 0]
    predicted = seen.sign * score_warp.inverse(centre)
    spread = score_warp.inverse(centre + std) / 2 - score_warp.inverse(centre - std) / 2
    first, other = int(np.argmax(centre)), int(np.flatnonzero(seen.numbers[rows] == best)[0])
    if centre[other] >= centre[first] - SAME:
        first = other  # the same configuration, tried more than once
    number = int(seen.numbers[rows[first]])
    return Expected(
        number=number,
        score=float(history.score[number]),
        predicted=float(predicted[first]),
        spread=float(spread[first]),
        observed=best,
        observed_score=float(history.score[best]),
        observed_predicted=float(predicted[other]),
        observed_spread=float(spread[other]),
        is_noisy=posterior.noise > NOISY,
    )
