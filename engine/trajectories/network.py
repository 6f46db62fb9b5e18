"""Training one network of a study with several optimizers: the same rows, the same first weights, the same batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine import options
from engine.arrays import Array
from engine.data.preprocessing import Prepared
from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault
from engine.learners import families
from engine.learners.families.epochs import EpochFamily
from engine.objectives import cache_key, fitting, table
from engine.objectives.description import TableObjective
from engine.setup import StudySetup, replace
from engine.trajectories.entrants import RACE_SEED, made
from engine.trajectories.records import DIVERGED, Training

STAND_IN = "mlp"  # the family that is trained where the study's own has no parameters that gradients move
MOST_WEIGHTS = 4_000_000  # numbers of a trajectory that are handed on: 16 MB, well within a message's limit
FIRST_STEP = 0.1  # of methods that draw their steps at random: the size of usual first weights; a guess


def table_of(setup: StudySetup) -> TableObjective:
    """The table with the network that is trained on it: the study's own, or the one that stands in for it.

    Raises :class:`UserFault` for a study without a table.
    """
    if not isinstance(setup.objective, TableObjective):
        raise UserFault("This study trains no model on a table.", "Choose a surface, or a study with a table.")
    return setup.objective if trains_network(setup) else replace(setup.objective, family=STAND_IN, settings={})


def trains_network(setup: StudySetup) -> bool:
    """Whether the study's own model is one that our optimizers train; else a standard network stands in for it."""
    objective = setup.objective
    if not isinstance(objective, TableObjective) or objective.family not in families.names():
        return False
    return isinstance(families.get(objective.family), EpochFamily)


def train_network(
    setup: StudySetup,
    params: Mapping[str, object],
    optimizer: str,
    rate: float | None,
    epochs: int,
    keep_weights: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Training:
    """Train the network of one configuration on the first fold of a study, with this optimizer and learning rate.

    Rows, first weights and order of batches depend on the study alone. Schedule, clipping, dropout and early
    stopping are off and no rule decays weights, so that every method can take part in one race; L1 and L2 of the
    configuration stay. Where another network stands in, ``params`` are not used. Raises :class:`UserFault` where the
    optimizer cannot train the network or the table cannot be read, and ``Cancelled`` after the epoch in which
    ``cancelled()`` turns true.
    """
    objective = table_of(setup)
    family, data = families.get(objective.family), first_fold(objective)
    rule = made(optimizer, rate, seed=RACE_SEED, step_size=FIRST_STEP)
    estimator = plain_estimator(setup, params).set_params(optimizer=rule, epochs=epochs)
    listener = _Listener(estimator, cancelled)
    if keep_weights:
        listener.keep_weights(estimator.prepare(estimator.encode(data.X, data.y)).network.weights)
    try:
        fitting.fit(
            family,
            estimator,
            (data.X, data.y),
            (data.X_validation, data.y_validation),
            listener.hear,
            needs="labels",
            scaled_target=objective.task == "regression" and family.scaled,
        )
    except UserFault as fault:
        if type(fault).__name__ != "Diverged":
            raise
        return listener.training(optimizer, rate, DIVERGED)
    return listener.training(optimizer, rate, str(estimator.history_.stopped))


def plain_estimator(setup: StudySetup, params: Mapping[str, object]) -> Any:
    """The unfitted network of a configuration, without what only some optimizers could train."""
    objective = table_of(setup)
    family = families.get(objective.family)
    settings: Any = options.make(family.settings, objective.settings, f"model {objective.family}")
    estimator = family.configure_estimator(params if trains_network(setup) else {}, settings, objective.task, RACE_SEED)
    off = {"schedule": "constant", "clip": None, "dropout": 0.0, "early_stopping": False}
    known = estimator.get_params(deep=False)
    return estimator.set_params(**{name: value for name, value in off.items() if name in known})


def first_fold(objective: TableObjective) -> Prepared:
    """The rows of the first fold as models see them; those asked for last are kept."""
    return _last.rows(objective)


class _LastRows:
    """The rows that were asked for last: a race asks for the same ones many times."""

    def __init__(self) -> None:
        self._known: tuple[TableObjective, list[object], Prepared] | None = None

    def rows(self, objective: TableObjective) -> Prepared:
        stamp = cache_key.stamp(objective.source)
        if self._known is None or self._known[:2] != (objective, stamp):
            self._known = objective, stamp, table.prepare(objective).fold(0)
        return self._known[2]


_last = _LastRows()


class _Listener:
    """Hears a training epoch by epoch."""

    def __init__(self, estimator: Any, cancelled: Callable[[], bool]) -> None:
        self._estimator, self._cancelled = estimator, cancelled
        self._train_loss: list[float] = []
        self._val_loss: list[float] = []
        self._gradients: list[int] = []
        self._seconds: list[float] = []
        self._weights: list[bytes] = []
        self._parameters = 0
        self._begun = time.process_time()

    def keep_weights(self, first: Array) -> None:
        """Keep the weights from these first ones on, unless they would be too many."""
        if first.size * (self._estimator.epochs + 1) <= MOST_WEIGHTS:
            self._weights.append(first.astype(np.float32).tobytes())

    def hear(self, epoch: int, records: Mapping[str, float]) -> None:
        """Keep what is told of an epoch."""
        if self._cancelled():
            raise Cancelled
        saved = self._estimator.checkpoint()
        self._train_loss.append(float(records["train_loss"]))
        self._val_loss.append(float(records["val_loss"]))
        self._gradients.append(int(saved["optimizer"].get("evaluations", saved["place"][2])))
        self._seconds.append(time.process_time() - self._begun)
        self._parameters = len(saved["weights"])
        if self._weights:
            self._weights.append(saved["weights"].astype(np.float32).tobytes())

    def training(self, optimizer: str, rate: float | None, ended: str) -> Training:
        """All that was heard."""
        return Training(
            optimizer,
            rate,
            self._train_loss,
            self._val_loss,
            self._gradients,
            self._seconds,
            self._parameters,
            ended,
            b"".join(self._weights),
        )
