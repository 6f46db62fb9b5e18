"""What is to be expected of one point: against another one, its chance to fail, its time, its constraints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.profile import nearness, predict_band, trial_features
from engine.analysis.score_model import ScoreModel
from engine.trials import History, State

MOST = 2000  # newest finished trials that are looked at
UNKNOWN = 0.9  # of the scores' standard deviation: where the model is so uncertain, it knows nothing
NEAREST = 3  # trials that are named
FEWEST_NEAR = 0.5  # trials' worth of nearness below which nothing is said of time or failure


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one point promises. ``score`` with ``low`` and ``high``, one standard deviation either side.

    ``certainty`` is the model's standard deviation there, as a share of the scores' own. ``chance_better`` is that of a
    better score than the other point's, *None* without one. ``failing``, ``seconds`` and ``feasible`` (that all
    constraints are kept) come from the trials near it; *None* where too few are. ``nearest`` are the nearest trials.
    """

    score: float
    low: float
    high: float
    certainty: float
    chance_better: float | None
    failing: float | None
    seconds: float | None
    feasible: float | None
    nearest: tuple[int, ...]

    @property
    def is_known(self) -> bool:
        """Whether the model knows anything there."""
        return self.certainty < UNKNOWN


def point_outlook(model: ScoreModel, history: History, point: np.ndarray, other: np.ndarray | None = None) -> Outlook:
    """The outlook of a point (d,) of the unit cube, against another one."""
    # In here because it loads SciPy.
    from scipy.special import ndtr

    asked = point[None, :] if other is None else np.stack([point, other])
    std = model.predict(asked)[1]
    band = predict_band(model, asked)
    chance = None
    if other is not None:
        joint, covariance = model.posterior.predict_joint(model.encoding.to_features(asked))
        spread = float(covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1])
        apart = float(joint[0, 0] - joint[1, 0])
        chance = 0.5 if spread <= 1e-12 else float(ndtr(apart / np.sqrt(spread)))
    finished = np.flatnonzero(history.state >= State.COMPLETE)[-MOST:]
    failing = seconds = feasible = None
    nearest: tuple[int, ...] = ()
    if len(finished):
        near, _ = nearness(model, trial_features(model, history.unit[finished]), point)
        nearest = tuple(finished[np.argsort(-near, kind="stable")[:NEAREST]].tolist())
        if near.sum() >= FEWEST_NEAR:
            failed = history.state[finished] == State.FAILED
            failing = _share(near, failed)
            complete = history.state[finished] == State.COMPLETE
            known = complete & (history.seconds[finished] > 0.0)
            if near[known].sum() >= FEWEST_NEAR:
                logs = np.log(history.seconds[finished][known])
                seconds = float(np.exp(np.average(logs, weights=near[known])))
            if history.constraint_names and near[complete].sum() >= FEWEST_NEAR:
                feasible = _share(near[complete], history.feasible[finished][complete])
    score, low, high = float(band.mean[0]), float(band.low[0]), float(band.high[0])
    return Outlook(score, low, high, float(std[0]), chance, failing, seconds, feasible, nearest)


def _share(near: np.ndarray, hits: np.ndarray) -> float:
    """The share of hits among near trials, drawn towards that of all by one trial's worth."""
    return float(((near * hits).sum() + hits.mean()) / (near.sum() + 1.0))
