"""Inside one trial: its training once more, with the weights on the way, how the loss bends there, and its slopes.

Rows, first weights and order of batches are those of the trial's first fold, so it is the same path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine import options, seeds
from engine.arrays import Array
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.learners import families
from engine.learners.telemetry import Evaluation
from engine.objectives import fitting
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.trajectories.network import MOST_WEIGHTS, first_fold, trains_network
from engine.trajectories.records import DIVERGED, SlopeCheck, TrialPath

MOST_POINTS = 80  # of a path: half of them in its first tenth, where most of the movement is
BENDS = 10  # of these at which the curvature is worked out
CHECK_STEP = 0.01  # of the logarithms: how far apart the trainings of a check are; rounding stays far below


def require_inside(setup: StudySetup) -> None:
    """Raise :class:`UserFault` where trials have no weights that gradients move."""
    if not isinstance(setup.objective, TableObjective) or not trains_network(setup):
        raise UserFault(
            "This model has no weights that an optimizer moves step by step.",
            "Twinloop's neural network and linear models have them.",
        )


def train_path(
    setup: StudySetup, params: Mapping[str, object], number: int, cancelled: Callable[[], bool] = lambda: False
) -> TrialPath:
    """Train trial ``number`` again on its first fold. Raises :class:`UserFault` where it has no path.

    ``Cancelled`` comes after the update in which ``cancelled()`` turns true.
    """
    require_inside(setup)
    with fitting.one_thread(), np.errstate(all="ignore"):
        estimator, data = _prepared(setup, params, number)
        training = estimator.prepare(data)
        size = training.network.layout.size
        total = max(int(estimator.epochs) * training.batches.count, 1)
        wanted = _spread_steps(total, max(2, min(MOST_POINTS, MOST_WEIGHTS // max(size, 1) - 1)))
        steps, rates = [0], [float(training.optimizer.lr)]
        kept = [training.network.weights.astype(np.float32)]
        train_loss: list[float] = []
        val_loss: list[float] = []

        def after_step(step: int, _records: Mapping[str, float]) -> None:
            if cancelled():
                raise Cancelled
            if step in wanted:
                steps.append(step)
                kept.append(training.network.weights.astype(np.float32))
                rates.append(float(training.optimizer.lr * training.optimizer.lr_factor))

        def after_epoch(_epoch: int, records: Mapping[str, float]) -> None:
            train_loss.append(float(records["train_loss"]))
            val_loss.append(float(records["val_loss"]))

        ended = ""
        try:
            training.run(after_epoch, (1, after_step))
            ended = str(training.stopped)
        except UserFault as fault:
            if type(fault).__name__ != "Diverged":
                raise
            ended = DIVERGED
        if training.steps != steps[-1] and np.isfinite(training.network.weights).all():
            steps.append(int(training.steps))
            kept.append(training.network.weights.astype(np.float32))
            rates.append(float(training.optimizer.lr * training.optimizer.lr_factor))
        bends, curvature = _curvature(setup, params, number, steps, kept, cancelled)
    return TrialPath(
        steps,
        np.concatenate(kept).tobytes(),
        size,
        train_loss,
        val_loss,
        training.batches.count,
        rates,
        bends,
        curvature,
        _stability_limit(training.optimizer),
        ended,
    )


def losses_around(
    setup: StudySetup,
    params: Mapping[str, object],
    number: int,
    plane: bytes,
    across: Sequence[float],
    along: Sequence[float],
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[list[list[float]], list[list[float]]]:
    """Mean training and validation loss, without penalties, at each point of a grid: a row for each of ``along``.

    ``plane`` holds origin and directions (3, P) as float64 (:func:`engine.trajectories.plane.packed`).
    """
    origin, right, up = np.frombuffer(plane).reshape(3, -1)
    with fitting.one_thread(), np.errstate(all="ignore"):
        estimator, data = _prepared(setup, params, number, exact=True)
        network = estimator.prepare(data).network
        train = Evaluation(network, data.X, data.Y)
        validation = Evaluation(network, *data.validation)
        found: tuple[list[list[float]], list[list[float]]] = ([], [])
        for b in along:
            if cancelled():
                raise Cancelled
            for rows, evaluation in zip(found, (train, validation), strict=True):
                row = []
                for a in across:
                    network.weights[:] = origin + a * right + b * up
                    row.append(evaluation.run()[0])
                rows.append(row)
    return found


def check_slopes(setup: StudySetup, params: Mapping[str, Any], number: int, step: Mapping[str, float]) -> SlopeCheck:
    """Train twice, a little before and after ``params`` along ``step``, and compare with what derivatives say.

    ``step`` holds by hyperparameter what is added to its logarithm (to momentum itself), of length 1 in any case.
    """
    # In here because it loads scikit-learn, which is slow.
    from engine.learners.hypergradient import through_training

    require_inside(setup)
    with fitting.one_thread():
        X, y, validation = _rows(setup)
        estimator = _estimator(setup, params, number).set_params(dtype="float64")
        found = through_training(estimator, X, y, validation)
        slopes = {"learning_rate": found.log_lr, "l2": found.log_l2, "momentum": found.momentum}
        told = sum(float(slopes.get(name) or 0.0) * change for name, change in step.items())
        losses = []
        for sign in (1.0, -1.0):
            moved = dict(params)
            for name, change in step.items():
                is_plain = name == "momentum"
                moved[name] = (
                    params[name] + sign * CHECK_STEP * change
                    if is_plain
                    else params[name] * float(np.exp(sign * CHECK_STEP * change))
                )
            other = _estimator(setup, moved, number).set_params(dtype="float64")
            losses.append(through_training(other, X, y, validation, momentum=False).loss)
    return SlopeCheck(told, (losses[0] - losses[1]) / (2.0 * CHECK_STEP))


def _rows(setup: StudySetup) -> tuple[Array, Array, tuple[Array, Array]]:
    """Training rows and targets of the first fold, and the validation rows, targets scaled as in training."""
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    family, data = families.get(objective.family), first_fold(objective)
    validation = (data.X_validation, data.y_validation)
    if objective.task == "regression" and family.scaled:
        _, y, scaled = fitting.scale_targets(family, (data.X, data.y), validation)
        assert scaled is not None
        return data.X, y, scaled
    return data.X, data.y, validation


def _estimator(setup: StudySetup, params: Mapping[str, object], number: int) -> Any:
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    family = families.get(objective.family)
    settings: Any = options.make(family.settings, objective.settings, f"model {objective.family}")
    seed = seeds.integer(setup.strategy.seed, "trial", number, "model")
    return family.configure_estimator(params, settings, objective.task, seed)


def _prepared(setup: StudySetup, params: Mapping[str, object], number: int, *, exact: bool = False) -> tuple[Any, Any]:
    X, y, validation = _rows(setup)
    estimator = _estimator(setup, params, number)
    if exact:
        estimator = estimator.set_params(dtype="float64")
    return estimator, estimator.encode(X, y, validation=validation)


def _spread_steps(total: int, most: int) -> set[int]:
    """Updates after which weights are kept: evenly over the logarithms for one half, evenly over time for the other."""
    even = np.linspace(0, total, most // 2 + 1)[1:]
    early = np.geomspace(1, total, most - len(even)) if total > 1 else np.array([1.0])
    return {int(step) for step in np.round(np.concatenate([even, early]))}


def _curvature(
    setup: StudySetup,
    params: Mapping[str, object],
    number: int,
    steps: list[int],
    kept: list[Array],
    cancelled: Callable[[], bool],
) -> tuple[list[int], list[float]]:
    # In here because it loads scikit-learn, which is slow.
    from engine.learners.curvature import leading_eigenvalue, over_some_rows

    estimator, data = _prepared(setup, params, number, exact=True)
    network, batch = over_some_rows(estimator.prepare(data))
    rows = sorted({int(row) for row in np.round(np.linspace(0, len(steps) - 1, min(BENDS, len(steps))))})
    bends, curvature = [], []
    for row in rows:
        if cancelled():
            raise Cancelled
        value = leading_eigenvalue(network, batch, kept[row].astype(float), float(estimator.l2))
        if np.isfinite(value):
            bends.append(steps[row])
            curvature.append(value)
    return bends, curvature


def _stability_limit(optimizer: object) -> float:
    """What the largest eigenvalue times the learning rate must stay below: 2, and 2 (1 + μ) with momentum.

    Polyak 1964; for Nesterov's and adaptive steps the bound is another one, or moves, so none is told.
    """
    if type(optimizer).__name__ == "GradientDescent":
        return 2.0
    if type(optimizer).__name__ in ("SGD", "Momentum") and not getattr(optimizer, "nesterov", False):
        return 2.0 * (1.0 + float(getattr(optimizer, "momentum", 0.0)))
    return 0.0
