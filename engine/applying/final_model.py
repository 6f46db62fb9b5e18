"""A configuration trained on every row of the study's table, as one scikit-learn pipeline over named columns.

The pipeline takes a frame with the columns that the study learned from: numbers and times (seconds since 1970) as
floats, categories as texts. It does what the study's preprocessing and model do, to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import options
from engine.data import metrics, preprocessing, target
from engine.data.table import Column, Table
from engine.errors import UserFault
from engine.learners import families
from engine.learners.families import Family
from engine.objectives import checking, fitting
from engine.objectives import table as table_objective
from engine.objectives.configured import configured
from engine.objectives.description import TableObjective

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class FinalModel:
    """A trained pipeline and what is known of the columns that it was trained on.

    ``inputs`` describes them in order; ``levels`` are the values of each category that training saw, ``ranges`` the
    least and greatest number of each other column, ``gaps`` the columns with missing cells. ``pipeline`` predicts
    ``classes`` by name where ``names_classes`` says so, else by position; numbers in the target's unit.
    """

    pipeline: Any
    description: TableObjective
    params: Mapping[str, Any]
    seed: int
    rows: int
    inputs: tuple[Column, ...]
    read: Mapping[str, Any]
    levels: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    gaps: frozenset[str] = frozenset()
    classes: tuple[str, ...] = ()
    names_classes: bool = False

    @property
    def has_probabilities(self) -> bool:
        """Whether it gives a probability for each class."""
        return bool(self.classes) and hasattr(self.pipeline, "predict_proba")

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """What it says of each row, (rows,): names of classes, or numbers in the target's unit."""
        with fitting.one_thread():
            found = np.asarray(self.pipeline.predict(frame[list(self.names)]))
        if not self.classes or self.names_classes:
            return found
        return np.asarray(self.classes, dtype=object)[found.astype(np.int64)]

    def predict_probabilities(self, frame: pd.DataFrame) -> np.ndarray:
        """The probability of each of :attr:`classes`, (rows, classes)."""
        with fitting.one_thread():
            found = np.asarray(self.pipeline.predict_proba(frame[list(self.names)]), dtype=float)
        return self._by_class(found, 0.0)

    def rank(self, frame: pd.DataFrame) -> np.ndarray | None:
        """Values (rows, classes) by which a metric may order rows; *None* of a model that tells classes alone."""
        if self.has_probabilities:
            return self.predict_probabilities(frame)
        if not self.classes or not hasattr(self.pipeline, "decision_function"):
            return None
        with fitting.one_thread():
            found = np.asarray(self.pipeline.decision_function(frame[list(self.names)]), dtype=float)
        # Two classes share one value.
        return self._by_class(np.column_stack([-found, found]) if found.ndim == 1 else found, -np.inf)

    def _by_class(self, found: np.ndarray, worst: float) -> np.ndarray:
        """Columns in the order of :attr:`classes`; a class that training lacked has the ``worst`` value."""
        every = np.full((len(found), len(self.classes)), worst)
        known = list(self.pipeline.classes_)
        places = [self.classes.index(str(one)) for one in known] if self.names_classes else known
        every[:, np.asarray(places, dtype=np.int64)] = found
        return every

    @property
    def names(self) -> tuple[str, ...]:
        """The names of :attr:`inputs`."""
        return tuple(column.name for column in self.inputs)


def train_final(description: TableObjective, params: Mapping[str, object], seed: int) -> FinalModel:
    """Train ``params`` on every row of the table, the holdout among them; ``seed`` is that of the trial's models.

    Raises :class:`UserFault` where the table cannot be read, has changed, or the model cannot be trained.
    """
    fault = checking.choices_fault(description)
    if fault is not None:
        raise fault
    table = table_objective.load(description)
    if description.fingerprint and table.fingerprint != description.fingerprint:
        raise table_objective.changed()
    family = families.get(description.family)
    encoded = table_objective.arrays_of(table, description)
    columns = target.inputs(table.info, description.target, table_objective.left_out(description))
    frame = input_frame(table, columns)[table.frame[description.target].notna()]
    settings: Any = options.make(family.settings, description.settings, f"model {description.family}")
    model = configured(family, params, settings, description.task)
    columns_step = preprocessing_of(columns, model.how, len(encoded.classes))
    X = np.ascontiguousarray(columns_step.fit_transform(frame, encoded.y))
    with fitting.one_thread():
        fitted = fitting.fit(
            model.family, model.make_estimator(seed), (X, encoded.y), None, _ignore_report,
            needs=metrics.get(description.metric).needs, scaled_target=model.scales_target,
        )  # fmt: skip
    pipeline, names_classes = _pipeline_of(columns_step, fitted, model.family, X, encoded.classes)
    numbers = [column.name for column in columns if column.kind != "category"]
    return FinalModel(
        pipeline=pipeline,
        description=description,
        params=dict(params),
        seed=seed,
        rows=len(frame),
        inputs=tuple(columns),
        read=dict(table.info.read),
        levels={c.name: tuple(sorted(frame[c.name].dropna().unique())) for c in columns if c.kind == "category"},
        ranges={name: (float(frame[name].min()), float(frame[name].max())) for name in numbers},
        gaps=frozenset(name for name in frame.columns if frame[name].isna().any()),
        classes=encoded.classes,
        names_classes=names_classes,
    )


def input_frame(table: Table, columns: tuple[Column, ...]) -> pd.DataFrame:
    """The columns as the pipeline takes them: floats, and texts with NaN where missing."""
    import pandas as pd  # slow to load

    parts = {}
    for column in columns:
        values = table.frame[column.name]
        if column.kind == "category":
            parts[column.name] = category_texts(values)
        else:
            parts[column.name] = pd.Series(values.to_numpy(dtype="float64"), index=values.index)
    return pd.DataFrame(parts, index=table.frame.index)


def category_texts(values: pd.Series) -> pd.Series:
    """The cells of a category as texts, NaN where missing."""
    import pandas as pd  # slow to load

    from engine.data.reading.kinds import cell_text  # it loads pandas

    codes, levels = pd.factorize(values, sort=True)
    texts = np.array([*(cell_text(one) for one in levels.tolist()), np.nan], dtype=object)
    return pd.Series(texts[codes], index=values.index, dtype=object)


def preprocessing_of(columns: tuple[Column, ...], how: preprocessing.Preparation, classes: int) -> Any:
    """The study's preprocessing over named columns, unfitted; ``classes`` is 0 for numbers to predict."""
    # In here because scikit-learn is slow to load.
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline

    categorical = tuple(column.kind == "category" for column in columns)
    by_place = preprocessing.preprocessing(categorical, how, classes)
    names = [column.name for column in columns]
    blocks = [(name, step, [names[place] for place in places]) for name, step, places in by_place[0].transformers]
    later = [step for _, step in by_place.steps[2:]]  # after the columns and their order in memory
    return make_pipeline(ColumnTransformer(blocks), *later) if later else ColumnTransformer(blocks)


def _pipeline_of(
    columns_step: object, fitted: fitting.Fitted, family: Family, X: np.ndarray, classes: tuple[str, ...]
) -> tuple[Any, bool]:
    """The steps as one pipeline, and whether it predicts classes by name."""
    # In here because scikit-learn is slow to load.
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    model = fitted.estimator
    if fitted.target_scaler is not None:
        unfitted = StandardScaler(with_mean=family.centred_target)
        scaled = TransformedTargetRegressor(regressor=model, transformer=unfitted, check_inverse=False)
        scaled.regressor_, scaled.transformer_, scaled._training_dim = model, fitted.target_scaler, 1  # noqa: SLF001
        model = scaled
    names_classes = bool(classes) and _name_classes(model, X, classes)
    return Pipeline([("columns", columns_step), ("model", model)]), names_classes


def _name_classes(model: Any, X: np.ndarray, classes: tuple[str, ...]) -> bool:
    """Let a classifier that was trained on positions answer with names, where its kind allows; whether it does.

    Most classifiers of scikit-learn look their answers up in ``classes_``. Those that do not stay as they were.
    """
    few = X[:: max(1, len(X) // 200)]  # rows that are compared: a guess
    before, positions = np.asarray(model.predict(few)), getattr(model, "classes_", None)
    if positions is None:
        return False
    named = np.asarray(classes)[np.asarray(positions, dtype=np.int64)]
    try:
        model.classes_ = named
        same = np.array_equal(np.asarray(model.predict(few)), np.asarray(classes)[before.astype(np.int64)])
    except (AttributeError, TypeError, ValueError, IndexError):
        same = False
    if not same:
        try:
            model.classes_ = positions
        except AttributeError:
            return False
    return same


def _ignore_report(step: int, records: Mapping[str, float]) -> None:
    """Nobody listens to the last training."""


def require_table(objective: object) -> TableObjective:
    """The objective of a study about a table; raises :class:`UserFault` for another."""
    if not isinstance(objective, TableObjective):
        raise UserFault("This study is not about a table, so there is no model.", "Export the configuration as JSON.")
    return objective
