"""The problem of a fast race: a Gaussian process over a study's finished trials, with noise and failures.

A trial there takes microseconds, so that hours of training become seconds; it is only as true as the model.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from engine import seeds
from engine.errors import UserFault
from engine.maths.gaussian_process import Posterior
from engine.racing.messages import ModelData, ModelProblem
from engine.samplers.bayesian.observations import Observations
from engine.samplers.bayesian.surrogate import Surrogate
from engine.samplers.bayesian.threads import one_thread
from engine.samplers.bayesian.warping import Warp, identity, warp
from engine.samplers.encoding import Encoding
from engine.space import SearchSpace
from engine.trials import History
from engine.wording import counted

FEWEST = 8  # scores from which a model is fitted, as for the expected best trial
REAL = "Race on the real objective instead."


def model_problem(history: History) -> ModelProblem:
    """The model of the finished trials of ``history``; trials that break a constraint count as failed.

    Raises :class:`UserFault` for several objectives, for too few scores, and where all scores are equal.
    """
    if len(history.directions) > 1:
        raise UserFault("A race compares one score, and this study has several.", "Open a study with one objective.")
    encoding = Encoding(history.space)
    seen = Observations.of(history, encoding)
    good = seen.is_legal & seen.feasible
    count = int(good.sum())
    if count < FEWEST:
        failed = f" {counted(len(seen.failed), 'trial')} failed." if len(seen.failed) else ""
        raise UserFault(
            f"A fast race needs the scores of {FEWEST} trials, and this study has {count}.{failed}",
            f"Run more trials. {REAL}",
        )
    values = seen.values[good, 0]
    if values.max() == values.min():
        raise UserFault("All scores of this study are equal, so no strategy could be better than another.", REAL)
    try:
        with one_thread():
            score_warp = warp(values)
            points, scale = seen.points[good], seen.noise_scale[good]
            posterior = Surrogate().posterior(encoding, points, values, _warped, scale)
            success = _success(encoding, seen, good)
            quality = posterior.leave_one_out_r2()
    except np.linalg.LinAlgError as error:
        raise UserFault("No model can be fitted to the scores of this study.", REAL) from error
    kept = len(posterior.targets)
    if kept < count:  # of very many trials the model keeps a part; the race then uses the latest of them
        points, scale, values = points[-kept:], scale[-kept:], values[-kept:]
        score_warp = warp(values)
    data = ModelData(points.tolist(), score_warp.warped.tolist(), posterior.theta.tolist(), scale.tolist())
    return ModelProblem(
        history.space.to_json(),
        history.directions[0],
        data,
        values.tolist(),
        score_warp.warped.tolist(),
        success,
        quality,
        len(seen.outcomes[1]),
    )


def _warped(values: np.ndarray) -> np.ndarray:
    return warp(values[:, 0] if values.ndim == 2 else values).warped


def _success(encoding: Encoding, seen: Observations, good: np.ndarray) -> ModelData | None:
    points = np.vstack([seen.points[good], seen.points[~good & seen.is_legal], seen.failed])
    labels = np.append(np.ones(int(good.sum())), -np.ones(len(points) - int(good.sum())))
    if (labels > 0).all():
        return None
    most = 300  # rows, as many as the surrogate predicts from; failures are the rarer ones and all of these stay
    chosen = np.sort(np.argsort(labels, kind="stable")[:most])
    points, labels = points[chosen], labels[chosen]
    posterior = Surrogate().posterior(encoding, points, labels, identity)
    return ModelData(points.tolist(), labels.tolist(), posterior.theta.tolist(), [1.0] * len(labels))


class ModelEvaluator:
    """Scores configurations by the model; nothing here depends on the order of calls."""

    def __init__(self, problem: ModelProblem) -> None:
        self._encoding = Encoding(SearchSpace.from_json(problem.space))
        self._sign = -1.0 if problem.direction == "minimize" else 1.0
        self._warp = Warp(np.array(problem.values), np.array(problem.warped))
        self._scores = self._posterior(problem.scores)
        self._success = None if problem.success is None else self._posterior(problem.success)

    def _posterior(self, data: ModelData) -> Posterior:
        encoding = self._encoding
        features = encoding.to_features(np.array(data.points).reshape(len(data.points), len(encoding)))
        return Posterior(
            features, encoding.owner, np.array(data.targets), np.array(data.theta), np.array(data.noise_scale)
        )

    def evaluate(self, params: Mapping[str, object], seed: int) -> tuple[float, float] | None:
        """A score with noise, drawn by seed and configuration, and the one without; *None* where trials fail."""
        point = np.nan_to_num(self._encoding.space.encode(dict(params)), nan=0.5).reshape(1, -1)
        features = self._encoding.to_features(point)
        with one_thread():
            if self._success is not None and float(self._success.predict(features)[0][0, 0]) < 0.0:
                return None
            mean = float(self._scores.predict(features)[0][0, 0])
        key = msgspec.json.encode(dict(params), order="sorted").decode()
        noise = float(seeds.generator(seed, "race", "noise", key).standard_normal()) * np.sqrt(self._scores.noise)
        return self._sign * float(self._warp.inverse(mean + noise)), self._sign * float(self._warp.inverse(mean))
