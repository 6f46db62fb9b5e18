"""The model of one fold, and the cells of the rows that it had not seen, for whoever changes them and looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data import preprocessing
from engine.data.metrics import Metric
from engine.errors import UserFault
from engine.objectives import fitting
from engine.objectives.configured import configured
from engine.objectives.fitting import Fitted
from engine.objectives.table import PreparedTable


@dataclass(frozen=True, eq=False)
class FoldJudge:
    """``cells`` (n, columns) are those of :class:`engine.data.encoding.Encoded`, before preprocessing; ``y`` (n,)."""

    fitted: Fitted
    transformer: Any
    cells: np.ndarray
    y: np.ndarray
    metric: Metric
    positive: int | None
    classes: int
    train_rows: int
    test_rows: int

    def score(self, cells: np.ndarray) -> float:
        """The metric on the same rows with other cells."""
        predicted = self.fitted.predict(self.transformer.transform(cells), self.metric.needs, self.classes)
        return self.metric.score(self.y, predicted, self.positive)


def train_fold(
    prepared: PreparedTable, number: int, params: Mapping[str, object], seed: int, most_rows: int
) -> FoldJudge:
    """Train the model of fold ``number`` as the trial's was, to be asked of at most ``most_rows`` of its unseen rows.

    Raises :class:`UserFault` where every trial has a split of its own.
    """
    if prepared.draws_anew:
        raise UserFault(
            "Every trial of this study has a split of its own, so there are no folds.", "Use folds instead."
        )
    fold, encoded = prepared.split.folds[number], prepared.encoded
    model = configured(prepared.family, params, prepared.settings, prepared.description.task)
    transformer = preprocessing.preprocessing(encoded.categorical, model.how, len(encoded.classes))
    y_train = np.asarray(encoded.y[fold.train])
    train = transformer.fit_transform(np.asarray(encoded.X[fold.train]), y_train), y_train
    unseen = transformer.transform(np.asarray(encoded.X[fold.validation])), np.asarray(encoded.y[fold.validation])
    fitted = fitting.fit(
        model.family, model.make_estimator(seed), train, unseen, _ignore_report,
        needs=prepared.metric.needs, scaled_target=model.scales_target,
    )  # fmt: skip
    judged = fold.validation[:: -(-len(fold.validation) // most_rows)]
    cells, y = np.asarray(encoded.X[judged]), np.asarray(encoded.y[judged])
    asks = prepared.metric, prepared.positive, len(encoded.classes)
    return FoldJudge(fitted, transformer, cells, y, *asks, len(fold.train), len(fold.validation))


def _ignore_report(step: int, records: Mapping[str, float]) -> None:
    """Nobody listens to a model that is trained again."""
