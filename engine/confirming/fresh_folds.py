"""Training on folds that a search never used, and on all of its rows for the holdout."""

from __future__ import annotations

import math
import time
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import options, seeds
from engine.confirming.messages import ConfirmRow, FreshlyFitted, HoldoutOpened
from engine.confirming.rounds import DUMMY
from engine.data import folds, preprocessing
from engine.data.folds import Fold
from engine.data.metrics import Needs
from engine.data.preprocessing import Preparation
from engine.errors import UserFault
from engine.execution.reporting import sentence
from engine.learners import families
from engine.learners.families.base import Task
from engine.objectives import fitting
from engine.objectives.configured import ConfiguredModel, configured
from engine.objectives.table import PreparedTable

_KEPT = 6  # folds of prepared arrays in memory: the rows of one fold are trained one after another
_DRAWS = 400  # of the holdout's rows, for the spread of a score: its error is then under 4 %


@dataclass(frozen=True, eq=False)
class _Model:
    """A configuration with what it means; *None* is a model that guesses."""

    model: ConfiguredModel | None

    @property
    def how(self) -> Preparation:
        """How its columns are prepared."""
        return Preparation() if self.model is None else self.model.how

    def fit(
        self, prepared: PreparedTable, data: preprocessing.Prepared, seed: int
    ) -> tuple[fitting.Fitted, int | None]:
        """Train on the fold's training rows; the model, and how many numbers it learned."""
        description, needs, model = prepared.description, prepared.metric.needs, self.model
        if model is None:
            return fitting.Fitted(_dummy(description.task, needs, seed).fit(data.X, data.y)), None
        rows, judged = (data.X, data.y), (data.X_validation, data.y_validation)
        fitted = fitting.fit(
            model.family,
            model.make_estimator(seed),
            rows,
            judged,
            _ignore,
            needs=needs,
            scaled_target=model.scales_target,
        )
        return fitted, fitting.count_parameters(model.family, fitted)


def _model_of(row: ConfirmRow, task: Task) -> _Model:
    if row.family == DUMMY:
        return _Model(None)
    family = families.get(row.family)
    settings: Any = options.make(family.settings, row.settings, f"model {row.family}")
    return _Model(configured(family, row.params, settings, task))


def _dummy(task: str, needs: Needs, seed: int) -> Any:
    # In here because scikit-learn is slow to load.
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyRegressor() if task == "regression" else DummyClassifier(strategy="prior", random_state=seed)


def _ignore(step: int, records: object) -> None:
    """Nobody watches a fit that confirms."""


class FreshFolds:
    """One process's table, with as many fresh repeats as are asked for. Folds depend on the seed and repeat alone."""

    def __init__(self, prepared: PreparedTable, rows: tuple[ConfirmRow, ...], seed: int) -> None:
        self._prepared, self._seed = prepared, seed
        self._models = [_model_of(row, prepared.description.task) for row in rows]
        self._splits: dict[int, tuple[Fold, ...]] = {}
        self._data: OrderedDict[tuple[int, int, Preparation], preprocessing.Prepared] = OrderedDict()

    def folds(self, repeat: int) -> tuple[Fold, ...]:
        """The folds of one repeat; by time they are those of the search, as there are no others."""
        if repeat not in self._splits:
            prepared = self._prepared
            state = seeds.integer(self._seed, "confirm", repeat, "folds")
            self._splits[repeat] = folds.fresh(prepared.rows, prepared.plan, prepared.split, state)
        return self._splits[repeat]

    @property
    def ratio(self) -> float:
        """n_test / n_train, the mean over the folds of the first repeat."""
        return float(np.mean([len(fold.validation) / len(fold.train) for fold in self.folds(0)]))

    def fit(self, row: int, repeat: int, fold: int) -> FreshlyFitted:
        """Train one row on one fold; what fails is told as such."""
        about, begun = (row, repeat, fold), time.process_time()
        try:
            with warnings.catch_warnings(), fitting.one_thread():
                warnings.simplefilter("ignore")
                data = self._prepared_fold(repeat, fold, self._models[row].how)
                begun = time.process_time()
                seed = seeds.integer(self._seed, "confirm", repeat, "model")
                fitted, parameters = self._models[row].fit(self._prepared, data, seed)
                seconds = time.process_time() - begun
                score = self._score(fitted, data)
        except UserFault as fault:
            return FreshlyFitted(*about, None, time.process_time() - begun, None, str(fault))
        except Exception as error:  # noqa: BLE001 - a model may raise anything; it costs its own row only
            return FreshlyFitted(*about, None, time.process_time() - begun, None, sentence(error))
        if not math.isfinite(score):
            return FreshlyFitted(*about, None, seconds, parameters, "The score is not a finite number.")
        return FreshlyFitted(*about, score, seconds, parameters, "")

    def open_holdout(self, rows: tuple[int, ...]) -> HoldoutOpened:
        """Train rows on all that the search saw; raises :class:`UserFault` where there is no holdout."""
        split = self._prepared.split
        if not len(split.holdout):
            raise UserFault("This study set no rows aside.", "Start a study with a holdout share above zero.")
        fold = Fold(split.search, split.holdout)
        found: list[float | None] = []
        first: tuple[np.ndarray, np.ndarray] | None = None
        for row in rows:
            try:
                with warnings.catch_warnings(), fitting.one_thread():
                    warnings.simplefilter("ignore")
                    data = preprocessing.prepare(self._prepared.encoded, fold, self._models[row].how)
                    seed = seeds.integer(self._seed, "confirm", "holdout", "model")
                    fitted, _ = self._models[row].fit(self._prepared, data, seed)
                    found.append(self._score(fitted, data))
                    if first is None:
                        first = self._said(fitted, data)
            except Exception as error:
                if row == rows[0]:
                    raise UserFault(f"The model could not be trained on all rows: {sentence(error)}.") from error
                found.append(None)
        assert first is not None
        labels, wanted = first
        truth = np.asarray(self._prepared.encoded.y[split.holdout])
        return HoldoutOpened(
            tuple(None if score is None or not math.isfinite(score) else float(score) for score in found),
            split.holdout.tolist(),
            truth.astype(float).tolist(),
            labels.astype(float).tolist(),
            self._prepared.encoded.classes,
            self._spread(truth, wanted),
        )

    def _said(self, fitted: fitting.Fitted, data: preprocessing.Prepared) -> tuple[np.ndarray, np.ndarray]:
        """The class or number of each row, and what the metric asks for."""
        classes, needs = len(self._prepared.encoded.classes), self._prepared.metric.needs
        wanted = fitted.predict(data.X_validation, needs, classes)
        labels = wanted if needs == "labels" else fitted.predict(data.X_validation, "labels", classes)
        return np.asarray(labels), wanted

    def _spread(self, truth: np.ndarray, wanted: np.ndarray) -> float:
        """The standard deviation of the score over draws of the holdout's rows, 0 where it cannot be told."""
        rng = np.random.default_rng(0)
        metric, positive, found = self._prepared.metric, self._prepared.positive, []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(_DRAWS):
                places = rng.integers(0, len(truth), len(truth))
                try:
                    found.append(metric.score(truth[places], wanted[places], positive))
                except ValueError:  # rows of one class
                    continue
        good = np.array(found)[np.isfinite(found)] if found else np.zeros(0)
        return float(good.std(ddof=1)) if len(good) > 1 else 0.0

    def _score(self, fitted: fitting.Fitted, data: preprocessing.Prepared) -> float:
        prepared = self._prepared
        predicted = fitted.predict(data.X_validation, prepared.metric.needs, len(prepared.encoded.classes))
        return prepared.metric.score(data.y_validation, predicted, prepared.positive)

    def _prepared_fold(self, repeat: int, fold: int, how: Preparation) -> preprocessing.Prepared:
        key = repeat, fold, how
        if key not in self._data:
            self._data[key] = preprocessing.prepare(self._prepared.encoded, self.folds(repeat)[fold], how)
            while len(self._data) > _KEPT:
                self._data.popitem(last=False)
        return self._data[key]
