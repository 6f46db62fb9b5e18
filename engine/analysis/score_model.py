"""The model that tells what matters: a Gaussian process over a study's scored trials, whoever chose them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import UserFault
from engine.maths.lowdiscrepancy import sobol_points
from engine.trials import History

if TYPE_CHECKING:  # they load SciPy, which would slow the start of the window
    from engine.maths.gaussian_process import Posterior
    from engine.samplers.bayesian.warping import Warp
    from engine.samplers.encoding import Encoding

FEWEST = 8  # scored trials from which a model is fitted: a guess
TRUSTED, USABLE = 0.5, 0.25
"""Quality from which a title may state, and below which a view that rests on the model refuses (pages.md 0.11)."""


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """Predicts scores over the unit cube of a space. ``quality`` is the leave-one-out R²: 1 perfect, 0 blind.

    ``points`` (n, d) are the trials that it rests on, in the unit cube, with ``targets`` (n,) on the model's own scale.
    """

    encoding: Encoding
    posterior: Posterior
    warp: Warp
    sign: float
    points: np.ndarray
    targets: np.ndarray
    noise_scale: np.ndarray
    quality: float

    def scores(self, points: np.ndarray) -> np.ndarray:
        """Predicted scores (S,) at points (S, d) of the unit cube, in the score's own unit.

        Never outside what was seen: carried on beyond it, the scale on which the model is fitted grows without bounds.
        """
        return np.asarray(self.scores_by(points, self.posterior.alpha[:, :1])[0])

    def scores_by(self, points: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """As :meth:`scores` of models with other ``weights`` (n, W) of the trials, (W, S): all at the price of one."""
        # In here because it loads SciPy.
        from engine.samplers.bayesian.threads import one_thread

        with one_thread():
            found = [
                self.posterior.predict_mean(self.encoding.to_features(points[at : at + BLOCK]), weights)
                for at in range(0, len(points), BLOCK)
            ]
        mean = np.clip(np.concatenate(found).T, self.targets.min(), self.targets.max())
        return self.to_scores(mean.ravel()).reshape(mean.shape)

    def weights_of_refits(self, refits: int, left_out: int, seed: int) -> np.ndarray:
        """Weights (n, refits) of models that each leave some of the trials out, lengthscales and noise kept."""
        # In here because it loads SciPy.
        from engine.samplers.bayesian.threads import one_thread

        rng = np.random.default_rng(seed)
        gone = [np.sort(rng.permutation(len(self.targets))[:left_out]) for _ in range(refits)]
        with one_thread():
            return self.posterior.weights_without(gone)

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Means and standard deviations (S,) at points (S, d), on the model's own scale, where larger is better."""
        # In here because it loads SciPy.
        from engine.samplers.bayesian.threads import one_thread

        with one_thread():
            found = [
                self.posterior.predict(self.encoding.to_features(points[at : at + BLOCK]))
                for at in range(0, len(points), BLOCK)
            ]
        return np.concatenate([mean[:, 0] for mean, _ in found]), np.concatenate([std for _, std in found])

    def to_scores(self, targets: np.ndarray) -> np.ndarray:
        """Values of the model's own scale (S,) in the score's own unit: never below the worst score that was seen.

        Above the best they go on as among the best quarter of the trials, for a few standard deviations at most.
        """
        order = np.argsort(self.targets, kind="stable")
        top, quarter = order[-1], order[int(0.75 * (len(order) - 1))]
        best, span = float(self.targets[top]), float(self.targets[top] - self.targets[quarter])
        inside = self.warp.inverse(np.clip(targets, self.targets.min(), best))
        values = self.warp.inverse(self.targets[[quarter, top]])
        rise = float(values[1] - values[0]) / span if span > 0.0 else 0.0
        beyond = rise * np.clip(targets - best, 0.0, MOST_BEYOND)
        return np.asarray(self.sign * (inside + beyond))

    def require_reach(self) -> None:
        """Raise :class:`UserFault` where the model knows the trials' own places alone and the same score between them.

        Few trials of many hyperparameters are then explained by waves so short that nothing is learned of the rest.
        """
        features = self.encoding.to_features(sobol_points(len(self.encoding), REACH_POINTS))
        between = float(np.var(self.posterior.predict_mean(features)[:, 0]))
        if between < LEAST_REACH * float(np.var(self.targets)):
            count = len(self.encoding.varying)
            raise UserFault(
                f"{len(self.targets)} scored trials are too few to say what matters among {count} hyperparameters.",
                "Run more trials.",
            )


FIT_ROWS = 150  # trials that lengthscales are fitted to: half a second, and as good as 300 on Ishigami's function
STARTS = (0.3, 1.5)  # of lengthscales, times the root of the dimension, beside the prior's mode: those of the search
SHORT, DENSE = 0.1, 25
"""A further start where there are so many trials a hyperparameter; with fewer, short waves would fit any scores."""
MOST_ROWS = 300  # trials that the model rests on: what predictions of the search are made from, too
REACH_POINTS = 512  # of the space at which the model is asked: a guess
LEAST_REACH = 0.05  # of the trials' variance that predictions over the space must have; a guess
MOST_BEYOND = 3.0  # standard deviations of the scores above the best one that are told: a guess
BLOCK = 1024  # points predicted at a time: their kernel matrix of 300 trials stays in a processor's cache


def fit_score_model(history: History) -> ScoreModel:
    """The model of the trials that may be best.

    Raises :class:`UserFault` for several objectives, for too few or equal scores, and where no model can be fitted.
    """
    # In here because they load SciPy.
    from engine.maths.gaussian_process import Posterior
    from engine.samplers.bayesian.observations import Observations
    from engine.samplers.bayesian.threads import one_thread
    from engine.samplers.bayesian.warping import warp
    from engine.samplers.encoding import Encoding

    history = history.without_excluded()
    if len(history.directions) > 1:
        raise UserFault("This study has several objectives.", "Choose a study with one.")
    encoding = Encoding(history.space)
    seen = Observations.of(history, encoding)
    good = seen.is_legal & seen.feasible
    values = seen.values[good, 0]
    if len(values) < FEWEST:
        raise UserFault(f"{FEWEST} scored trials tell what matters, and there are {len(values)}.", "Run more trials.")
    if values.max() == values.min() or not encoding.varying:
        raise UserFault("All scores are equal, so nothing matters to them.", "Widen the search space.")
    chosen = _spread_over(values, MOST_ROWS)
    points, scale, values = seen.points[good][chosen], seen.noise_scale[good][chosen], values[chosen]
    try:
        with one_thread():
            score_warp = warp(values)
            theta = _thorough_fit(encoding, points, score_warp.warped, scale)
            features = encoding.to_features(points)
            posterior = Posterior(features, encoding.owner, score_warp.warped, theta, scale)
            quality = posterior.leave_one_out_r2()
    except np.linalg.LinAlgError as error:
        raise UserFault("No model can be fitted to these scores.", "Run more trials.") from error
    targets = posterior.targets[:, 0]
    return ScoreModel(encoding, posterior, score_warp, seen.sign, points, targets, scale, quality)


def _thorough_fit(encoding: Encoding, points: np.ndarray, targets: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Lengthscales, noise and mean from several starts: the search's own fit is made to be quick, not to be believed.

    From one start, at the prior's long lengthscales, the waves of a function are taken for noise.
    """
    # In here because they load SciPy.
    from engine.maths.gaussian_process import Evidence, fit, pair_distances
    from engine.samplers.bayesian.surrogate import prior

    rows = _spread_over(targets, FIT_ROWS)
    believed = prior(encoding)
    starts = []
    for factor in STARTS if len(targets) < DENSE * len(encoding.varying) else (SHORT, *STARTS):
        start = believed.mode.copy()
        start[:-2] = np.log(factor * np.sqrt(encoding.dimension))
        starts.append(start)
    distances = pair_distances(encoding.to_features(points[rows]), encoding.owner)
    return fit(Evidence(distances, targets[rows], believed, scale[rows]), [believed.mode, *starts])


def _spread_over(values: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows, evenly over the order of their values: good and poor ones as they are, in trial order."""
    if len(values) <= most:
        return np.arange(len(values))
    order = np.argsort(values, kind="stable")
    return np.sort(order[np.linspace(0, len(values) - 1, most).astype(int)])
